"""The bookkeeping of many polls at once: who may be asked now, and how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.process import dead, new_holder
from flows.steps.lease import HELD_FOR, Lease
from flows.steps.poll import BUSY, BUSY_NOTE, WAITING, Heard, Polled
from storage import coverage, holes, leases, standings

if TYPE_CHECKING:
    from core.target import Target
    from flows.wiring import Wiring
    from storage.coverage import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of the wish to ask some targets."""

    holder: str
    """Who holds their leases."""
    opened: tuple[Opened, ...]
    """These are held and may be asked."""
    skipped: tuple[Heard, ...]
    """These are not asked now, and say why."""

    def lease(self, opened: Opened) -> Lease:
        """The lease of one that was opened: all were taken then."""
        return Lease(name=opened.target.name, holder=self.holder, renewed_at=opened.asked_until)


def longest_unheard_first(wiring: Wiring, targets: Sequence[Target]) -> list[Target]:
    """Where a limit does not let all be asked, every target has its turn."""
    with wiring.database.reading() as tx:
        known = standings.standings(tx, [target.name for target in targets])

    def last(target: Target) -> tuple[bool, datetime]:
        standing = known.get(target.name)
        at = standing.succeeded_at if standing else None
        return (at is not None, at or wiring.clock())

    return sorted(targets, key=last)


def open_batch(wiring: Wiring, targets: Sequence[Target]) -> Batch:
    """Take the targets' leases and begin their polls, in one transaction."""
    holder = new_holder()
    with wiring.database.transaction() as tx:
        # Read inside: whoever waited for this transaction must see what was found out meanwhile.
        now = wiring.clock()
        known = standings.standings(tx, [target.name for target in targets])
        waiting = [
            _waiting(standing)
            for target in targets
            if (standing := known.get(target.name)) is not None
            and standing.not_before is not None
            and standing.waits(now, wiring.asked_as(target))
        ]
        wait = {heard.target for heard in waiting}
        wanted = [target for target in targets if target.name not in wait]
        names = [target.name for target in wanted]
        free = leases.take(tx, names, holder, now=now, until=now + HELD_FOR, dead=dead)
        begun = coverage.open_windows(tx, [target for target in wanted if target.name in free], now)
    busy = [_busy(target) for target in wanted if target.name not in free]
    return Batch(holder=holder, opened=tuple(begun), skipped=(*waiting, *busy))


def close_batch(wiring: Wiring, batch: Batch, ended: Sequence[Polled]) -> None:
    """Note how polls ended, put holes on record, and let others ask; in one transaction."""
    now = wiring.clock()
    with wiring.database.transaction() as tx:
        coverage.close_windows(tx, [polled.closing for polled in ended], now)
        holes.keep_holes(tx, [hole for polled in ended for hole in polled.holes], now)
        leases.give_back(tx, [polled.heard.target for polled in ended], batch.holder)


def let_go(wiring: Wiring, batch: Batch) -> None:
    """Give leases back whose polls came to no end that could be noted."""
    with wiring.database.transaction() as tx:
        leases.give_back(tx, [each.target.name for each in batch.opened], batch.holder)


def wait_note(standing: standings.Standing) -> str:
    """Until when one that waits does, and why."""
    return f"until {standing.not_before:%Y-%m-%d %H:%M} UTC: {standing.waits_for}"


def _waiting(standing: standings.Standing) -> Heard:
    return Heard(target=standing.target, state=WAITING, note=wait_note(standing))


def _busy(target: Target) -> Heard:
    return Heard(target=target.name, state=BUSY, note=BUSY_NOTE)
