"""One target's walk: ask for pages, store each, and say how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import ConfigError, EarfulError, QuotaExhausted, RateLimited, SourceError
from core.mention import Lost, Page
from core.text import plain
from flows import money
from listeners.registry import SOURCES
from storage import coverage, mentions
from storage.coverage import Closing, Opened
from storage.holes import BEGINNING, Hole, Kind
from storage.mentions import Saved

if TYPE_CHECKING:
    from flows.steps.lease import Lease
    from flows.wiring import Wiring

NOTE_LIMIT = 500
"""Characters of what a source says about its trouble: shown in tables and states."""
BUSY, WAITING = "busy", "waiting"
"""States of a target that is not asked, or no further: somebody else asks it; it wants to be asked later."""
BUSY_NOTE = "somebody else asks it at present"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of asking one target."""

    target: str
    state: str
    """A word of the coverage ledger: complete, truncated, or what went wrong; or why it was not asked."""
    saved: Saved = field(default_factory=Saved)
    spend_usd: float = 0.0
    note: str = ""
    """Why something is missing, in words."""
    error: EarfulError | None = None

    @property
    def complete(self) -> bool:
        """Whether the whole span that was asked for is stored."""
        return self.state == "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A walk that came to its end: for the caller, and for the ledger."""

    heard: Heard
    closing: Closing
    holes: tuple[Hole, ...] = ()
    platform_says_wait: datetime | None = None


@dataclass(slots=True, kw_only=True)
class _Walk:
    """What goes along from page to page."""

    lease: Lease
    saved: Saved = field(default_factory=Saved)
    spend: float = 0.0
    notes: list[str] = field(default_factory=list)
    state: str = "complete"
    error: EarfulError | None = None
    goes_on: bool = False
    """Whether the next poll has to bring what this one could not."""
    lost: list[Hole] = field(default_factory=list)
    """Of what the source says that it can never be had."""
    idle: Page | None = None
    """A page without records: counted with what comes next."""


def poll(
    wiring: Wiring,
    opened: Opened,
    pages: Callable[[str | None], Iterator[Page]],
    lease: Lease,
    on_mentions: Callable[[int], None],
) -> Polled:
    """Walk through the pages, each stored in one transaction with its rejected records and checkpoint.

    A source's trouble is part of what is returned; trouble with our own storage is raised. Where the lease
    ran out and somebody else took it, nothing more is asked or stored.

    Args:
        wiring: everything.
        opened: the poll.
        pages: asks the source, from a checkpoint.
        lease: held by the caller; renewed here.
        on_mentions: told how many mentions each page brought.
    """
    walk = _Walk(lease=lease)
    if lease.due(wiring.clock()):  # it had to wait for its turn
        with wiring.database.transaction() as tx:
            if not lease.renew(tx, wiring.clock()):
                return _taken_over(opened, walk)
    for page in _asked(pages, opened.since):
        if isinstance(page, EarfulError):
            walk.error, walk.state = page, getattr(page, "state", "misconfigured")
            walk.notes.append(plain(str(page), NOTE_LIMIT))
            break
        _look_at(walk, page, opened)
        if page.mentions or page.rejected or page.spend_usd or walk.idle is not None:
            if not _save(wiring, opened, walk, page):
                return _taken_over(opened, walk, page)
        else:
            walk.idle = page
        on_mentions(len(page.mentions))
        stop = money.stop(wiring, opened.target) if page.spend_usd else ""
        if stop:
            walk.state, walk.goes_on = coverage.TRUNCATED, True
            walk.notes.append(stop)
            break
    return _ended(wiring, opened, walk)


def _asked(pages: Callable[[str | None], Iterator[Page]], since: str | None) -> Iterator[Page | EarfulError]:
    """The source's pages, and as the last one what went wrong with it; our own storage's errors pass by."""
    try:
        yield from pages(since)
    except (SourceError, ConfigError) as trouble:
        yield trouble
    except Exception as fault:  # a fault of ours in one source must not keep the others from being heard
        ours = SourceError(unexpected(fault))
        ours.__cause__ = fault
        yield ours


def unexpected(fault: Exception) -> str:
    """What is said of an error that is a fault of ours."""
    return f"Earful did not expect this: {type(fault).__name__}: {fault}"


