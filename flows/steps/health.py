"""The figures behind the brand-health report, gathered from storage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.days import day_of, same_time_on, start_of
from flows.steps import examples, spans
from flows.steps.collected import Collected, collected
from reports import brand_health as rendered
from reports.figures import BrandHealth, Comparison, Example, Span, Waiting
from storage.unanswered import unanswered

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core.config import Brand
    from flows.wiring import Wiring
    from reports.document import Report
    from storage.database import Transaction

YEAR = timedelta(weeks=52)
"""The same weekday a year ago."""
COMPLAINTS_SHOWN = 5
ALERTS_SHOWN = 10


def brand_health(wiring: Wiring, brand: str, now: datetime) -> Report:
    """How a brand is doing; days must have been counted before (steps/daily.py).

    Args:
        wiring: everything.
        brand: whom the report is about.
        now: its end; a moment in the past gives the report of then, with today's knowledge.
    """
    return rendered.report(health_figures(wiring, brand, now))


def health_figures(wiring: Wiring, brand: str, now: datetime) -> BrandHealth:
    """Today so far and the last week against earlier ones, the last days, and what is missing."""
    configured = wiring.brand(brand)
    zone = wiring.catalogue.zone
    today = day_of(now, zone)
    first = today - timedelta(days=spans.DAYS - 1)
    with wiring.database.reading() as tx:
        known = collected(tx, wiring, configured, start_of(first, zone), now)
        so_far = _today(tx, brand, today, now, known)
        days = spans.last_days(tx, brand, today, so_far[0].now.counts, known)
        alerts = unanswered(tx, brand, ALERTS_SHOWN)
        return BrandHealth(
            frame=known.frame,
            today=so_far,
            week=spans.week(tx, brand, now, known),
            days=days,
            topic_days=spans.topic_days(tx, brand, [day.day for day in days], so_far[0].now, "complaint"),
            alerts_open=alerts.open,
            unanswered=alerts.unanswered,
            waiting=tuple(
                Waiting(
                    id=alert.id,
                    priority=alert.priority,
                    headline=alert.headline,
                    waited=wiring.clock() - alert.opened_at,
                    link=alert.url,
                )
                for alert in alerts.oldest
            ),
            complaints=_complaints(tx, configured, today, now, zone),
        )


def _today(
    tx: Transaction, brand: str, today: date, now: datetime, known: Collected
) -> tuple[Comparison, ...]:
    """The day so far against the same hours of yesterday, of the same weekday before, and of last year."""
    zone = known.frame.zone
    clock = f"{now.astimezone(zone):%H:%M}"

    def until(day: date, name: str) -> Span:
        span = start_of(day, zone), same_time_on(day, now, zone)
        return spans.part_of_day(tx, brand, name, *span, holes=known.holes_in(*span))

    present = until(today, f"today until {clock}")
    last_week, last_year = today - spans.WEEK, today - YEAR
    earlier = (
        ("Yesterday until then", today - spans.DAY, f"yesterday until {clock}"),
        (f"{last_week:%a %d %b} until then", last_week, f"{last_week:%A} a week ago until {clock}"),
        (f"{last_year:%a %d %b %Y} until then", last_year, f"{last_year:%d %b %Y} until {clock}"),
    )
    compared = [
        Comparison(now=present, before=until(day, name) if known.reaches(day) else None, title=title)
        for title, day, name in earlier
    ]
    yesterday = start_of(today - spans.DAY, zone), same_time_on(today - spans.DAY, now, zone)
    loud = spans.campaigns(tx, brand, (start_of(today, zone), now), yesterday)
    return (replace(compared[0], campaigns=loud), *compared[1:])


def _complaints(
    tx: Transaction, brand: Brand, today: date, now: datetime, zone: ZoneInfo
) -> tuple[Example, ...]:
    """The clearest complaints of the last seven days."""
    opinions = examples.of_week(tx, brand.name, today, now, zone, "complaint")
    chosen = examples.clearest(brand, opinions, examples.as_complaint)[:COMPLAINTS_SHOWN]
    return tuple(examples.examples(tx, chosen).values())
