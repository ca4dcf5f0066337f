"""Alerts as they are announced to automations: numbers and names, never what somebody wrote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.alert import Priority
from storage.notifications import TOLD
from storage.tables import AlertRow, NotificationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Announceable:
    """An alert that was opened."""

    id: int
    brand: str
    priority: Priority
    rule: str
    opened_at: datetime


def opened_since(tx: Session, brands: Collection[str], since: datetime) -> list[Announceable]:
    """Alerts of some brands that were opened at or after a time, and are told to anybody; oldest first."""
    a = AlertRow
    wanted = (
        select(a.id, a.brand, a.priority, a.rule, a.opened_at)
        .where(a.brand.in_(brands), a.opened_at >= since)
        .where(exists().where(NotificationRow.alert_id == a.id, TOLD))
        .order_by(a.id)
    )
    return [
        Announceable(id=id_, brand=brand, priority=priority, rule=rule, opened_at=opened_at)
        for id_, brand, priority, rule, opened_at in tx.execute(wanted)
    ]
