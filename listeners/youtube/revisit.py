"""Known comments as they are now: 50 a request. One that YouTube does not send any more is gone.

It may also refuse all of a request because of a single one. Then the halves are asked for, until it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from core.mention import Kind, Mention, Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.gone import gone
from listeners.youtube.client import Closed, items_of, open_api
from listeners.youtube.options import REVISIT_BATCH, TERMS, YouTubeOptions
from listeners.youtube.read import read_comments, thread_id, video_in


class YouTubeReviewer:
    """Looks at known comments again.

    Args:
        options: any target's; where to ask, and the name of the key.
        borrowed: client, clock, key and permit.
    """

    def __init__(self, options: YouTubeOptions, borrowed: Borrowed) -> None:
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known comments as they are now; one that is gone comes as deleted, or as protected."""
        for start in range(0, len(known), REVISIT_BATCH):
            yield from self._pages(known[start : start + REVISIT_BATCH])

    def _pages(self, known: Sequence[Known]) -> Iterator[Page]:
        """What one request gives, or its halves where YouTube refuses it."""
        pages: Iterable[Page]
        try:
            pages = [self._page(known)]
        except Closed as refused:
            if len(known) == 1:
                pages = [Page(mentions=(_gone(known[0], self._clock(), refused.visibility),))]
            else:
                half = len(known) // 2
                pages = chain(self._pages(known[:half]), self._pages(known[half:]))
        yield from pages

    def _page(self, known: Sequence[Known]) -> Page:
        body = self._api.get("/comments", part="snippet", id=",".join(item.external_id for item in known))
        comments, _ = items_of(body, "comment")
        at = self._clock()
        mentions, unread = read_comments(comments, at, "look again")
        before = {item.external_id: item for item in known}
        now = [
            _placed(mention, before[mention.external_id])
            for mention in mentions
            if mention.external_id in before
        ]
        answered = {thread_id(comment) for comment in comments}
        absent = [_gone(item, at, Visibility.DELETED) for item in known if item.external_id not in answered]
        return Page(mentions=(*now, *absent), rejected=unread)


def _gone(item: Known, now: datetime, visibility: Visibility) -> Mention:
    first = item.thread_id in (None, item.external_id)
    parent_id = video_in(item.url) or None if first else item.thread_id
    return replace(gone(item, "youtube", TERMS, now, visibility), parent_id=parent_id)


def _placed(mention: Mention, before: Known) -> Mention:
    """Asked for by its id, a comment does not say under which video it stands; its known address does."""
    if mention.kind is Kind.REPLY:
        return replace(mention, url=before.url or mention.url)
    return replace(
        mention,
        url=before.url or mention.url,
        parent_id=mention.parent_id or video_in(before.url) or None,
    )
