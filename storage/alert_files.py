"""Finds alerts and shows what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from core.alert import OPEN, Event, Outcome, Priority, Reason, Status
from core.errors import NotFound
from core.mention import Mention
from core.reading import Reading
from storage.notifications import TOLD
from storage.rows import PRESENT_READING, to_mention, to_reading, to_reasons, value
from storage.statements import FRESH, in_chunks
from storage.tables import (
    AlertMentionRow,
    AlertRow,
    AuthorRow,
    EventRow,
    MentionRow,
    NotificationRow,
    ReadingRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert as it stands."""

    id: int
    brand: str
    subject: str
    """The author or thread that it is about: an opaque key."""
    rule: str
    priority: Priority
    status: Status
    outcome: Outcome
    headline: str
    opened_at: datetime
    last_mention_at: datetime
    """When the newest of its mentions was posted."""
    acknowledged_at: datetime | None
    """By whoever acknowledged or reopened it first, since it was opened or its customer was unhappy again."""
    resolved_at: datetime | None
    closed_at: datetime | None
    """When it was closed, dismissed or merged."""
    updated_at: datetime
    mentions: int
    told: bool
    """Whether a message about it was delivered or is still to be; not so where its posts were all old, or its
    messages were recalled or given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedMention:
    """A mention of an alert, and why it is in there."""

    id: int
    mention: Mention
    reading: Reading | None
    reasons: tuple[Reason, ...]
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFile:
    """Everything about one alert."""

    alert: StoredAlert
    mentions: tuple[FlaggedMention, ...]
    """Oldest post first."""
    events: tuple[Event, ...]
    """In the order in which they happened."""


def find_open(tx: Session, brand: str, subject: str) -> StoredAlert | None:
    """The open alert of an author or thread; there is one at most."""
    return _first(tx, _of_subject(brand, subject).where(AlertRow.status.in_(OPEN)))


def find_latest(tx: Session, brand: str, subject: str) -> StoredAlert | None:
    """The open alert of an author or thread, though it be an old one; else the last one that was opened."""
    open_first = case((AlertRow.status.in_(OPEN), 0), else_=1)
    return _first(tx, _of_subject(brand, subject).order_by(open_first, AlertRow.id.desc()))


def find_by_mention(tx: Session, brand: str, mention_id: int) -> StoredAlert | None:
    """The alert of a brand that a mention is in, open or not; there is one at most."""
    holding = select(AlertMentionRow.alert_id).where(
        AlertMentionRow.mention_id == mention_id, AlertMentionRow.brand == brand
    )
    return _first(tx, select(AlertRow).where(AlertRow.id.in_(holding)))


def get_alert(tx: Session, alert_id: int) -> StoredAlert:
    """An alert by its number.

    Raises:
        NotFound: there is no such alert.
    """
    return _one(tx, select(AlertRow).where(AlertRow.id == alert_id), alert_id)


def lock_alert(tx: Session, alert_id: int) -> StoredAlert:
    """An alert that nobody else changes until the transaction ends: for deciding on its next step.

    Raises:
        NotFound: there is no such alert.
    """
    return _one(tx, select(AlertRow).where(AlertRow.id == alert_id).with_for_update(key_share=True), alert_id)


def list_alerts(
    tx: Session,
    *,
    brand: str | None = None,
    status: Status | None = None,
    open_only: bool = False,
    limit: int = 100,
) -> list[StoredAlert]:
    """Find alerts, the last opened first.

    Args:
        tx: the open transaction.
        brand: of this brand.
        status: standing here.
        open_only: with which somebody still has to do something.
        limit: how many at most.
    """
    wanted = select(AlertRow).order_by(AlertRow.opened_at.desc(), AlertRow.id.desc()).limit(limit)
    if brand is not None:
        wanted = wanted.where(AlertRow.brand == brand)
    if status is not None:
        wanted = wanted.where(AlertRow.status == status)
    if open_only:
        wanted = wanted.where(AlertRow.status.in_(OPEN))
    rows = tx.scalars(wanted, execution_options=FRESH).all()
    ids = [row.id for row in rows]
    counts, told = _count_mentions(tx, ids), _told(tx, ids)
    return [value(StoredAlert, row, mentions=counts.get(row.id, 0), told=row.id in told) for row in rows]


def show_alert(tx: Session, alert_id: int) -> AlertFile:
    """Everything about one alert.

    Raises:
        NotFound: there is no such alert.
    """
    alert = get_alert(tx, alert_id)
    mentions = tx.execute(
        select(AlertMentionRow, MentionRow, AuthorRow, ReadingRow)
        .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .outerjoin(ReadingRow, PRESENT_READING)
        .where(AlertMentionRow.alert_id == alert_id)
        .order_by(MentionRow.posted_at, MentionRow.id),
        execution_options=FRESH,
    )
    events = tx.scalars(select(EventRow).where(EventRow.alert_id == alert_id).order_by(EventRow.id))
    return AlertFile(
        alert=alert,
        mentions=tuple(
            FlaggedMention(
                id=mention.id,
                mention=to_mention(mention, author),
                reading=None if reading is None else to_reading(reading),
                reasons=to_reasons(flag.reasons),
                added_at=flag.added_at,
            )
            for flag, mention, author, reading in mentions
        ),
        events=tuple(value(Event, event) for event in events),
    )


def _of_subject(brand: str, subject: str) -> Select[Any]:
    return select(AlertRow).where(AlertRow.brand == brand, AlertRow.subject == subject)


def _one(tx: Session, wanted: Select[Any], alert_id: int) -> StoredAlert:
    alert = _first(tx, wanted)
    if alert is None:
        raise NotFound(f"there is no alert {alert_id}")
    return alert


def _first(tx: Session, wanted: Select[Any]) -> StoredAlert | None:
    row = tx.scalars(wanted.limit(1), execution_options=FRESH).first()
    if row is None:
        return None
    mentions = _count_mentions(tx, [row.id]).get(row.id, 0)
    return value(StoredAlert, row, mentions=mentions, told=bool(_told(tx, [row.id])))


def _count_mentions(tx: Session, alert_ids: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for chunk in in_chunks(alert_ids):
        held = AlertMentionRow.alert_id
        counted = select(held, func.count()).where(held.in_(chunk)).group_by(held)
        counts.update((alert_id, count) for alert_id, count in tx.execute(counted))
    return counts


def _told(tx: Session, alert_ids: list[int]) -> set[int]:
    told: set[int] = set()
    about = NotificationRow.alert_id
    for chunk in in_chunks(alert_ids):
        standing = select(about).where(about.in_(chunk), TOLD).distinct()
        told.update(id_ for id_ in tx.scalars(standing) if id_)
    return told
