"""A Reddit target: its listing walked from the newest item to what is known, and known items seen again.

Reddit has no "since", and no listing goes back further than about 1000 items (see listeners/newest_first.py).
Items of the overlap come twice, which does no harm: they are known by their ids, and may have been edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from core.clock import Clock
from core.mention import Mention, Page, Rejected, Visibility
from core.target import Known
from listeners import newest_first
from listeners.gone import gone
from listeners.reddit.client import Api, listing_of
from listeners.reddit.options import TERMS, WALL, RedditOptions
from listeners.reddit.read import read_items

BATCH = 100
"""How many items one request can ask for."""
_OVERLAP = {"new": timedelta(minutes=10), "comments": timedelta(minutes=10), "search": timedelta(hours=3)}
"""Items appear late: those held back for moderation, and in search, whose index lags, any."""
_ALL = timedelta(days=365 * 50)
"""The first poll reads all that a listing shows: it is free, and no more than WALL."""
_NEARLY = 0.95
"""Items that nobody may see are counted in the wall of 1000 but not shown."""
_NAME = re.compile(r"t[13]_[0-9a-z]+\Z")


class Reddit:
    """Listens to one Reddit target.

    Args:
        options: what to listen to.
        api: praw, wrapped; closed at the end of each poll.
        clock: gives the time.
    """

    def __init__(self, options: RedditOptions, api: Api, clock: Clock) -> None:
        self._options = options
        self._api = api
        self._clock = clock

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield the rest of a broken-off walk, then what is new; every page carries a safe checkpoint."""
        with closing(self._api):
            yield from newest_first.poll(self._listing(), since)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield a past span, as far as the listing still reaches back to it."""
        with closing(self._api):
            yield from self._span(start, end, since)

    def _span(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        for page in newest_first.between(self._listing(), start, None, since):
            yield replace(page, mentions=tuple(m for m in page.mentions if m.posted_at < end))

    def _listing(self) -> newest_first.Listing:
        options = self._options
        question = f"{options.listing} {options.subreddit.lower()} {options.query}"
        return newest_first.Listing(
            source="Reddit",
            question=question,
            fetch=self._fetch,
            read=self._read,
            clock=self._clock,
            overlap=self._overlap(),
            max_pages=options.max_pages,
            wall=_wall,
            first_reach=self._first_reach(),
        )

    def _first_reach(self) -> timedelta:
        return _ALL

    def _overlap(self) -> timedelta:
        return _OVERLAP[self._options.listing]

    def _fetch(self, after: str | None) -> tuple[list[Any], str | None]:
        return listing_of(self._api.page(after))

    def _read(self, children: Sequence[Any]) -> tuple[Sequence[Mention], Sequence[Rejected]]:
        return read_items(children, self._clock(), f"GET {self._options.listing}")


def _wall(seen: int) -> str:
    if seen < WALL * _NEARLY:
        return ""
    return f"Reddit lists only the newest {WALL} items or so; older ones cannot be had. Poll more often"


class Reviewer:
    """Looks at known items again.

    Args:
        api: praw, wrapped; closed at the end.
        clock: gives the time.
    """

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known items as they are now, a hundred a page.

        One that Reddit does not mention any more is gone. Where it mentions none at all, it is asked once
        more before that is believed.
        """
        asked = iter([item for item in known if _NAME.match(item.external_id)])
        with closing(self._api):
            while batch := list(islice(asked, BATCH)):
                names = [item.external_id for item in batch]
                children = listing_of(self._api.known(names))[0] or listing_of(self._api.known(names))[0]
                now = self._clock()
                mentions, rejected = read_items(children, now, "GET api/info")
                here = {mention.external_id for mention in mentions} | {bad.external_id for bad in rejected}
                absent = [item for item in batch if item.external_id not in here] if None not in here else []
                lost = (gone(item, "reddit", TERMS, now, Visibility.DELETED) for item in absent)
                yield Page(mentions=(*mentions, *lost), rejected=rejected)
