"""Figures and dates as charts write them."""

from __future__ import annotations

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_THOUSANDS = ((10**3, "k"), (10**6, "m"), (10**9, "bn"))


def figure(count: int) -> str:
    """A count as the table has it; shortened only where nobody reads it to the last digit."""
    return f"{count:,}" if count < 10**9 else short(count)


def short(count: float) -> str:
    """For an axis: 2,000, then 12.5k, 1.2m, 3bn, 1.0e+12."""
    if abs(count) < 10_000:
        return f"{count:,.1f}".removesuffix(".0")
    for unit, name in _THOUSANDS:
        shown = round(count / unit, 1)
        if abs(shown) < 1_000:
            return f"{shown:.1f}".removesuffix(".0") + name
    return f"{count:.1e}"


def short_date(day: date) -> str:
    """9 Feb."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def weekday_date(day: date) -> str:
    """Mon 9 Feb."""
    return f"{_WEEKDAYS[day.weekday()]} {short_date(day)}"


def month(day: date) -> str:
    """Feb 2015."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def year(day: date) -> str:
    """2015."""
    return str(day.year)


def full_date(day: date) -> str:
    """9 Feb 2015."""
    return f"{short_date(day)} {day.year}"


def span(first: date, last: date) -> str:
    """From 26 Jan to 22 Feb 2015, with a dash."""
    if first == last:
        return full_date(first)
    begin = short_date(first) if first.year == last.year else full_date(first)
    return f"{begin} \u2013 {full_date(last)}"
