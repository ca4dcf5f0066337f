"""The walk through the search by date: from the newest hit to what is known.

A query shows its newest 1000 hits and no more (github.com/algolia/hn-search issue 230), so a walk goes by
time and not by page: "not younger than the oldest one of the last page", again and again. Hits of a page's
oldest second may go on on the next page and are taken from there. A second that fills a whole page, which
Hacker News has not seen yet, is the only thing that is read by page number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from core.errors import SchemaChanged
from core.mention import Page
from listeners import newest_first
from listeners.base import Borrowed
from listeners.hackernews.options import TAGS, HackerNewsOptions
from listeners.hackernews.read import hits_of, read_hits, written
from listeners.json_api import JsonApi
from listeners.newest_first import Listing
from listeners.several import load
from listeners.values import mapping

_OVERLAP = timedelta(minutes=15)
"""The search learns of an item within a minute or so; after an outage of its crawler, later."""

EXACTLY = {
    "advancedSyntax": "true",
    "typoTolerance": "false",
    "queryType": "prefixNone",
    "attributesToHighlight": "[]",
    "analytics": "false",
}
"""A brand is searched as it is written: not "acne" for "acme", nor "acmeology"."""


def open_api(options: HackerNewsOptions, borrowed: Borrowed) -> JsonApi:
    """The search; it knows no keys."""
    return JsonApi("Hacker News", borrowed, base_url=options.base_url, timeout=options.timeout_seconds)


class HackerNews:
    """Listens to one Hacker News target.

    Args:
        options: what to listen to.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: HackerNewsOptions, borrowed: Borrowed) -> None:
        self._options = options
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, one query after the other, newest first."""
        yield from self._each(since, newest_first.poll)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span."""
        last = str(math.ceil(end.timestamp()) - 1)
        yield from self._each(since, lambda listing, at: newest_first.between(listing, start, last, at))

    def _each(
        self, since: str | None, step: Callable[[Listing, str | None], Iterator[Page]]
    ) -> Iterator[Page]:
        places = load(since, "Hacker News", f"{self._options.listing} {self._options.queries}")
        yield from places.each(self._options.queries, lambda query, at: step(self._listing(query), at))

    def _listing(self, query: str) -> Listing:
        return Listing(
            source="Hacker News",
            question=f"{self._options.listing} {query}",
            fetch=lambda token: self._page(query, token),
            read=lambda hits: read_hits(hits, self._clock(), "GET search_by_date"),
            clock=self._clock,
            overlap=_OVERLAP,
            max_pages=self._options.max_pages,
        )

    def _page(self, query: str, token: str | None) -> tuple[list[Any], str | None]:
        """Hits and the next token: a time in seconds; of a crowded second also the page: "1795000000.2"."""
        bound, page = _place(token)
        size = self._options.page_size
        body = self._api.get(
            "/search_by_date",
            query=query,
            tags=TAGS[self._options.listing],
            hitsPerPage=size,
            numericFilters=f"created_at_i<={bound}" if bound is not None else None,
            page=page or None,
            **EXACTLY,
        )
        hits = hits_of(body)
        times = [_second(hit) for hit in hits]
        known = [time for time in times if time is not None]
        if bound is not None and known and max(known) > bound:
            raise SchemaChanged(
                "Hacker News: answered with a page that was already read instead of an older one; stopped. "
                "If it happens again, please report it as a bug"
            )
        if page and bound is not None:
            more = len(hits) >= size and min(known, default=bound) == bound
            same = [hit for hit, time in zip(hits, times, strict=True) if time in (bound, None)]
            return same, f"{bound}.{page + 1}" if more else str(bound - 1)
        if len(hits) < size or mapping(body).get("nbHits") == len(hits):
            return hits, None
        if not known:
            raise SchemaChanged("Hacker News: no hit of a whole page says when it was written")
        oldest = min(known)
        if oldest == bound:
            return hits, f"{bound}.1"
        return [hit for hit, time in zip(hits, times, strict=True) if time is None or time > oldest], str(
            oldest
        )


def _second(hit: object) -> int | None:
    time = written(hit)
    return math.floor(time.timestamp()) if time is not None else None


def _place(token: str | None) -> tuple[int | None, int]:
    """A token's time and page."""
    if token is None:
        return None, 0
    time, _, page = token.partition(".")
    try:
        return int(time), int(page or 0)
    except ValueError:
        raise SchemaChanged(
            "Hacker News: the stored checkpoint of this target cannot be read; "
            "rename the target to start anew"
        ) from None
