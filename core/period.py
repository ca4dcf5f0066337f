"""Spans of whole days that people ask about, in words and as days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self, get_args

from core.errors import ConfigError

PeriodName = Literal["today", "yesterday", "last 7 days", "last 28 days", "last month", "given days"]
"""What one can ask for by name; `given days` go from a first to a last day."""

_LENGTHS = {"yesterday": 1, "last 7 days": 7, "last 28 days": 28}
"""Whole days, so that they compare with earlier ones: today is not among them."""
_OLDEST = 1990
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the team's time zone, the last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this begins: what it is compared with."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def slug(self) -> str:
        """For names of files: 2026-11-22, 2026-W47, 2026-11, or first and last day."""
        if self.days == 1:
            return self.first.isoformat()
        year, week, weekday = self.first.isocalendar()
        if self.days == 7 and weekday == 1:
            return f"{year}-W{week:02}"
        if self == _month_of(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}--{self.last.isoformat()}"

    @property
    def words(self) -> str:
        """As people say it."""
        if self.days == 1:
            return f"{self.first:%A} {_day(self.first)}"
        first, last = self.first, self.last
        if first.year != last.year:
            return f"{_day(first)} to {_day(last)}"
        return f"{first.day}{f' {first:%B}' if first.month != last.month else ''} to {_day(last)}"

    @classmethod
    def week_of(cls, day: date) -> Self:
        """The week from Monday to Sunday that a day is in."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def week_before(cls, today: date) -> Self:
        """The last whole week, from Monday to Sunday."""
        return cls.week_of(today - timedelta(days=7))


def period_of(name: str, today: date, first: date | None = None, last: date | None = None) -> Period:
    """The days that are meant.

    Args:
        name: one of PeriodName.
        today: in the team's time zone.
        first: for `given days` only.
        last: for `given days` only; None: today.

    Raises:
        ConfigError: no such period, or days that make none; the message says what to do.
    """
    if name == "given days":
        return _given(today, first, last)
    if first is not None or last is not None:
        raise ConfigError(
            "period", "first and last day count for 'given days' only: choose that, or empty them"
        )
    if name == "today":
        return Period(today, today)
    if name in _LENGTHS:
        return Period(today - timedelta(days=_LENGTHS[name]), today - timedelta(days=1))
    if name == "last month":
        return _month_of(today.replace(day=1) - timedelta(days=1))
    raise ConfigError("period", f"expected one of {', '.join(get_args(PeriodName))}; found '{name}'")


def _given(today: date, first: date | None, last: date | None) -> Period:
    if first is None:
        raise ConfigError(
            "first day", "'given days' needs a first day; without a last one it goes on to today"
        )
    last = last or today
    if first.year < _OLDEST:
        raise ConfigError("first day", f"{first} is before there were any posts; name a later day")
    if first > today:
        raise ConfigError("first day", f"{first} is in the future: today is {today}")
    if last > today:
        raise ConfigError("last day", f"{last} is in the future: today is {today}")
    if last < first:
        raise ConfigError("last day", f"{last} is before the first day, {first}; exchange them")
    if last - first >= _LONGEST:
        raise ConfigError("first day", f"{first} to {last} is longer than a year; ask for less")
    return Period(first, last)


def _month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
