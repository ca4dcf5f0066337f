"""Notes which hours of which brands have to be counted anew (storage/daily.py), as part of the change.

Whoever changes what a mention counts as says so here, in the same transaction: that it was found, about whom
it is, when it was posted, what it says, what was read, whose copy it is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, true
from sqlalchemy.orm import Session

from storage.daily_tables import ChangedHourRow
from storage.statements import dialect, in_chunks, table_of
from storage.tables import MentionRow, SightingRow


def mark(tx: Session, mention_ids: Collection[int]) -> None:
    """Have the hours of these mentions counted anew, for every brand that they were found for.

    Where a mention is moved in time, call it before and after.
    """
    for chunk in in_chunks(sorted(set(mention_ids))):
        _mark(tx, MentionRow.id.in_(chunk))


def mark_those_of(tx: Session, mention_ids: Select[Any]) -> None:
    """The same, for mentions that a query gives."""
    _mark(tx, MentionRow.id.in_(mention_ids))


def mark_all(tx: Session) -> None:
    """Have everything counted anew."""
    _mark(tx, true())


def _mark(tx: Session, which: ColumnElement[bool]) -> None:
    if dialect(tx) == "postgresql":
        hour = func.date_trunc("hour", MentionRow.posted_at, "UTC")
    else:  # as the type of the column writes it
        hour = func.strftime("%Y-%m-%d %H:00:00.000000", MentionRow.posted_at)
    found = (
        select(SightingRow.brand, hour)
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .where(which)
        .distinct()
    )
    tx.connection().execute(insert(table_of(ChangedHourRow)).from_select(["brand", "hour"], found))
