"""Answers what somebody asked: how a brand did in some days, about one topic, beside another brand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.counts import Counts
from core.days import day_of, days_from, span_of
from core.errors import ConfigError
from core.period import Period, period_of
from core.reading import TOPICS
from flows.steps import examples, spans
from flows.steps.collected import collected, hole_days
from reports.custom import CustomFigures, Side, custom_report
from reports.figures import Day, Example, Topic
from reports.keys import key_of
from storage import daily
from storage import opinions as said

if TYPE_CHECKING:
    from datetime import date

    from core.config import Brand, Catalogue
    from flows.wiring import Wiring
    from reports.document import Report
    from storage.database import Transaction
    from storage.opinions import Kind

EXAMPLES_SHOWN = 8
EXAMPLE_DAYS = 31
"""Of a longer period, examples are sought in its last days only."""
HOLES_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, in words of the configuration."""

    brand: str = ""
    """Empty: the first of brands.yaml that is no competitor."""
    period: str = "last 7 days"
    first: date | None = None
    last: date | None = None
    topic: str = ""
    """Empty: any."""
    competitor: str = ""
    """Empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A request that can be answered."""

    brand: Brand
    period: Period
    topic: str = ""
    rival: Brand | None = None

    @property
    def slug(self) -> str:
        """Tells it from the brand's other reports on the same period; empty: it is about all of it."""
        beside = self.rival and key_of("beside", self.rival.name)
        return "-".join(part for part in (self.topic.replace("_", "-"), beside) if part)


def understand(wiring: Wiring, request: Request) -> Understood:
    """The request in terms of what there is.

    Raises:
        ConfigError: there is no such brand or topic, or the days make no sense; it says what to do.
    """
    today = day_of(wiring.clock(), wiring.catalogue.zone)
    brand = wiring.brand(request.brand.strip() or own_brand(wiring.catalogue).name)
    rival = wiring.brand(request.competitor.strip()) if request.competitor.strip() else None
    if rival is not None and rival.name == brand.name:
        raise ConfigError("competitor", f"'{rival.name}' is the brand itself; name another one, or none")
    return Understood(
        brand=brand,
        period=period_of(request.period, today, request.first, request.last),
        topic=_topic(wiring.catalogue, request.topic),
        rival=rival,
    )


def own_brand(catalogue: Catalogue) -> Brand:
    """The first that is no competitor; where all are, the first."""
    return next(iter(catalogue.own_brands), catalogue.brands[0])


def _topic(catalogue: Catalogue, asked: str) -> str:
    key = "_".join(asked.casefold().split())
    known = (*TOPICS, *(topic.key for topic in catalogue.topics))
    if key and key not in known:
        raise ConfigError("topic", f"there is no topic '{asked}'; there are: {', '.join(known)}")
    return key


def answer(wiring: Wiring, request: Understood) -> Report:
    """The answer; days must have been counted before (steps/daily.py)."""
    return custom_report(gather(wiring, request))


def gather(wiring: Wiring, request: Understood) -> CustomFigures:
    """The figures of the answer."""
    zone = wiring.catalogue.zone
    now = wiring.clock()
    brand, period = request.brand, request.period
    with wiring.database.reading() as tx:
        side, known_from = _side(tx, wiring, brand, period, now)
        before = None
        if known_from is not None and known_from <= period.before.first:
            before, _ = _side(tx, wiring, brand, period.before, now)
        topic_days = daily.topics(tx, brand.name, period.first, period.last).get(request.topic, {})
        return CustomFigures(
            now=side,
            before=before,
            as_of=now,
            zone=zone,
            topic=request.topic,
            topic_days={
                day: Topic(complaints=found.complaints, positive=found.positive)
                for day, found in topic_days.items()
            },
            complaints=_examples(tx, wiring, request, "complaint"),
            praise=_examples(tx, wiring, request, "positive"),
            rival=_side(tx, wiring, request.rival, period, now)[0] if request.rival else None,
        )


def _side(
    tx: Transaction, wiring: Wiring, brand: Brand, period: Period, now: datetime
) -> tuple[Side, date | None]:
    """A brand in a period, and since when something is known of it."""
    zone = wiring.catalogue.zone
    today = day_of(now, zone)
    start, end = span_of(period.first, period.last, zone)
    known = collected(tx, wiring, brand, start, min(end, now))
    missing = hole_days(known, period.first, period.last)
    found = daily.days(tx, brand.name, period.first, period.last)
    lines = list(known.frame.holes[:HOLES_NAMED])
    if len(known.frame.holes) > HOLES_NAMED:
        lines.append(f"and {len(known.frame.holes) - HOLES_NAMED:,} more")
    side = Side(
        brand=brand.name,
        period=period.words,
        days=[
            Day(
                day=day,
                counts=counts,
                hole=day in missing,
                partial=day == today,
                known=known.reaches(day),
            )
            for day, counts in found.items()
        ],
        counts=Counts.total(found.values()),
        topics=_topics(tx, brand, period),
        missing=lines or ([_unheard(missing)] if missing else []),
        incomplete=period.last >= today,
        heard_from=known.frame.heard_from,
    )
    return side, known.known_from


def _unheard(missing: frozenset[date]) -> str:
    """A target that cannot be heard at present has no hole on record yet."""
    return f"something of {len(missing):,} day{'' if len(missing) == 1 else 's'} is still to be collected"


def _topics(tx: Transaction, brand: Brand, period: Period) -> dict[str, Topic]:
    return {
        topic: Topic(
            complaints=sum(day.complaints for day in days.values()),
            positive=sum(day.positive for day in days.values()),
        )
        for topic, days in daily.topics(tx, brand.name, period.first, period.last).items()
    }


def _examples(tx: Transaction, wiring: Wiring, request: Understood, kind: Kind) -> tuple[Example, ...]:
    """The clearest ones, each once; day by day, as days are counted."""
    period, zone = request.period, wiring.catalogue.zone
    first = max(period.first, period.last - timedelta(days=EXAMPLE_DAYS - 1))
    found = [
        opinion
        for day in days_from(first, period.last)
        for opinion in said.opinions(tx, request.brand.name, *span_of(day, day, zone), kind)
        if not request.topic or request.topic in spans.topics_of(opinion)
    ]
    clear = examples.as_complaint if kind == "complaint" else examples.as_praise
    chosen = examples.clearest(request.brand, found, clear)[:EXAMPLES_SHOWN]
    shown = examples.examples(tx, chosen)
    return tuple(shown[opinion.mention_id] for opinion in chosen if opinion.mention_id in shown)
