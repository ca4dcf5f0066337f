"""The walk through a listing that shows the newest first: down to what is known, never twice from the top.

Most platforms answer so. A walk ends at a time: the newest one of the last walk that came to its end, less an
overlap, since items appear late (moderation, a lagging index) or are edited. A walk that is broken off, by a
crash or by the limit of pages, leaves its place in the checkpoint of its last page; the next poll first walks
the rest from there, then what is new. So the checkpoint of *every* page is safe: what lies between is not
behind the checkpoint, it is inside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged
from core.mention import Mention, Page, Rejected
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
            of it (for `Page.truncated`). Asked with the number of records seen, when a walk comes to the
            listing's end without having met anything known. Empty: that was all there is.
        first_reach: how far back the first poll goes.
    """

    source: str
    question: str
    fetch: Fetch
    read: Read
    clock: Clock
    overlap: timedelta
    max_pages: int
    wall: Callable[[int], str] = lambda _seen: ""
    first_reach: timedelta = FIRST_REACH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """A walk that has not come to its end."""

    token: str
    newest: datetime | None
    edge: datetime
    """Where it ends."""
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    newest: datetime | None = None
    """Everything up to this time was read, but for what `walk` has yet to read."""
    walk: _Walk | None = None


def poll(listing: Listing, since: str | None) -> Iterator[Page]:
    """Yield the rest of a broken-off walk, then what is new; every page carries a safe checkpoint.

    Args:
        listing: what to walk through.
        since: the checkpoint of an earlier page, or None the first time.

    Raises:
        SourceError: from `fetch`; SchemaChanged also for a checkpoint that cannot be read.
    """
    known, left = _load(since, listing), listing.max_pages
    while left:
        resumed = known.walk is not None
        for page, after in _walk(listing, known, left):
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
    known = _load(since, listing) if since is not None else _Known()
    if known.walk is None and since is not None:
        return
    walk = known.walk or _Walk(token=token or "", newest=None, edge=start, seen=0)
    for page, _ in _walk(listing, replace(known, walk=walk), listing.max_pages):
        yield page


def _walk(listing: Listing, known: _Known, max_pages: int) -> Iterator[tuple[Page, _Known]]:
    """Each page with what is known after it."""
    walk = known.walk or _Walk(token="", newest=known.newest, edge=_edge(listing, known.newest), seen=0)
    pages = follow(listing.fetch, source=listing.source, start=walk.token or None, max_pages=max_pages)
    for number, (records, token) in enumerate(pages, 1):
        mentions, rejected = listing.read(records)
        times = [mention.posted_at for mention in mentions]
        # The last one decides: an old item pinned to the top is not the end of what is new.
        reached = bool(times) and times[-1] < walk.edge
        ended = token is None or reached
        walk = replace(
            walk,
            token=token or "",
            newest=_newest([*times, walk.newest], listing.clock()),
            seen=walk.seen + len(records),
        )
        known = _Known(newest=walk.newest) if ended else replace(known, walk=walk)
        truncated = ""
        if ended and not reached:
            truncated = listing.wall(walk.seen)
        elif not ended and number == max_pages:
            truncated = f"stopped after {listing.max_pages} pages; the next poll reads the older items"
        page = Page(
            mentions=tuple(m for m in mentions if m.posted_at >= walk.edge),
            rejected=tuple(rejected),
            checkpoint=_text(known, listing),
            truncated=truncated,
        )
        yield page, known
        if ended:
            return


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
    if walk is not None:
        newest = walk.newest.isoformat() if walk.newest else None
        stored["walk"] = {
            "token": walk.token,
            "newest": newest,
            "edge": walk.edge.isoformat(),
            "seen": walk.seen,
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
            )
            if walk
            else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SchemaChanged(
            f"{listing.source}: the stored checkpoint of this target cannot be read; "
            "remove it to start from the beginning"
        ) from error


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text is not None else None
