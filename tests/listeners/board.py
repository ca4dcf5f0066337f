"""A listing in memory, for the tests of the shared walk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from core.errors import SourceError
from core.mention import Mention, Page, Rejected
from listeners.newest_first import Listing, poll
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW

MINUTE = timedelta(minutes=1)
OVERLAP = timedelta(minutes=5)


@dataclass
class Board:
    """A listing: items by number, the newest first; a page's token names the item after which it begins."""

    per_page: int = 3
    shows: int = 10_000
    """Its wall."""
    now: datetime = NOW
    times: dict[int, datetime] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    unreadable: frozenset[int] = frozenset()
    refused: type[SourceError] | None = None
    """What it says to every token of an earlier poll; None: it takes them."""
    taken: set[str] = field(default_factory=set)
    requests: int = 0

    def post(self, *numbers: int) -> None:
        """Item n is n minutes younger than NOW - 1000 minutes."""
        for number in numbers:
            self.times[number] = NOW + (number - 1000) * MINUTE

    def order(self) -> list[int]:
        rest = sorted((n for n in self.times if n not in self.pinned), reverse=True)
        return [*(n for n in self.pinned if n in self.times), *rest][: self.shows]

    def fetch(self, token: str | None) -> tuple[list[int], str | None]:
        self.requests += 1
        if token is not None and token not in self.taken and self.refused is not None:
            raise self.refused("the token is no longer taken")
        shown = self.order()
        if token is not None and int(token) not in shown:
            return [], None  # as Reddit does where the item is gone
        first = shown.index(int(token)) + 1 if token is not None else 0
        page = shown[first : first + self.per_page]
        following = str(page[-1]) if shown[first + self.per_page :] else None
        if following is not None:
            self.taken.add(following)
        return page, following

    def read(self, records: Sequence[int]) -> tuple[list[Mention], list[Rejected]]:
        good = [n for n in records if n not in self.unreadable]
        bad = [Rejected(source="b", reason="bad", raw=str(n)) for n in records if n in self.unreadable]
        return [
            Mention(source="b", external_id=str(n), text="x", posted_at=self.times[n], fetched_at=self.now)
            for n in good
        ], bad

    def listing(self, max_pages: int = 100, question: str = "q", reach: int = 2000) -> Listing:
        return Listing(
            source="Board",
            question=question,
            fetch=self.fetch,
            read=self.read,
            clock=lambda: self.now,
            overlap=OVERLAP,
            max_pages=max_pages,
            wall=lambda seen: "the wall" if seen >= self.shows else "",
            first_reach=reach * MINUTE,
        )

    def poll(self, since: str | None = None, max_pages: int = 100, stop: int | None = None) -> list[Page]:
        """One poll, broken off after `stop` pages were stored."""
        self.taken.clear()
        return list(islice(poll(self.listing(max_pages), since), stop))

    def polls(self, since: str | None, max_pages: int) -> list[Page]:
        """Polls until there is no rest, or five in a row bring nothing new; no poll goes on for ever."""
        pages: list[Page] = []
        idle = 0
        while idle < 5:
            before = self.requests
            got = self.poll(since, max_pages)
            assert self.requests - before <= 2 * len(self.times) + max_pages + 2
            idle = idle + 1 if numbers(got) <= numbers(pages) else 0
            pages += got
            since = checkpoint(got) or since
            if "walk" not in json.loads(since or "{}"):
                break
        return pages


def numbers(pages: Sequence[Page]) -> set[int]:
    return {int(i) for i in ids(pages)}
