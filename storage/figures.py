"""Everything that is stored, in numbers, for the status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from core.alert import OPEN, DeliveryState, Status
from storage.copies import count_texts
from storage.readings import count_unread
from storage.rows import PRESENT_READING
from storage.tables import (
    AlertRow,
    MentionRow,
    NotificationRow,
    ReadingRow,
    RejectedRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Everything that is stored, in numbers."""

    mentions: int
    texts: int
    """Different ones: mentions that say the same count once."""
    read: int
    """By the revision that was asked for."""
    unread: int
    """Texts that it has not read; mentions without a text are neither."""
    unsupported: int
    unsure: int
    rejected: int
    alerts: Mapping[Status, int]
    """Only statuses that occur."""
    notifications: Mapping[DeliveryState, int]
    """Only states that occur."""
    oldest_open_alert_at: datetime | None


def totals(tx: Session, revision: str) -> Totals:
    """Count everything.

    Args:
        tx: the open transaction.
        revision: of the model that reads at present.
    """
    readings = select(
        func.count(),
        _count(ReadingRow.supported.is_(False)),
        _count(and_(ReadingRow.unsure, ReadingRow.supported)),
    ).select_from(MentionRow)
    current = readings.join(ReadingRow, PRESENT_READING).where(MentionRow.read_revision == revision)
    read, unsupported, unsure = tx.execute(current).one()
    oldest = select(func.min(AlertRow.opened_at)).where(AlertRow.status.in_(OPEN))
    return Totals(
        mentions=tx.scalar(select(func.count()).select_from(MentionRow)) or 0,
        texts=count_texts(tx),
        read=read,
        unread=count_unread(tx, revision),
        unsupported=unsupported,
        unsure=unsure,
        rejected=tx.scalar(select(func.count()).select_from(RejectedRow)) or 0,
        alerts=_by_word(tx, AlertRow.status),
        notifications=_by_word(tx, NotificationRow.state),
        oldest_open_alert_at=tx.scalar(oldest),
    )


def _count(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((where, 1)))


def _by_word(tx: Session, column: Any) -> dict[Any, int]:
    return _pairs(tx, select(column, func.count()).group_by(column))


def _pairs(tx: Session, wanted: Any) -> dict[Any, int]:
    return dict(tuple(row) for row in tx.execute(wanted))
