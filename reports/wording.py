"""How reports put counts, shares, times and spans into words."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 post`, `2 posts`; `many` for a noun that takes more than an s."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def percent(part: float, whole: float) -> str:
    """A share; of nothing, there is none."""
    return f"{part / whole * 100:.0f} %" if whole else "none"


def signed(value: float) -> str:
    """A whole number as people write it: +12, 0, -7 (with a real minus sign)."""
    return "0" if not round(value) else f"{round(value):+,}".replace("-", "\u2212")


def words(code: str) -> str:
    """A code such as `in_progress`, as people write it."""
    return code.replace("_", " ")


def moment(when: datetime, zone: tzinfo) -> str:
    """A time where the team is, with the zone's short name."""
    there = when.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M} {there.tzname()}"


def span(length: timedelta) -> str:
    """A length of time, as exact as somebody wants to know it."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < _MINUTE:
        return "under a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return f"{seconds // _HOUR} h" + (f" {minutes} min" if minutes else "")
    hours = seconds % _DAY // _HOUR
    return f"{seconds // _DAY:,} days" + (f" {hours} h" if hours else "")
