"""What one bar stands for: a day, or, where there are too many days to see, a week, a month or a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

MOST = 120
"""Bars in one picture."""

Unit = Literal["day", "week", "month", "year"]
_UNITS: tuple[Unit, ...] = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Equal places along an axis of time, from the first day's to the last day's."""

    unit: Unit
    first: date
    last: date

    @property
    def count(self) -> int:
        """How many places."""
        return _number(self.unit, self.last) - _number(self.unit, self.first) + 1

    def place(self, day: date) -> int:
        """In which place a day is, from 0."""
        return _number(self.unit, day) - _number(self.unit, self.first)

    def begin(self, place: int) -> date:
        """The first day of a place."""
        return _begin(self.unit, _number(self.unit, self.first) + place)

    def is_cut(self, place: int) -> bool:
        """Whether a part of the week, month or year lies before the first or after the last day."""
        if self.unit == "day":
            return False
        too_early = place == 0 and self.begin(0) < self.first
        return too_early or (place == self.count - 1 and not self._ends())

    def _ends(self) -> bool:
        """Whether the last day is the last of its period."""
        if self.last == date.max:
            return True
        return _number(self.unit, date.fromordinal(self.last.toordinal() + 1)) > _number(self.unit, self.last)


def periods(days: Iterable[date], most: int = MOST) -> Periods:
    """The smallest unit that gives at most so many places (years: as many as there are).

    Args:
        days: at least one.
        most: places.
    """
    known = sorted(days)
    for unit in _UNITS:
        found = Periods(unit=unit, first=known[0], last=known[-1])
        if found.count <= most:
            break
    return found


def _number(unit: Unit, day: date) -> int:
    match unit:
        case "day":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7  # the first of all days is a Monday
        case "month":
            return day.year * 12 + day.month - 1
        case "year":
            return day.year


def _begin(unit: Unit, number: int) -> date:
    match unit:
        case "day":
            return date.fromordinal(number)
        case "week":
            return date.fromordinal(number * 7 + 1)
        case "month":
            return date(number // 12, number % 12 + 1, 1)
        case "year":
            return date(number, 1, 1)
