"""The outbox: what has to be told to whom, and what became of it. Delivering is alerts' business.

`next_attempt_at` says when a notification is due: for one that waits, when to try; for one that is being
sent, when to believe that whoever sends it has died; it is empty when nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.alert import DeliveryState, Message
from storage.rows import message_json, to_message, value
from storage.statements import BULK, FRESH, insert_or_leave
from storage.tables import NotificationRow

TOLD = NotificationRow.state.not_in((DeliveryState.RECALLED, DeliveryState.DEAD))
"""Delivered, or going to be: of what was recalled or given up, nobody has heard."""
_WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)
ERROR_LIMIT = 500
"""Characters of a channel's complaint that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A notification that its claimer has to send now."""

    id: int
    dedupe_key: str
    alert_id: int | None
    channel: str
    message: Message
    attempts: int
    """With this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A notification that was given up."""

    id: int
    dedupe_key: str
    alert_id: int | None
    channel: str
    message: Message
    attempts: int
    last_error: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What a channel did not take yet and is to be handed again."""

    channel: str
    notifications: int
    next_attempt_at: datetime
    """Of the first of them."""
    last_error: str
    """Of the newest of them."""


def enqueue(
    tx: Session, *, dedupe_key: str, alert_id: int | None, channel: str, message: Message, now: datetime
) -> bool:
    """Put a message into the outbox, in the transaction of what it tells about.

    Returns:
        False: there is one with this key already, delivered or not; nothing was changed.
    """
    row = {
        "dedupe_key": dedupe_key,
        "alert_id": alert_id,
        "channel": channel,
        "message": message_json(message),
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
        "last_error": "",
    }
    return insert_or_leave(tx, NotificationRow, row, key="dedupe_key")


def claim_due(tx: Session, now: datetime, limit: int, lease: timedelta) -> list[Outgoing]:
    """Take notifications that are due, and those whose sender has not been heard of for too long.

    Commit before sending: after a crash the lease runs out and somebody tries again.

    Args:
        tx: the open transaction.
        now: the present time.
        limit: how many at most.
        lease: how long nobody else takes them; longer than the slowest channel answers.
    """
    due = (
        select(NotificationRow.id)
        .where(NotificationRow.next_attempt_at <= now)
        .order_by(NotificationRow.next_attempt_at, NotificationRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = tx.scalars(due).all()
    taken = {
        "state": DeliveryState.SENDING,
        "attempts": NotificationRow.attempts + 1,
        "next_attempt_at": now + lease,
    }
    _update(tx, NotificationRow.id.in_(ids), taken)
    rows = tx.scalars(
        select(NotificationRow).where(NotificationRow.id.in_(ids)), execution_options=FRESH
    ).all()
    by_id = {row.id: row for row in rows}
    return [value(Outgoing, by_id[id_], message=to_message(by_id[id_].message)) for id_ in ids]


def waits_to_be_told(tx: Session, alert_id: int) -> bool:
    """Whether a message about an alert is still to be sent, so that it can say what happened meanwhile."""
    waiting = NotificationRow.alert_id == alert_id, NotificationRow.state.in_(_WAITING)
    return tx.execute(select(NotificationRow.id).where(*waiting).limit(1)).first() is not None


def recount(tx: Session, alert_id: int, *, mentions: int, copies: int, authors: int) -> None:
    """Bring the numbers in the messages about an alert up to date that were not sent yet."""
    waiting = NotificationRow.alert_id == alert_id, NotificationRow.state.in_(_WAITING)
    told = select(NotificationRow.id, NotificationRow.message).where(*waiting).with_for_update()
    for id_, message in tx.execute(told).all():
        counted = {**message, "mentions": mentions, "copies": copies, "authors": authors}
        _update(tx, NotificationRow.id == id_, {"message": counted})


def recall(tx: Session, alert_id: int) -> None:
    """Tell nobody of an alert any more, also where that was given up; what is being sent may arrive still."""
    values = {"state": DeliveryState.RECALLED, "next_attempt_at": None}
    undelivered = NotificationRow.state != DeliveryState.DELIVERED
    _update(tx, (NotificationRow.alert_id == alert_id) & undelivered, values)


def mark_delivered(tx: Session, notification_id: int, now: datetime) -> None:
    """The channel took it."""
    values = {"state": DeliveryState.DELIVERED, "delivered_at": now, "next_attempt_at": None}
    _update(tx, NotificationRow.id == notification_id, {**values, "last_error": ""})


def mark_failed(tx: Session, notification_id: int, error: str, next_attempt_at: datetime) -> None:
    """The channel did not take it; try again later. Nothing happens where somebody else delivered it."""
    values = {"state": DeliveryState.FAILED, "next_attempt_at": next_attempt_at}
    _update_sending(tx, notification_id, {**values, "last_error": error[:ERROR_LIMIT]})


def mark_dead(tx: Session, notification_id: int, error: str) -> None:
    """Given up: an operator has to look. Nothing happens where somebody else delivered it."""
    values = {"state": DeliveryState.DEAD, "next_attempt_at": None}
    _update_sending(tx, notification_id, {**values, "last_error": error[:ERROR_LIMIT]})


def list_retried(tx: Session) -> list[Retried]:
    """What is to be tried again, by channel."""
    failed = (
        select(
            NotificationRow.channel,
            func.count().label("notifications"),
            func.min(NotificationRow.next_attempt_at).label("next_attempt_at"),
            func.max(NotificationRow.id).label("newest"),
        )
        .where(NotificationRow.state == DeliveryState.FAILED)
        .group_by(NotificationRow.channel)
        .subquery()
    )
    rows = select(failed, NotificationRow.last_error).join(
        NotificationRow, NotificationRow.id == failed.c.newest
    )
    return [
        Retried(
            channel=row.channel,
            notifications=row.notifications,
            next_attempt_at=row.next_attempt_at,
            last_error=row.last_error,
        )
        for row in tx.execute(rows.order_by(failed.c.channel))
    ]


def list_dead(tx: Session) -> list[DeadLetter]:
    """What was given up, oldest first."""
    dead = select(NotificationRow).where(NotificationRow.state == DeliveryState.DEAD)
    return [
        value(DeadLetter, row, message=to_message(row.message))
        for row in tx.scalars(dead.order_by(NotificationRow.id), execution_options=FRESH)
    ]


def count_dead(tx: Session, latest: int = 10_000) -> int:
    """How many of the latest notifications were given up: for a report whose cost must not grow for ever."""
    some = select(NotificationRow.state).order_by(NotificationRow.id.desc()).limit(latest).subquery()
    return tx.scalar(select(func.count()).select_from(some).where(some.c.state == DeliveryState.DEAD)) or 0


def requeue_dead(tx: Session, now: datetime) -> int:
    """Try everything that was given up again, from the first attempt on; gives how many."""
    values = {"state": DeliveryState.PENDING, "attempts": 0, "next_attempt_at": now}
    return _update(tx, NotificationRow.state == DeliveryState.DEAD, values)


def _update_sending(tx: Session, notification_id: int, values: Mapping[str, Any]) -> None:
    sending = NotificationRow.state == DeliveryState.SENDING
    _update(tx, (NotificationRow.id == notification_id) & sending, values)


def _update(tx: Session, where: Any, values: Mapping[str, Any]) -> int:
    changed = update(NotificationRow).where(where).values(dict(values)).returning(NotificationRow.id)
    return len(tx.execute(changed, execution_options=BULK).all())
