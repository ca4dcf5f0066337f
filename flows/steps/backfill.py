"""Ask a target for a past span, step by step, with windows and a checkpoint of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.target import Archivist
from flows import money
from flows.steps.lease import Lease, take
from flows.steps.poll import BUSY, BUSY_NOTE, Heard, Polled, poll
from storage import backfills, coverage
from storage.mentions import Saved

if TYPE_CHECKING:
    from datetime import datetime

    from core.mention import Page
    from core.target import Target
    from flows.wiring import Wiring

DONE_ALREADY = "done_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """What came of asking for a past span, this time."""

    target: str
    state: str
    """A word of the coverage ledger, `busy`, or `done_already`."""
    finished: bool
    """Whether all of it is here; if not, the same command goes on."""
    saved: Saved = field(default_factory=Saved)
    spend_usd: float = 0.0
    note: str = ""


def backfill(
    wiring: Wiring,
    target: Target,
    start: datetime,
    until: datetime,
    on_mentions: Callable[[int], None] = lambda count: None,
) -> Backfilled:
    """Fetch what was posted in a span, from where an earlier attempt stopped; budgets are kept.

    Args:
        wiring: everything.
        target: whom to ask.
        start: where the span begins.
        until: where it ends.
        on_mentions: told how many mentions each page brought.

    Raises:
        ConfigError: the target's source cannot be asked for the past, or is not configured to the end; the
            span ends in the future.
    """
    archivist = wiring.listener(target)
    if not isinstance(archivist, Archivist):
        raise ConfigError(target.place or target.name, f"{target.source} cannot be asked for a past span")
    now = wiring.clock()
    if until > now:  # it would count as fetched, all of it
        raise ConfigError("--to", f"lies in the future; it is {now:%Y-%m-%d %H:%M} UTC now")
    with wiring.database.transaction() as tx:
        asked = backfills.ask_for(tx, target.name, start, until, now)
        if asked.finished_at is not None:
            return Backfilled(target=target.name, state=DONE_ALREADY, finished=True)
        lease = take(tx, _lease_name(target, start, until), now)
        if lease is None:
            return Backfilled(target=target.name, state=BUSY, finished=False, note=BUSY_NOTE)
    try:
        steps, finished = _walk(wiring, target, asked, lease, on_mentions)
    finally:
        with wiring.database.transaction() as tx:
            lease.give_back(tx)
    return _summed(target, steps, finished)


def _lease_name(target: Target, start: datetime, until: datetime) -> str:
    """Of a target that costs money it is the polls' own: each counts on all that is left of its budget."""
    if money.paid(target):
        return target.name
    return f"back-fill of {target.name} {start.isoformat()} {until.isoformat()}"


def _walk(
    wiring: Wiring,
    target: Target,
    asked: backfills.Backfill,
    lease: Lease,
    on_mentions: Callable[[int], None],
) -> tuple[list[Heard], bool]:
    def pages(since: str | None) -> Iterator[Page]:
        money.demand(wiring, target)
        # Built anew for each step: it is told what was spent meanwhile.
        archivist = wiring.listener(target)
        assert isinstance(archivist, Archivist)  # noqa: S101 - looked at above
        return archivist.past(asked.start, asked.until, since)

    steps: list[Heard] = []
    while True:
        with wiring.database.transaction() as tx:
            opened = coverage.open_backfill(tx, target, asked.id, wiring.clock())
        polled = poll(wiring, opened, pages, lease, on_mentions)
        steps.append(polled.heard)
        with wiring.database.transaction() as tx:
            coverage.close_windows(tx, [polled.closing], wiring.clock())
            if polled.closing.whole:
                backfills.finish(tx, asked.id, wiring.clock())
        if polled.closing.whole:
            return steps, True
        if polled.heard.error is not None or polled.heard.state == BUSY or not _further(polled):
            return steps, False


def _further(polled: Polled) -> bool:
    """Whether a step came further than the last: one that did not would be repeated for ever."""
    saved = polled.heard.saved
    return saved.new + saved.updated + saved.duplicate > 0


def _summed(target: Target, steps: list[Heard], finished: bool) -> Backfilled:
    last = steps[-1]
    return Backfilled(
        target=target.name,
        state=last.state,
        finished=finished,
        saved=sum((step.saved for step in steps), Saved()),
        spend_usd=sum(step.spend_usd for step in steps),
        note=last.note,
    )
