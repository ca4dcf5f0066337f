"""What was collected and what is missing, gathered from the ledger; always of the present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import reports.coverage
from core.budget import Purse, month_of
from flows.money import OWN_BUDGET, paid, purse_of
from flows.steps.listening import Listening, listening
from flows.wiring import Wiring
from reports.coverage import Brought, Listened, Missing, Target
from storage import backfills, spending, standings, windows
from storage.backfills import Backfill
from storage.coverage import COMPLETE, INTERRUPTED, RUNNING, TRUNCATED
from storage.holes import BEGINNING, StoredHole, list_holes

if TYPE_CHECKING:
    from core.config import Catalogue
    from core.target import Target as Configured
    from reports.document import Report
    from storage.database import Transaction

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
NOTES_SHOWN = 5
"""Different things said about one target's incomplete polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is known of how targets are heard, for a page and for a terminal."""

    heard: Mapping[str, Listening]
    holes: Sequence[StoredHole]
    """The latest first."""
    backfills: Sequence[Backfill]
    """Those that are not finished, whoever's."""
    purse: Purse


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the ledger says about all targets."""

    ledger: Ledger
    standings: Mapping[str, standings.Standing]
    day: Mapping[str, windows.Sums]
    week: Mapping[str, windows.Sums]
    said: Mapping[str, list[str]]
    spent: Mapping[str, float]


def coverage(wiring: Wiring) -> Report:
    """The report on everything that is listened to."""
    return reports.coverage.coverage(gather(wiring))


def ledger(tx: Transaction, catalogue: Catalogue | None, now: datetime) -> Ledger:
    """Read it.

    Args:
        tx: the open transaction.
        catalogue: targets that it no longer has are left out; None: all that were ever asked are there.
        now: the present time.
    """
    heard = listening(tx, now)
    names = {target.name for target in catalogue.targets} if catalogue else set(heard)
    return Ledger(
        heard={name: each for name, each in heard.items() if name in names},
        holes=list_holes(tx, targets=names),
        backfills=backfills.unfinished(tx),
        purse=purse_of(tx, catalogue.budget.monthly_usd if catalogue else None, now),
    )


def gather(wiring: Wiring) -> Listened:
    """The figures behind it."""
    now, catalogue = wiring.clock(), wiring.catalogue
    names = [target.name for target in catalogue.targets]
    with wiring.database.reading() as tx:
        known = _Known(
            ledger=ledger(tx, catalogue, now),
            standings=standings.standings(tx, names),
            day=windows.sums_since(tx, names, now - DAY),
            week=windows.sums_since(tx, names, now - WEEK),
            said=windows.troubled_since(tx, names, now - WEEK),
            spent=spending.spending(tx, month_of(now)),
        )
    missing = sorted(_missing(names, known, now), key=lambda each: each.until, reverse=True)
    purse = known.ledger.purse
    return Listened(
        as_of=now,
        zone=catalogue.zone,
        targets=[_target(target, known) for target in catalogue.targets],
        missing=missing,
        spent_usd=purse.spent_usd,
        monthly_usd=purse.monthly_usd,
        stop=purse.stop(essential=True) or purse.stop(essential=False),
    )


def _target(target: Configured, known: _Known) -> Target:
    spent = known.spent.get(target.name, 0.0) + known.spent.get(target.name + spending.AGAIN, 0.0)
    budget = float(getattr(target.options, OWN_BUDGET)) if paid(target) else None
    heard = known.ledger.heard.get(target.name)
    if heard is None:
        return Target(
            name=target.name, brand=target.brand, source=target.source, spent_usd=spent, budget_usd=budget
        )
    return Target(
        name=target.name,
        brand=target.brand,
        source=target.source,
        state=heard.window.state,
        health=heard.health,
        last_success=heard.window.last_success_at,
        lag=heard.lag,
        day=_brought(known.day.get(target.name)),
        week=_brought(known.week.get(target.name)),
        note=heard.note,
        cut_short=known.said.get(target.name, [])[:NOTES_SHOWN],
        spent_usd=spent,
        budget_usd=budget,
    )


def _brought(sums: windows.Sums | None) -> Brought:
    if sums is None:
        return Brought()
    return Brought(new=sums.new, duplicate=sums.duplicate, rejected=sums.rejected)


def _missing(names: list[str], known: _Known, now: datetime) -> Iterator[Missing]:
    """Holes, what the next polls still have to bring, and back-fills that are not finished."""
    for hole in known.ledger.holes:
        yield Missing(
            target=hole.target,
            start=None if hole.start == BEGINNING else hole.start,
            until=hole.until,
            why=hole.why,
            permanent=True,
        )
    for name in names:
        heard = known.ledger.heard.get(name)
        if heard is None or heard.window.state in (COMPLETE, RUNNING):
            continue
        until = known.standings[name].heard_until
        asked = heard.window.asked_until or heard.window.opened_at
        if until is None or until < asked:
            why = heard.window.note or f"its last poll ended as {heard.window.state}"
            unheard = heard.window.state not in (TRUNCATED, INTERRUPTED)
            yield Missing(target=name, start=until, until=now, why=why, permanent=False, unheard=unheard)
    for backfill in known.ledger.backfills:
        if backfill.target in names:
            yield Missing(
                target=backfill.target,
                start=backfill.start,
                until=backfill.until,
                why=f"a back-fill that was begun on {backfill.begun_at:%Y-%m-%d}: earful backfill goes on",
                permanent=False,
            )
