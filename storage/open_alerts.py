"""What open alerts there are, and how fast alerts of late were seen and answered.

Open ones are found through the index that holds no others; those of late through that of a brand's alerts by
time: the cost follows what is open and what came of late, not the history.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select, text
from sqlalchemy.orm import Session

from core.alert import BY_EARFUL, Happening, Outcome, Priority, Status
from storage.rows import value
from storage.statements import in_chunks
from storage.tables import OPEN_STATUSES, AlertMentionRow, AlertRow, EventRow, MentionRow

_OPEN = text(OPEN_STATUSES)  # word for word what the partial index says, or SQLite would not use it


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """How many open alerts stand in one place."""

    status: Status
    priority: Priority
    age: int
    """Place in the list of ages: from 0, the youngest; the last is older than all of them."""
    alerts: int
    unseen: int
    """How many of them nobody has acknowledged."""
    oldest_at: datetime
    """When the first of them was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open alert."""

    id: int
    brand: str
    priority: Priority
    status: Status
    headline: str
    """A stranger's words; empty: they are gone."""
    opened_at: datetime
    mentions: int
    url: str
    """Of its oldest post that has an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """One alert that was opened of late, and what became of it."""

    opened_at: datetime
    status: Status
    outcome: Outcome
    seen_at: datetime | None
    """When it was acknowledged first, whatever came after; None: it was not."""
    touched_at: datetime | None
    """When a person took a first step: answers are not kept."""


def count_open(tx: Session, now: datetime, ages: Sequence[timedelta]) -> list[OpenCount]:
    """Open alerts by status, priority and age.

    Args:
        tx: the open transaction.
        now: the present time.
        ages: at most so old, rising.
    """
    age = case(
        *((AlertRow.opened_at > now - oldest, place) for place, oldest in enumerate(ages)), else_=len(ages)
    )
    unseen = func.count(case((AlertRow.acknowledged_at.is_(None), 1)))
    first = func.min(AlertRow.opened_at)
    counted = select(AlertRow.status, AlertRow.priority, age.label("age"), func.count(), unseen, first).where(
        _OPEN
    )
    rows = tx.execute(counted.group_by(AlertRow.status, AlertRow.priority, "age"))
    return [
        OpenCount(
            status=status, priority=priority, age=place, alerts=alerts, unseen=unseen, oldest_at=oldest_at
        )
        for status, priority, place, alerts, unseen, oldest_at in rows
    ]


def open_by_brand(tx: Session) -> dict[str, int]:
    """How many alerts of each brand are open; brands without any are left out."""
    counted = select(AlertRow.brand, func.count().label("alerts")).where(_OPEN).group_by(AlertRow.brand)
    return {row.brand: row.alerts for row in tx.execute(counted)}


def list_open(tx: Session, limit: int) -> list[Waiting]:
    """Open alerts, the most urgent first, of these the oldest."""
    urgency = case({each.value: -each.rank for each in Priority}, value=AlertRow.priority)
    wanted = select(AlertRow).where(_OPEN).order_by(urgency, AlertRow.opened_at, AlertRow.id).limit(limit)
    rows = tx.scalars(wanted).all()
    posts = _posts(tx, [row.id for row in rows])
    return [
        value(Waiting, row, mentions=held, url=url)
        for row in rows
        for held, url in [posts.get(row.id, (0, ""))]
    ]


def handled_since(tx: Session, since: datetime) -> list[Handled]:
    """Every alert that was opened at or after a time, the first opened first."""
    found: list[tuple[int, Handled]] = []
    for brand in _brands(tx):
        opened = AlertRow.brand == brand, AlertRow.opened_at >= since
        steps = _first_steps(tx, select(AlertRow.id).where(*opened))
        wanted = select(AlertRow.id, AlertRow.opened_at, AlertRow.status, AlertRow.outcome).where(*opened)
        for row in tx.execute(wanted):
            seen_at, touched_at = steps.get(row.id, (None, None))
            found.append((row.id, value(Handled, row, seen_at=seen_at, touched_at=touched_at)))
    return [handled for _, handled in sorted(found, key=lambda pair: (pair[1].opened_at, pair[0]))]


def _first_steps(
    tx: Session, alerts: Select[tuple[int]]
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """When each of some alerts was first acknowledged, and first touched by a person."""
    acknowledged = case((EventRow.what == Happening.ACKNOWLEDGED, EventRow.at))
    first = select(EventRow.alert_id, func.min(acknowledged), func.min(EventRow.at)).where(
        EventRow.alert_id.in_(alerts), EventRow.by != BY_EARFUL
    )
    rows = tx.execute(first.group_by(EventRow.alert_id))
    return {alert_id: (seen_at, touched_at) for alert_id, seen_at, touched_at in rows}


def _brands(tx: Session) -> list[str]:
    """Every brand that has alerts, configured or not: from one to the next in the index."""
    found: list[str] = []
    while True:
        wanted = select(func.min(AlertRow.brand))
        name = tx.scalar(wanted.where(AlertRow.brand > found[-1]) if found else wanted)
        if name is None:
            return found
        found.append(name)


def _posts(tx: Session, alerts: Collection[int]) -> dict[int, tuple[int, str]]:
    """How many posts each alert holds, and the address of the oldest that has one."""
    known: dict[int, tuple[int, str]] = {}
    place = func.row_number().over(
        partition_by=AlertMentionRow.alert_id,
        order_by=(case((MentionRow.url != "", 0), else_=1), MentionRow.posted_at, MentionRow.id),
    )
    held = func.count().over(partition_by=AlertMentionRow.alert_id)
    for chunk in in_chunks(alerts):
        posts = (
            select(AlertMentionRow.alert_id, MentionRow.url, place.label("place"), held.label("held"))
            .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
            .where(AlertMentionRow.alert_id.in_(chunk))
            .subquery()
        )
        wanted = select(posts.c.alert_id, posts.c.held, posts.c.url).where(posts.c.place == 1)
        known |= {alert: (count, url) for alert, count, url in tx.execute(wanted)}
    return known
