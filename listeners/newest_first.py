"""The walk through a listing that shows the newest first: down to what is known, never twice from the top.

Most platforms answer so. A walk ends at a time: the newest one of the last walk that came to its end, less an
overlap, since items appear late (moderation, a lagging index) or are edited. A walk that is broken off, by a
crash or by the limit of pages, leaves its place in the checkpoint of its last page; the next poll first walks
the rest from there, then what is new. So the checkpoint of *every* page is safe: what lies between is not
behind the checkpoint, it is inside it.

A place may be lost meanwhile: the platform refuses its token, or no longer knows the item that the token
names and answers with nothing. Then the walk begins at the top once more, and may take as many pages more as
it had read before, so that it comes further than last time however often that happens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged, SourceGone
from core.mention import Lost, Mention, Page, Rejected
from listeners.paging import follow

FIRST_REACH = timedelta(days=7)
"""How far back the first poll of a target goes; a longer past is what back-filling is for."""

Fetch = Callable[[str | None], tuple[Sequence[Any], str | None]]
"""Token of a page (None: the newest one) -> (its records, token of the next, older page)."""
Read = Callable[[Sequence[Any]], tuple[Sequence[Mention], Sequence[Rejected]]]
"""Records -> mentions, in the same order, and those that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One target's listing.

    Args:
        source: for messages.
        question: what is asked, in words of our own: another question starts from the beginning.
        fetch: see Fetch.
        read: see Read.
        clock: gives the time.
        overlap: how late an item may appear.
        max_pages: a poll stops after so many; the next one goes on.
        wall: why the listing ends before everything was seen, where the platform shows only the newest part
            of it (for `Page.truncated`). Asked with the number of records that the listing showed, when a
            walk comes to its end without having met anything known. Empty: that was all there is.
        wall_in_sight: whether the last page tells by itself whether it ends at the wall, as a page's number
            does. Then that is asked at the end of a resumed walk, too, and not left to the next one.
        first_reach: how far back the first poll goes.
        strays: so many old records in a row, pinned to the top or with a wrong time, end no walk.
    """

    source: str
    question: str
    fetch: Fetch
    read: Read
    clock: Clock
    overlap: timedelta
    max_pages: int
    wall: Callable[[int], str] = lambda _seen: ""
    wall_in_sight: bool = False
    first_reach: timedelta = FIRST_REACH
    strays: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """A walk that has not come to its end."""

    token: str
    newest: datetime | None
    edge: datetime
    """Where it ends."""
    seen: int
    """Records so far."""
    pages: int = 0
    below: int = 0
    """Records that a walk saw below this one, see _Known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    newest: datetime | None = None
    """Everything up to this time was read, but for what `walk` has yet to read."""
    walk: _Walk | None = None
    below: int = 0
    """Records of a resumed walk that met nothing known. Whether it met the wall, only the next walk can tell:
    what came while it rested pushed it nearer to the wall."""
    oldest: datetime | None = None
    """How far down walks have come of which that is not known yet."""


def poll(listing: Listing, since: str | None) -> Iterator[Page]:
    """Yield the rest of a broken-off walk, then what is new; every page carries a safe checkpoint.

    Args:
        listing: what to walk through.
        since: the checkpoint of an earlier page, or None the first time.

    Raises:
        SourceError: from `fetch`; SchemaChanged also for a checkpoint that cannot be read.
    """
    known, left = _load(since, listing), listing.max_pages
    while left > 0:
        resumed = known.walk is not None
        walk = known.walk or _Walk(
            token="", newest=known.newest, edge=_edge(listing, known.newest), seen=0, below=known.below
        )
        for page, after in _walk(listing, replace(known, walk=walk), left):
            known, left = after, left - 1
            yield page
        if known.walk is not None or not resumed:
            return


def between(listing: Listing, start: datetime, token: str | None, since: str | None) -> Iterator[Page]:
    """Yield a past span, newest first. Its checkpoints belong to the span, not to the target.

    Args:
        listing: what to walk through.
        start: where the span begins; aware UTC.
        token: of the page at which it ends; None: the newest one.
        since: the checkpoint of an earlier page of this span, or None the first time.
    """
    known = _load(since, listing)
    if known.walk is None and known.newest is not None:
        return
    walk = known.walk or _Walk(token=token or "", newest=None, edge=start, seen=0)
    for page, _ in _walk(listing, replace(known, walk=walk), listing.max_pages, token, alone=True):
        yield page


