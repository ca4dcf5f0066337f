"""Records that could not be read: why, for whoever can mend it, and what goes when none may be kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from storage.statements import BULK
from storage.tables import RejectedRow

NEWEST = 3
"""Records of one target that are shown: enough to see what is wrong."""
HOLDING = RejectedRow.raw != ""
"""Those that were not emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One of them, without what it holds."""

    place: str
    reason: str
    """It may quote a few words of the record."""
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Those of one target."""

    target: str
    kept: int
    newest: tuple[Record, ...]


def list_unreadable(tx: Session, targets: Collection[str] | None = None) -> list[Unreadable]:
    """By target, how many are kept and the newest NEWEST; emptied ones are left out.

    Args:
        tx: the open transaction.
        targets: of these only; None: of all.
    """
    row = RejectedRow
    kept = func.count().over(partition_by=row.target).label("kept")
    rank = func.row_number().over(partition_by=row.target, order_by=row.id.desc()).label("rank")
    ranked = select(row.id, kept, rank).where(HOLDING)
    if targets is not None:
        ranked = ranked.where(row.target.in_(targets))
    few = ranked.subquery()
    newest = (
        select(row.target, few.c.kept, row.place, row.reason, row.first_seen_at)
        .join(few, few.c.id == row.id)
        .where(few.c.rank <= NEWEST)
        .order_by(row.target, few.c.rank)
    )
    found = []
    for (target, count), same in groupby(tx.execute(newest), key=lambda each: (each.target, each.kept)):
        records = (Record(place=r.place, reason=r.reason, first_seen_at=r.first_seen_at) for r in same)
        found.append(Unreadable(target=target, kept=count, newest=tuple(records)))
    return found


def empty(tx: Session, *which: ColumnElement[bool]) -> None:
    """Take what they hold from some of them; why, where and the id too, as each may quote or name somebody.

    Args:
        tx: the open transaction.
        which: what must hold of those that are emptied.
    """
    nothing = {"raw": "", "reason": "", "place": "", "external_id": None}
    tx.execute(update(RejectedRow).where(HOLDING, *which).values(nothing), execution_options=BULK)
