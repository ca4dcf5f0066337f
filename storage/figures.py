"""The numbers that reports and the status need. Times are those of the posts; a span ends before its end.

Mentions that say the same (storage/copies.py) are one text: in what people think they count once, by the
first of them in the span that was read; in how often a brand was mentioned, each counts. A text in a language
that the model does not know counts as unsupported, and has no sentiment here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select
from sqlalchemy.orm import Session

from core.alert import OPEN, DeliveryState, Status
from core.reading import COMPLAINT
from storage.copies import VOICE, count_texts
from storage.copy_tables import CopyRow, TextRow
from storage.readings import count_unread
from storage.rows import PRESENT_READING
from storage.statements import aside
from storage.tables import (
    AlertRow,
    MentionRow,
    NotificationRow,
    ReadingRow,
    RejectedRow,
    SightingRow,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFigures:
    """One brand in one span of time.

    texts = negative + neutral + positive + unsupported + unread + without_text, and complaints and unsure are
    texts, too: five hundred identical posts are one voice. `mentions` and `by_source` count every post.
    """

    brand: str
    start: datetime
    end: datetime
    mentions: int
    texts: int
    """Different ones."""
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


def brand_figures(tx: Session, brand: str, start: datetime, end: datetime) -> BrandFigures:
    """One brand's mentions that were posted in [start, end), and its alerts."""
    post = _posts(brand, start, end)
    read = post.c.label.is_not(None)
    counted = select(
        *_voices(post),
        _count(_first(post, post.c.supported, post.c.complaint >= COMPLAINT)).label("complaints"),
        _count(_first(post, post.c.supported, post.c.unsure)).label("unsure"),
        _count(_first(post, post.c.supported.is_(False))).label("unsupported"),
        _count(_first(post, ~read, post.c.has_text)).label("unread"),
        _count(_first(post, ~read, ~post.c.has_text)).label("without_text"),
    )
    by_source = select(post.c.source, func.count()).group_by(post.c.source).order_by(post.c.source)
    alerts = select(func.count()).select_from(AlertRow).where(AlertRow.brand == brand)
    opened = alerts.where(AlertRow.opened_at >= start, AlertRow.opened_at < end)
    return BrandFigures(
        brand=brand,
        start=start,
        end=end,
        **tx.execute(counted).one()._asdict(),
        alerts_opened=tx.scalar(opened) or 0,
        open_alerts=tx.scalar(alerts.where(AlertRow.status.in_(OPEN))) or 0,
        by_source=_pairs(tx, by_source),
    )


def _posts(brand: str, start: datetime, end: datetime) -> Subquery:
    """A brand's mentions with their readings; `place` is 1 for one of all that say the same."""
    unread = case((ReadingRow.id.is_(None), 1), else_=0)
    place = func.row_number().over(partition_by=VOICE, order_by=(unread, MentionRow.posted_at, MentionRow.id))
    return (
        select(
            MentionRow.source,
            MentionRow.posted_at,
            (MentionRow.text != "").label("has_text"),
            ReadingRow.label,
            ReadingRow.supported,
            ReadingRow.complaint,
            ReadingRow.unsure,
            place.label("place"),
        )
        .join(SightingRow, and_(SightingRow.mention_id == MentionRow.id, aside(SightingRow.brand) == brand))
        .where(SightingRow.relevant.is_(True))
        .outerjoin(ReadingRow, PRESENT_READING)
        .outerjoin(CopyRow, CopyRow.mention_id == MentionRow.id)
        .outerjoin(TextRow, TextRow.id == CopyRow.text_id)
        .where(MentionRow.posted_at >= start, MentionRow.posted_at < end)
        .subquery()
    )


def _first(post: Subquery, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(post.c.place == 1, *where)


def _voices(post: Subquery) -> tuple[ColumnElement[int], ...]:
    labels = ("negative", "neutral", "positive")
    counts = (_count(_first(post, post.c.supported, post.c.label == name)).label(name) for name in labels)
    return func.count().label("mentions"), _count(_first(post)).label("texts"), *counts


def _count(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((where, 1)))


def _by_word(tx: Session, column: Any) -> dict[Any, int]:
    return _pairs(tx, select(column, func.count()).group_by(column))


def _pairs(tx: Session, wanted: Any) -> dict[Any, int]:
    return dict(tuple(row) for row in tx.execute(wanted))
