"""Open alerts that nobody has acknowledged, found through the index of open alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.alert import OPEN, Priority
from storage.rows import value
from storage.tables import AlertMentionRow, AlertRow, MentionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One alert that nobody has acknowledged."""

    id: int
    priority: Priority
    headline: str
    opened_at: datetime
    url: str
    """Of its first post; empty: it is gone, or has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A brand's open alerts, at present."""

    open: int
    unanswered: int
    """Those that nobody has acknowledged."""
    oldest: tuple[Waiting, ...]
    """The unanswered ones that have waited longest, the oldest first."""


def unanswered(tx: Session, brand: str, limit: int = 10) -> Unanswered:
    """A brand's open alerts.

    Args:
        tx: the open transaction.
        brand: whose customers they are about.
        limit: how many of the oldest to name.
    """
    alive = AlertRow.brand == brand, AlertRow.status.in_(OPEN)
    waiting = AlertRow.acknowledged_at.is_(None)
    counts = select(func.count(), func.count(case((waiting, 1)))).select_from(AlertRow).where(*alive)
    every, unseen = tx.execute(counts).one()
    rows = tx.scalars(
        select(AlertRow).where(*alive, waiting).order_by(AlertRow.opened_at, AlertRow.id).limit(limit)
    ).all()
    return Unanswered(
        open=every,
        unanswered=unseen,
        oldest=tuple(value(Waiting, row, url=_first_url(tx, row.id)) for row in rows),
    )


def _first_url(tx: Session, alert_id: int) -> str:
    first = (
        select(MentionRow.url)
        .join(AlertMentionRow, AlertMentionRow.mention_id == MentionRow.id)
        .where(AlertMentionRow.alert_id == alert_id)
        .order_by(MentionRow.posted_at, MentionRow.id)
        .limit(1)
    )
    return tx.scalar(first) or ""
