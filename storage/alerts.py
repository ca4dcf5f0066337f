"""Changes alerts and their log. Which step may follow which: alerts/lifecycle.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.alert import Event, Outcome, Priority, Reason, Status
from core.errors import NotAllowed, NotFound
from storage.alert_files import StoredAlert, find_by_mention, find_open, lock_alert
from storage.rows import reasons_json
from storage.statements import BULK
from storage.tables import AlertMentionRow, AlertRow, EventRow, MentionRow

_ENDED = (Status.CLOSED, Status.DISMISSED, Status.MERGED)


def open_alert(
    tx: Session,
    *,
    brand: str,
    subject: str,
    rule: str,
    priority: Priority,
    mention_id: int,
    reasons: Sequence[Reason],
    headline: str = "",
    now: datetime,
) -> int:
    """Open an alert for a first mention.

    Returns:
        The alert's number.

    Raises:
        NotFound: there is no such mention.
        NotAllowed: the author or thread has an open alert already, or the mention is in another alert of
            the brand: look with `find_by_mention` and `find_open` first.
    """
    row = AlertRow(
        brand=brand,
        subject=subject,
        rule=rule,
        priority=priority,
        status=Status.NEW,
        outcome=Outcome.UNKNOWN,
        headline=headline,
        opened_at=now,
        last_mention_at=_posted_at(tx, mention_id),
        updated_at=now,
    )
    try:
        with tx.begin_nested():
            tx.add(row)
            tx.flush()
            alert_id = row.id
            _add_mention(tx, alert_id, brand, mention_id, reasons, now)
    except IntegrityError:
        problem = f"mention {mention_id} needs no new alert: it, its author or its thread has one for {brand}"
        raise NotAllowed(problem) from None
    return alert_id


def join_alert(
    tx: Session,
    alert_id: int,
    mention_id: int,
    reasons: Sequence[Reason],
    priority: Priority,
    now: datetime,
    headline: str = "",
) -> bool:
    """Add a mention to an alert; the priority is raised where this one is higher, and never lowered.

    The headline is for an alert that has none: the posts that it held are gone.

    Returns:
        False: the mention is in an alert of this brand already; nothing was changed.

    Raises:
        NotFound: there is no such alert or mention.
    """
    alert = lock_alert(tx, alert_id)
    if find_by_mention(tx, alert.brand, mention_id) is not None:
        return False
    posted_at = _posted_at(tx, mention_id)
    try:
        with tx.begin_nested():
            _add_mention(tx, alert_id, alert.brand, mention_id, reasons, now)
    except IntegrityError:
        return False
    values = {
        "headline": alert.headline or headline,
        "priority": max(alert.priority, priority, key=lambda each: each.rank),
        "last_mention_at": max(alert.last_mention_at, posted_at),
        "updated_at": now,
    }
    tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(values), execution_options=BULK)
    return True


def _posted_at(tx: Session, mention_id: int) -> datetime:
    posted_at = tx.scalar(select(MentionRow.posted_at).where(MentionRow.id == mention_id))
    if posted_at is None:
        raise NotFound(f"there is no mention {mention_id}")
    return posted_at


def _add_mention(
    tx: Session, alert_id: int, brand: str, mention_id: int, reasons: Sequence[Reason], now: datetime
) -> None:
    why = reasons_json(reasons)
    tx.add(AlertMentionRow(alert_id=alert_id, mention_id=mention_id, brand=brand, reasons=why, added_at=now))
    tx.flush()


def append_event(tx: Session, alert_id: int, event: Event) -> int:
    """Add a line to an alert's log, which only grows.

    Returns:
        The line's number.
    """
    row = EventRow(
        alert_id=alert_id, what=event.what, at=event.at, by=event.by, note=event.note, data=event.data
    )
    tx.add(row)
    tx.flush()
    return row.id


def set_status(
    tx: Session,
    alert_id: int,
    status: Status,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    unseen: bool = False,
) -> None:
    """Put an alert where it stands now; the event that goes with it is the caller's.

    The first acknowledgement, the resolution and the end are dated; opening it again undates the latter two.
    Whoever opens it again has seen it: that counts as an acknowledgement.

    Args:
        tx: the open transaction.
        alert_id: the alert.
        status: where it stands now.
        now: the present time.
        outcome: how it ended for the customer; None: as it was.
        unseen: opened again by its customer: nobody has acknowledged that yet.

    Raises:
        NotFound: there is no such alert.
        NotAllowed: it cannot be opened again, as its author or thread has another open alert.
    """
    alert = lock_alert(tx, alert_id)
    values: dict[str, Any] = {
        "status": status,
        "outcome": outcome or alert.outcome,
        "updated_at": now,
        **_dates(alert, status, now, unseen=unseen),
    }
    try:
        with tx.begin_nested():
            tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(values), execution_options=BULK)
    except IntegrityError:
        other = find_open(tx, alert.brand, alert.subject)
        number = "another alert" if other is None else f"alert {other.id}"
        problem = f"alert {alert_id} cannot be opened again: {number} of the same author or thread is open"
        raise NotAllowed(problem) from None


def _dates(alert: StoredAlert, status: Status, now: datetime, *, unseen: bool) -> dict[str, datetime | None]:
    if status.open:
        seen = status is Status.ACKNOWLEDGED or not alert.status.open
        seen_at = alert.acknowledged_at or (now if seen else None)
        return {"acknowledged_at": None if unseen else seen_at, "resolved_at": None, "closed_at": None}
    if status in _ENDED:
        return {"closed_at": alert.closed_at or now}
    return {"resolved_at": alert.resolved_at or now}
