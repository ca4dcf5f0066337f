"""What was collected for a brand, and what is missing: from the ledger into the reports' words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.days import day_of, days_from
from core.listening import Health
from flows.steps.listening import Listening, listening
from flows.steps.operator import hole_in_words
from reports.figures import Coverage, Frame
from storage import daily, holes, standings, windows
from storage.coverage import COLLECTED, COMPLETE, RUNNING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core.config import Brand
    from flows.wiring import Wiring
    from storage.database import Transaction

NOTES_SHOWN = 3
_UNHEARD = (Health.LATE, Health.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """How far a brand's figures can be believed."""

    frame: Frame
    missing: tuple[tuple[datetime, datetime], ...]
    """Spans in which something of some target is not collected."""
    known_from: date | None
    """As known_from() says."""

    def holes_on(self, day: date) -> bool:
        """Whether something of a day is missing."""
        zone = self.frame.zone
        return any(
            day_of(start, zone) <= day <= day_of(until - timedelta(microseconds=1), zone)
            for start, until in self.missing
        )

    def holes_in(self, start: datetime, end: datetime) -> bool:
        """Whether something of a span is missing."""
        return any(begin < end and start < until for begin, until in self.missing)

    def reaches(self, day: date) -> bool:
        """Whether figures of a day say anything."""
        return self.known_from is not None and self.known_from <= day


def collected(tx: Transaction, wiring: Wiring, brand: Brand, start: datetime, now: datetime) -> Collected:
    """What is known about a brand's targets.

    Args:
        tx: the open transaction.
        wiring: for its clock: how targets are heard is told as it is at present.
        brand: whose targets.
        start: the beginning of the report.
        now: the end of the report.
    """
    zone = wiring.catalogue.zone
    present = wiring.clock()
    names = [target.name for target in brand.targets]
    heard = {name: each for name, each in listening(tx, present).items() if name in names}
    asked = standings.standings(tx, names)
    on_record = [hole for hole in holes.list_holes(tx, targets=names, since=start) if hole.start < now]
    begun = min((standing.first_asked_at for standing in asked.values()), default=None)
    spans = [(max(hole.start, begun or hole.start), hole.until) for hole in on_record]
    spans += [(_last_heard(each, asked[name]), present) for name, each in heard.items() if _deaf(each)]
    return Collected(
        frame=Frame(
            brand=brand.name,
            as_of=now,
            zone=zone,
            coverage=_coverage(tx, names, heard, on_record, start),
            holes=tuple(hole_in_words(hole) for hole in on_record if hole.until > start),
            heard_from=None if begun is None else day_of(begun, zone),
            newest=daily.last_day(tx, brand.name),
            competitor=brand.competitor,
        ),
        missing=tuple((begin, until) for begin, until in spans if begin < until and until > start),
        known_from=known_from(tx, brand, zone),
    )


def known_from(tx: Transaction, brand: Brand, zone: ZoneInfo) -> date | None:
    """The first day of which figures say anything: somebody listened, or has collected it afterwards."""
    asked = standings.standings(tx, [target.name for target in brand.targets]).values()
    mentioned = daily.first_day(tx, brand.name)
    begun = [day_of(standing.first_asked_at, zone) for standing in asked]
    return min([*begun, mentioned] if mentioned else begun, default=None)


def hole_days(known: Collected, first: date, last: date) -> frozenset[date]:
    """The days of a span on which something is missing."""
    return frozenset(day for day in days_from(first, last) if known.holes_on(day))


def _deaf(heard: Listening) -> bool:
    """Whether what was posted lately is not here."""
    return heard.health in _UNHEARD or heard.window.state not in (*COLLECTED, RUNNING)


def _last_heard(heard: Listening, standing: standings.Standing) -> datetime:
    return heard.window.last_success_at or standing.first_asked_at


def _coverage(
    tx: Transaction,
    names: Collection[str],
    heard: Mapping[str, Listening],
    on_record: Sequence[holes.StoredHole],
    start: datetime,
) -> tuple[Coverage, ...]:
    """What all polls since a time brought, and every hole in it, also those of polls long past."""
    sums = windows.sums_since(tx, names, start)
    said = windows.troubled_since(tx, names, start)
    missing: dict[str, list[str]] = {}
    for hole in on_record:
        missing.setdefault(hole.target, []).append(hole_in_words(hole))
    return tuple(
        _of_target(heard[name], sums.get(name, windows.Sums()), [*missing.get(name, []), *said.get(name, [])])
        for name in names
        if name in heard
    )


def _of_target(heard: Listening, sums: windows.Sums, said: Sequence[str]) -> Coverage:
    last = heard.window
    return Coverage(
        target=last.target,
        state="ok" if last.state == COMPLETE else last.state,
        whole=last.state == COMPLETE and not said and not _deaf(heard),
        last_success=last.last_success_at,
        new=sums.new,
        rejected=sums.rejected,
        note="; ".join(said[:NOTES_SHOWN]),
        spend_usd=sums.spend_usd,
        health=heard.health,
        heard=heard.day.heard,
        usual=heard.day.usual,
    )
