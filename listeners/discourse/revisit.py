"""Known posts as they are now, topic by topic.

A topic's page has its title and its first posts; the others are asked for together. What does not come is
asked for by its number, as a post may have been moved to another topic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import SourceGone
from core.mention import Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.discourse.client import Hidden, open_api
from listeners.discourse.options import TERMS, DiscourseOptions
from listeners.discourse.read import identity, read_posts, thread_of
from listeners.discourse.topics import topic_of
from listeners.gone import gone
from listeners.patience import Patience


class DiscourseReviewer:
    """Looks at known posts of one forum again.

    Args:
        options: a target's of that forum.
        borrowed: client, clock, permit, and key if one is named.
    """

    def __init__(self, options: DiscourseOptions, borrowed: Borrowed) -> None:
        self._options = options
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known posts as they are now, a topic a page; those of other forums do not come.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single ones after the others have come.
        """
        topics: dict[int, list[Known]] = {}
        for item in known:
            if item.external_id.startswith(f"{self._options.site}/"):
                topics.setdefault(self._topic(item), []).append(item)
        patience = Patience()
        for topic, items in patience.until_over(list(topics.items())):
            with patience.one(f"the topic {topic}"):
                yield self._page(topic, items, patience)
        patience.tell()

    def _topic(self, item: Known) -> int:
        number = (item.thread_id or "").rpartition("/")[2]
        known = number.isdecimal() and item.thread_id == thread_of(int(number), self._options)
        return int(number) if known else 0

    def _page(self, topic: int, known: list[Known], patience: Patience) -> Page:
        title, found = self._found(topic, known) if topic else (None, {})
        lost: dict[str, Visibility] = {}
        for item in patience.until_over([item for item in known if item.external_id not in found]):
            with patience.one(f"the post {item.external_id}"):
                post = self._single(item)
                if isinstance(post, Visibility):
                    lost[item.external_id] = post
                else:
                    found[item.external_id] = post
        posts = [
            {"topic_title": title, **found[item.external_id]}
            for item in known
            if isinstance(found.get(item.external_id), dict)
        ]
        now = self._clock()
        mentions, unread = read_posts(posts, self._options, now, "look again")
        absent = (
            gone(item, "discourse", TERMS, now, lost[item.external_id])
            for item in known
            if item.external_id in lost
        )
        return Page(mentions=(*mentions, *absent), rejected=unread)

    def _found(self, topic: int, known: list[Known]) -> tuple[Any, dict[str, Any]]:
        """The topic's title, and its posts by their ids."""
        try:
            title, posts = topic_of(self._api.get, topic, [item.external_id for item in known], self._options)
        except (SourceGone, Hidden):
            return None, {}
        return title, {own_id: post for post in posts if (own_id := identity(post, self._options))}

    def _single(self, item: Known) -> Any:
        """The post, or how it is gone."""
        number = item.external_id.rpartition("/")[2]
        try:
            return self._api.get(f"/posts/{number}.json")
        except SourceGone:
            return Visibility.DELETED
        except Hidden:
            return Visibility.PROTECTED
