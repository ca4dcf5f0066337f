"""What was collected and what is missing, gathered from the ledger; always of the present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import reports.coverage
from core.budget import Purse, month_of
from flows.money import OWN_BUDGET, paid
from flows.steps.listening import Listening, listening
from flows.wiring import Wiring
from reports.coverage import Brought, Listened, Missing, Target
from storage import backfills, holes, spending, standings, windows
from storage.coverage import COMPLETE, INTERRUPTED, RUNNING, TRUNCATED

if TYPE_CHECKING:
    from core.target import Target as Configured
    from reports.document import Report
    from storage.database import Transaction

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
NOTES_SHOWN = 5
"""Different things said about one target's incomplete polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the ledger says about all targets."""

    heard: Mapping[str, Listening]
    standings: Mapping[str, standings.Standing]
    day: Mapping[str, windows.Sums]
    week: Mapping[str, windows.Sums]
    said: Mapping[str, list[str]]
    spent: Mapping[str, float]


def coverage(wiring: Wiring) -> Report:
    """The report on everything that is listened to."""
    return reports.coverage.coverage(gather(wiring))


def gather(wiring: Wiring) -> Listened:
    """The figures behind it."""
    now, catalogue = wiring.clock(), wiring.catalogue
    names = [target.name for target in catalogue.targets]
    with wiring.database.reading() as tx:
        known = _Known(
            heard=listening(tx, now),
            standings=standings.standings(tx, names),
            day=windows.sums_since(tx, names, now - DAY),
            week=windows.sums_since(tx, names, now - WEEK),
            said=windows.troubled_since(tx, names, now - WEEK),
            spent=spending.spending(tx, month_of(now)),
        )
        missing = sorted(_missing(tx, names, known, now), key=lambda each: each.until, reverse=True)
    purse = Purse(monthly_usd=catalogue.budget.monthly_usd, spent_usd=sum(known.spent.values()))
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
    heard = known.heard.get(target.name)
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
        note=_note(heard),
        cut_short=known.said.get(target.name, [])[:NOTES_SHOWN],
        spent_usd=spent,
        budget_usd=budget,
    )


def _brought(sums: windows.Sums | None) -> Brought:
    if sums is None:
        return Brought()
    return Brought(new=sums.new, duplicate=sums.duplicate, rejected=sums.rejected)


def _note(heard: Listening) -> str:
    if heard.not_before is not None:
        return f"until {heard.not_before:%Y-%m-%d %H:%M} UTC: {heard.waits_for}"
    return heard.window.note


def _missing(tx: Transaction, names: list[str], known: _Known, now: datetime) -> Iterator[Missing]:
    """Holes, what the next polls still have to bring, and back-fills that are not finished."""
    for hole in holes.list_holes(tx, targets=names):
        yield Missing(
            target=hole.target,
            start=None if hole.start == holes.BEGINNING else hole.start,
            until=hole.until,
            why=hole.why,
            permanent=True,
        )
    for name in names:
        heard = known.heard.get(name)
        if heard is None or heard.window.state in (COMPLETE, RUNNING):
            continue
        until = known.standings[name].heard_until
        asked = heard.window.asked_until or heard.window.opened_at
        if until is None or until < asked:
            why = heard.window.note or f"its last poll ended as {heard.window.state}"
            unheard = heard.window.state not in (TRUNCATED, INTERRUPTED)
            yield Missing(target=name, start=until, until=now, why=why, permanent=False, unheard=unheard)
    for backfill in backfills.unfinished(tx):
        if backfill.target in names:
            yield Missing(
                target=backfill.target,
                start=backfill.start,
                until=backfill.until,
                why=f"a back-fill that was begun on {backfill.begun_at:%Y-%m-%d}: earful backfill goes on",
                permanent=False,
            )