def _look_at(walk: _Walk, page: Page, opened: Opened) -> None:
    walk.spend += page.spend_usd
    if page.truncated:
        walk.state = coverage.TRUNCATED
        walk.notes.append(plain(page.truncated, NOTE_LIMIT))
        if page.lost is None:
            walk.goes_on = True
        else:
            walk.lost.append(_out_of_reach(opened, page.lost, walk.notes[-1]))


def _save(wiring: Wiring, opened: Opened, walk: _Walk, page: Page) -> bool:
    """Store a page; False: it was not, as somebody else has the lease."""
    from nlp import duplicates  # numpy takes a fifth of a second: who hears nothing new need not wait for it

    now = wiring.clock()
    with wiring.database.transaction() as tx:
        if walk.lease.due(wiring.clock()) and not walk.lease.renew(tx, wiring.clock()):
            return False
        if walk.idle is not None:
            mentions.save_page(tx, opened.target, walk.idle, opened.window, now, duplicates)
        saved = mentions.save_page(tx, opened.target, page, opened.window, now, duplicates)
    walk.idle, walk.saved = None, walk.saved + saved
    return True


def _taken_over(opened: Opened, walk: _Walk, page: Page | None = None) -> Polled:
    """What a page cost that was not stored counts all the same."""
    heard = _heard(opened, walk, BUSY, BUSY_NOTE)
    rest = (Page(spend_usd=page.spend_usd),) if page is not None else ()
    closing = Closing(opened=opened, state=coverage.INTERRUPTED, note=BUSY_NOTE, rest=rest, taken_over=True)
    return Polled(heard=heard, closing=closing)


def _ended(wiring: Wiring, opened: Opened, walk: _Walk) -> Polled:
    note, wait = "; ".join(walk.notes), wait_for(walk.error)
    closing = Closing(
        opened=opened,
        state=walk.state,
        note=note,
        rest=(walk.idle,) if walk.idle is not None else (),
        whole=walk.error is None and not walk.goes_on,
        not_before=wait,
        asked_as=wiring.asked_as(opened.target) if wait else "",
    )
    told = walk.error.retry_at if isinstance(walk.error, RateLimited) else None
    heard = _heard(opened, walk, walk.state, note)
    return Polled(heard=heard, closing=closing, holes=_holes(opened, walk), platform_says_wait=told)


def _heard(opened: Opened, walk: _Walk, state: str, note: str) -> Heard:
    return Heard(
        target=opened.target.name,
        state=state,
        saved=walk.saved,
        spend_usd=walk.spend,
        note=note,
        error=walk.error,
    )


def wait_for(error: EarfulError | None) -> datetime | None:
    """Until when a platform wants to be left alone, where it said so."""
    if isinstance(error, RateLimited):
        return error.retry_at
    return error.resets_at if isinstance(error, QuotaExhausted) else None


def _holes(opened: Opened, walk: _Walk) -> tuple[Hole, ...]:
    if opened.backfill is not None:
        return ()
    by_start: dict[datetime, list[Hole]] = {}
    for hole in walk.lost:
        if hole.until > hole.start:  # else all of it was known already
            by_start.setdefault(hole.start, []).append(hole)
    silent = _silent_for_too_long(opened)
    return (*([silent] if silent else []), *(_as_one(same) for same in by_start.values()))


def _as_one(holes: list[Hole]) -> Hole:
    """Holes that begin together, as those of several listings do: on record they are one."""
    why = "; ".join(dict.fromkeys(hole.why for hole in holes))
    return replace(holes[0], until=max(hole.until for hole in holes), why=plain(why, NOTE_LIMIT))


def _out_of_reach(opened: Opened, lost: Lost, why: str) -> Hole:
    """The span of which the source itself says that it cannot be had."""
    start = lost.since or opened.asked_from or BEGINNING
    return Hole(target=opened.target, kind=Kind.WALL, start=start, until=lost.until, why=why)


def _silent_for_too_long(opened: Opened) -> Hole | None:
    """The span that the platform forgot before anybody asked for it."""
    limit = SOURCES[opened.target.source].forgets_after(opened.target.options)
    if limit is None or opened.asked_from is None or opened.asked_until - limit <= opened.asked_from:
        return None
    days = f"{limit.total_seconds() / 86_400:g} days"
    return Hole(
        target=opened.target,
        kind=Kind.SILENCE,
        start=opened.asked_from,
        until=opened.asked_until - limit,
        why=f"it was not heard in time: {opened.target.source} keeps nothing for longer than {days}",
    )
