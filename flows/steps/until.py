"""Numbers of some days that end at a time of day: whole days as they were counted, the last one so far."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.counts import Counts
from core.days import day_of, start_of
from storage import daily, figures

if TYPE_CHECKING:
    from storage.database import Transaction


def total_until(tx: Transaction, brand: str, days: int, end: datetime, zone: ZoneInfo) -> Counts:
    """The day so far and the whole days before it, added up.

    Args:
        tx: the open transaction; storage.daily.refresh must have run before.
        brand: about which.
        days: how many, the day of the end among them.
        end: what was posted then or later does not count.
        zone: where the team is.
    """
    last = day_of(end, zone)
    so_far = figures.brand_figures(tx, brand, start_of(last, zone), end)
    part = Counts(**{f.name: getattr(so_far, f.name) for f in fields(Counts)})
    return Counts.total([*_whole(tx, brand, last - timedelta(days=days - 1), last), part])


def _whole(tx: Transaction, brand: str, first: date, last: date) -> list[Counts]:
    if first >= last:
        return []
    return list(daily.days(tx, brand, first, last - timedelta(days=1)).values())
