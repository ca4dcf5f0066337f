"""Days of a time zone inside a statement, which SQLite knows nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, func, literal
from sqlalchemy.orm import Session

from storage.statements import dialect

_DAY = 86_400
_STEP = timedelta(minutes=15)
"""No clock is changed at another minute than 0, 15, 30 or 45 of an hour of UTC."""


def local_day(tx: Session, column: Any, start: datetime, end: datetime, zone: ZoneInfo) -> ColumnElement[int]:
    """A number that is the same for times on the same day where a team is, and one more on the next day.

    Args:
        tx: the open transaction.
        column: of times.
        start: where the span begins that the times lie in; on the hour or a quarter of it.
        end: where it ends.
        zone: where the team is.
    """
    changes = list(_changes(start, end, zone))
    offset: ColumnElement[int] = literal(changes[-1][1], BigInteger)
    if len(changes) > 1:
        until = [(column < changes[n + 1][0], changes[n][1]) for n in range(len(changes) - 1)]
        offset = case(*until, else_=changes[-1][1])
    if dialect(tx) == "postgresql":
        seconds = cast(func.floor(extract("epoch", column)), BigInteger)
    else:
        # Fractions are cut off first: SQLite would round the last half of a millisecond up to the next day.
        seconds = cast(func.strftime("%s", func.substr(column, 1, len("2026-01-01 00:00:00"))), BigInteger)
    return (seconds + offset) // _DAY


def _changes(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, int]]:
    """(from when on, seconds ahead of UTC): the first at the start, then wherever the clock is changed."""
    before: int | None = None
    moment = start
    while moment < end or before is None:
        ahead = moment.astimezone(zone).utcoffset() or timedelta()
        if int(ahead.total_seconds()) != before:
            before = int(ahead.total_seconds())
            yield moment, before
        moment += _STEP
