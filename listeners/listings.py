"""A target of several newest-first listings (an app's reviews in many countries), walked one after another.

Where they stand is one checkpoint, and one that fails does not keep the others from being read (several.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.mention import Page
from listeners import newest_first
from listeners.newest_first import Listing
from listeners.several import load

_SPOKEN = "spoken"
_Walk = Callable[[Listing, str | None], Iterator[Page]]


def poll(listings: Mapping[str, Listing], since: str | None, *, silent: str = "") -> Iterator[Page]:
    """Yield what is new in each listing; every page carries a safe checkpoint.

    Args:
        listings: by a name that stays, as the checkpoint knows them by it. At least one.
        since: the checkpoint of an earlier page, or None the first time.
        silent: what to say (`Page.truncated`) of a listing that had mentions before and now shows no record
            at all; empty where that is nothing unusual.

    Raises:
        SourceError: as `Places.each` does.
    """
    return _all(listings, since, newest_first.poll, silent)


def past(
    listings: Mapping[str, Listing], start: datetime, end: datetime, since: str | None
) -> Iterator[Page]:
    """Yield what was posted in a span in each listing.

    For listings that cannot begin at a time: all that is newer is asked for too, and left out.

    Args:
        listings: see `poll`.
        start: where the span begins; aware UTC.
        end: where it ends.
        since: the checkpoint of an earlier page of this span, or None the first time.

    Raises:
        SourceError: as `poll` does.
    """

    def between(listing: Listing, place: str | None) -> Iterator[Page]:
        for page in newest_first.between(listing, start, None, place):
            yield replace(page, mentions=tuple(m for m in page.mentions if m.posted_at < end))

    return _all(listings, since, between, "")


def _all(listings: Mapping[str, Listing], since: str | None, walk: _Walk, silent: str) -> Iterator[Page]:
    first = next(iter(listings.values()))
    state = load(since, first.source, "listings")  # each listing knows by itself whether it is still the same
    spoken: list[str] = state.more.setdefault(_SPOKEN, [])

    def pages(name: str, place: str | None) -> Iterator[Page]:
        shown = _Shown(listings[name])
        for page in walk(shown.listing, place):
            if page.mentions and name not in spoken:
                spoken.append(name)
            quiet = silent if silent and not shown.records and name in spoken else ""
            yield replace(page, truncated=page.truncated or quiet)

    yield from state.each(tuple(listings), pages)


class _Shown:
    """A listing that counts the records it shows."""

    def __init__(self, listing: Listing) -> None:
        self.records = 0
        self._fetch = listing.fetch
        self.listing = replace(listing, fetch=self._counted)

    def _counted(self, token: str | None) -> tuple[Sequence[Any], str | None]:
        records, following = self._fetch(token)
        self.records += len(records)
        return records, following
