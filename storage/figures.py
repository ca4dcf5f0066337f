"""The numbers that reports and the status need. Times are those of the posts; a span ends before its end.

A text in a language that the model does not know counts as unsupported, and has no sentiment here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from core.alert import DeliveryState, Status
from storage.alert_files import OPEN
from storage.readings import count_unread
from storage.rows import PRESENT_READING
from storage.statements import dialect
from storage.tables import (
    AlertRow,
    MentionRow,
    NotificationRow,
    ReadingRow,
    RejectedRow,
    SightingRow,
)

COMPLAINT = 0.5
"""From this probability on, a mention counts as a complaint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Everything that is stored, in numbers."""

    mentions: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFigures:
    """One brand in one span of time.

    mentions = negative + neutral + positive + unsupported + unread + without_text.
    """

    brand: str
    start: datetime
    end: datetime
    mentions: int
    negative: int
    neutral: int
    positive: int
    complaints: int
    unsure: int
    unsupported: int
    unread: int
    without_text: int
    """Deleted, or never had one."""
    alerts_opened: int
    open_alerts: int
    """At present, whenever they were opened."""
    by_source: Mapping[str, int]
    """Mentions of each source, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFigures:
    """One brand in one hour."""

    hour: datetime
    """When it began, in UTC."""
    mentions: int
    """Read or not."""
    negative: int
    neutral: int
    positive: int


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
        read=read,
        unread=count_unread(tx, revision),
        unsupported=unsupported,
        unsure=unsure,
        rejected=tx.scalar(select(func.count()).select_from(RejectedRow)) or 0,
        alerts=_by_word(tx, AlertRow.status),
        notifications=_by_word(tx, NotificationRow.state),
        oldest_open_alert_at=tx.scalar(oldest),
    )


def brand_figures(tx: Session, brand: str, start: datetime, end: datetime) -> BrandFigures:
    """One brand's mentions that were posted in [start, end), and its alerts."""
    counted = select(
        *_sentiments(),
        _count(and_(ReadingRow.supported, ReadingRow.complaint >= COMPLAINT)).label("complaints"),
        _count(and_(ReadingRow.supported, ReadingRow.unsure)).label("unsure"),
        _count(ReadingRow.supported.is_(False)).label("unsupported"),
        _count(and_(ReadingRow.id.is_(None), MentionRow.text != "")).label("unread"),
        _count(and_(ReadingRow.id.is_(None), MentionRow.text == "")).label("without_text"),
    )
    by_source = _of_brand(select(MentionRow.source, func.count()), brand, start, end)
    alerts = select(func.count()).select_from(AlertRow).where(AlertRow.brand == brand)
    opened = alerts.where(AlertRow.opened_at >= start, AlertRow.opened_at < end)
    return BrandFigures(
        brand=brand,
        start=start,
        end=end,
        **tx.execute(_of_brand(counted, brand, start, end)).one()._asdict(),
        alerts_opened=tx.scalar(opened) or 0,
        open_alerts=tx.scalar(alerts.where(AlertRow.status.in_(OPEN))) or 0,
        by_source=_pairs(tx, by_source.group_by(MentionRow.source).order_by(MentionRow.source)),
    )


def hourly(tx: Session, brand: str, start: datetime, end: datetime) -> list[HourFigures]:
    """One brand's mentions by the hour (UTC) in which they were posted; hours without any are left out."""
    if dialect(tx) == "postgresql":
        hour = func.to_char(func.timezone("UTC", MentionRow.posted_at), "YYYY-MM-DD HH24")
    else:
        hour = func.strftime("%Y-%m-%d %H", MentionRow.posted_at)
    rows = tx.execute(
        _of_brand(select(hour.label("hour"), *_sentiments()), brand, start, end)
        .group_by("hour")
        .order_by("hour")
    )
    return [
        HourFigures(
            hour=datetime.strptime(row.hour, "%Y-%m-%d %H").replace(tzinfo=UTC),
            mentions=row.mentions,
            negative=row.negative,
            neutral=row.neutral,
            positive=row.positive,
        )
        for row in rows
    ]


def _of_brand(wanted: Any, brand: str, start: datetime, end: datetime) -> Any:
    return (
        wanted.select_from(MentionRow)
        .join(SightingRow, and_(SightingRow.mention_id == MentionRow.id, SightingRow.brand == brand))
        .outerjoin(ReadingRow, PRESENT_READING)
        .where(MentionRow.posted_at >= start, MentionRow.posted_at < end)
    )


def _sentiments() -> tuple[ColumnElement[int], ...]:
    labels = ("negative", "neutral", "positive")
    counts = (_count(and_(ReadingRow.supported, ReadingRow.label == name)).label(name) for name in labels)
    return func.count().label("mentions"), *counts


def _count(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((where, 1)))


def _by_word(tx: Session, column: Any) -> dict[Any, int]:
    return _pairs(tx, select(column, func.count()).group_by(column))


def _pairs(tx: Session, wanted: Any) -> dict[Any, int]:
    return dict(tuple(row) for row in tx.execute(wanted))
