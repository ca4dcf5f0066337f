"""Days as people count them: from midnight to midnight where the team is; 23 or 25 hours at clock changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_of(when: datetime, zone: ZoneInfo) -> date:
    """The day that it is in a time zone."""
    return when.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def span_of(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, which is not part of it; in UTC."""
    return start_of(first, zone), start_of(last + timedelta(days=1), zone)


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def same_time_on(day: date, when: datetime, zone: ZoneInfo) -> datetime:
    """The time of day of `when`, on another day; in UTC. For comparing a day so far with an earlier one."""
    clock = when.astimezone(zone).time()
    return datetime.combine(day, clock, zone).astimezone(UTC)