def _walk(
    listing: Listing, known: _Known, max_pages: int, top: str | None = None, *, alone: bool = False
) -> Iterator[tuple[Page, _Known]]:
    """Each page with what is known after it.

    Args:
        listing: what to walk through.
        known: with the walk to take up.
        max_pages: it stops after so many.
        top: token of the page where it begins anew, should its place be lost.
        alone: no further walk comes above it, so that it has to judge the wall by itself.
    """
    walk = known.walk
    assert walk is not None  # noqa: S101 - both callers begin one
    resumed = walk.pages > 0
    answers, limit = _answers(listing, walk, top, max_pages)
    if resumed and limit > max_pages:  # its place is lost: once more from the top
        walk, resumed = replace(walk, token=top or "", seen=0, pages=0), False
    old, oldest = 0, known.oldest or listing.clock()
    for number, (records, token) in enumerate(answers, 1):
        mentions, rejected = listing.read(records)
        times = [mention.posted_at for mention in mentions]
        # The last ones decide: an old item pinned to the top is not the end of what is new.
        for time in times:
            old = old + 1 if time < walk.edge else 0
        oldest = min([oldest, *(time for time in times if time >= walk.edge)])
        reached = old > listing.strays
        ended = token is None or reached
        walk = replace(
            walk,
            token=token or "",
            newest=_newest([*times, walk.newest], listing.clock()),
            seen=walk.seen + (_above(known, times) if walk.below else len(records)),
            pages=walk.pages + 1,
        )
        truncated, below = "", 0
        if ended and not reached and resumed and not alone and not listing.wall_in_sight:
            below = walk.seen + walk.below
        elif ended and (not reached or walk.below):
            truncated = listing.wall(walk.seen + walk.below)
        elif not ended and number == limit:
            truncated = f"stopped at page {number}; the next poll reads the older items"
        # A listing that showed nothing else than what is older, or nothing at all, is known up to where the
        # walk was to end: from further back, the next one would take what this one left out.
        newest = max(walk.newest or walk.edge, walk.edge)
        after = (
            _Known(newest=newest, below=below, oldest=oldest if below else None)
            if ended
            else replace(known, walk=walk, oldest=oldest)
        )
        page = Page(
            mentions=tuple(m for m in mentions if m.posted_at >= walk.edge),
            rejected=tuple(rejected),
            checkpoint=_text(after, listing),
            truncated=truncated,
            lost=Lost(until=oldest) if ended and truncated else None,
        )
        yield page, after
        if ended:
            return


def _above(known: _Known, times: Sequence[datetime]) -> int:
    """How many came after the walk below this one: the others were counted there."""
    return sum(known.newest is None or time > known.newest for time in times)


def _answers(
    listing: Listing, walk: _Walk, top: str | None, max_pages: int
) -> tuple[Iterator[tuple[Sequence[Any], str | None]], int]:
    """The pages from a walk's place, or from the top where that is lost; and how many they may be.

    One that is lost costs a request, and the walk may take what it had read before on top of the limit.
    """
    pages = follow(listing.fetch, source=listing.source, start=walk.token or None, max_pages=max_pages)
    if walk.pages == 0:
        return pages, max_pages
    try:
        first = next(pages)
    except (SchemaChanged, SourceGone):  # a token that is no longer taken; if it is more, the top says it too
        first = ([], None)
    if first[0] or first[1] is not None:
        return chain([first], pages), max_pages
    limit = max_pages + walk.pages
    return follow(listing.fetch, source=listing.source, start=top, max_pages=limit), limit


def _edge(listing: Listing, newest: datetime | None) -> datetime:
    return newest - listing.overlap if newest is not None else listing.clock() - listing.first_reach


def _newest(times: Sequence[datetime | None], now: datetime) -> datetime | None:
    """The newest time; one in the future would hide everything until then."""
    return max((time for time in times if time is not None and time <= now), default=None)


def _fingerprint(listing: Listing) -> str:
    return hashlib.sha256(listing.question.encode()).hexdigest()[:16]


def _text(known: _Known, listing: Listing) -> str:
    walk = known.walk
    stored: dict[str, Any] = {"asked": _fingerprint(listing)}
    if known.newest is not None:
        stored["newest"] = known.newest.isoformat()
    if known.below:
        stored["below"] = known.below
    if known.oldest is not None:
        stored["oldest"] = known.oldest.isoformat()
    if walk is not None:
        newest = walk.newest.isoformat() if walk.newest else None
        stored["walk"] = {
            "token": walk.token,
            "newest": newest,
            "edge": walk.edge.isoformat(),
            "seen": walk.seen,
            "pages": walk.pages,
            "below": walk.below,
        }
    return json.dumps(stored, separators=(",", ":"))


def _load(text: str | None, listing: Listing) -> _Known:
    """What was known; nothing where the target now asks something else."""
    if text is None:
        return _Known()
    try:
        stored = json.loads(text)
        if stored["asked"] != _fingerprint(listing):
            return _Known()
        walk = stored.get("walk")
        return _Known(
            newest=_time(stored.get("newest")),
            walk=_Walk(
                token=str(walk["token"]),
                newest=_time(walk["newest"]),
                edge=datetime.fromisoformat(walk["edge"]).astimezone(UTC),
                seen=int(walk["seen"]),
                pages=max(1, int(walk.get("pages", 1))),
                below=int(walk.get("below", 0)),
            )
            if walk
            else None,
            below=int(stored.get("below", 0)),
            oldest=_time(stored.get("oldest")),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise SchemaChanged(
            f"{listing.source}: the stored checkpoint of this target cannot be read; "
            "rename the target to start anew"
        ) from error


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text is not None else None
