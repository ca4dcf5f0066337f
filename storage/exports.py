"""Walks over what is stored, for files: in parts of one size, so that a million rows take no more memory.

A walk goes on after the last row that it gave (a keyset), so that each part costs the same. What was not
found to be about a brand is left out, as in the figures. Words that must not be in a file do not leave here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.withheld import Withheld, why_withheld
from storage.relevance import brands_of
from storage.rows import PRESENT_READING
from storage.statements import dialect, in_chunks
from storage.tables import AlertMentionRow, AlertRow, AuthorRow, MentionRow, ReadingRow, SightingRow

PART = 5_000
"""Rows that are held at once."""

Record = dict[str, Any]
"""A row by the names of its columns; times are aware and in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is asked for; None: no limit."""

    brand: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Up to this moment, without it."""

    def of(self, column: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
        """The condition on a time."""
        where: list[ColumnElement[bool]] = []
        if self.since is not None:
            where.append(column >= self.since)
        if self.until is not None:
            where.append(column < self.until)
        return where


_TERMS = (
    MentionRow.visibility, MentionRow.may_export_text, MentionRow.keep_for_seconds, MentionRow.fetched_at,
)  # fmt: skip
_WORDS = ("text", "author_handle", "author_name", "author_followers")
_OF_MENTIONS = (
    MentionRow.id, MentionRow.source, MentionRow.external_id, MentionRow.kind, MentionRow.posted_at,
    MentionRow.first_seen_at, MentionRow.edited_at, MentionRow.url, MentionRow.thread_id,
    MentionRow.parent_id, MentionRow.rating, MentionRow.language, MentionRow.likes, MentionRow.replies,
    MentionRow.shares, MentionRow.views, MentionRow.text, MentionRow.may_train, *_TERMS,
    AuthorRow.handle.label("author_handle"), AuthorRow.name.label("author_name"),
    AuthorRow.followers.label("author_followers"),
)  # fmt: skip
_OF_READINGS = (
    MentionRow.id.label("mention_id"), MentionRow.source, MentionRow.external_id, MentionRow.posted_at,
    ReadingRow.revision, ReadingRow.read_at, ReadingRow.language, ReadingRow.supported,
    ReadingRow.label.label("sentiment"), ReadingRow.negative, ReadingRow.neutral, ReadingRow.positive,
    ReadingRow.complaint, ReadingRow.unsure, ReadingRow.offensive, ReadingRow.irony, ReadingRow.severity,
    ReadingRow.topics, ReadingRow.emotion,
)  # fmt: skip
_OF_ALERTS = (
    AlertRow.id, AlertRow.brand, AlertRow.rule, AlertRow.priority, AlertRow.status, AlertRow.outcome,
    AlertRow.headline, AlertRow.opened_at, AlertRow.last_mention_at,
    AlertRow.acknowledged_at, AlertRow.resolved_at, AlertRow.closed_at, AlertRow.updated_at,
    literal("").label("assignee"),  # promised, and kept free for the day on which alerts have one
)  # fmt: skip


def knows(tx: Session, brand: str) -> bool:
    """Whether anything was ever found for a brand, or told about it."""
    found = select(SightingRow.id).where(SightingRow.brand == brand).limit(1)
    alerted = select(AlertRow.id).where(AlertRow.brand == brand).limit(1)
    return tx.scalar(found) is not None or tx.scalar(alerted) is not None


def brands(tx: Session) -> list[str]:
    """All of which anything was found, by name."""
    return sorted(tx.scalars(select(SightingRow.brand).distinct()))


def walk_mentions(tx: Session, span: Span, now: datetime) -> Iterator[list[Record]]:
    """Mentions that were posted in a span, the oldest first.

    Each has `brands`, the names of those that it is about, and `withheld`, why it has no text and no author.
    """
    wanted = select(*_OF_MENTIONS).outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
    for part in _about_brands(tx, wanted, span, key="id"):
        for record in part:
            record["withheld"] = _why(record, now)
            if record["withheld"]:
                record.update(dict.fromkeys(_WORDS))
        yield part


def walk_readings(tx: Session, span: Span) -> Iterator[list[Record]]:
    """What the model made of the present texts of mentions that were posted in a span, the oldest first."""
    wanted = select(*_OF_READINGS).select_from(MentionRow).join(ReadingRow, PRESENT_READING)
    return _about_brands(tx, wanted, span, key="mention_id")


def reading_keys(tx: Session, column: str, span: Span) -> list[str]:
    """Every key in `topics`, `severity` or `emotion` of the readings of a span, of whatever brand."""
    values: InstrumentedAttribute[Any] = getattr(ReadingRow, column)
    joined = select().select_from(MentionRow).join(ReadingRow, PRESENT_READING)
    if dialect(tx) == "postgresql":
        keys = joined.add_columns(func.json_object_keys(values))
    else:
        each = func.json_each(values).table_valued("key")
        keys = joined.join(each, true()).add_columns(each.c.key)
    return sorted(tx.scalars(keys.where(*span.of(MentionRow.posted_at)).distinct()))


def walk_alerts(tx: Session, span: Span, now: datetime) -> Iterator[list[Record]]:
    """Alerts that were opened in a span, by their numbers.

    Each has `mentions`, how many; `first_mention_id` and `url` of the one that it was opened for; and
    `withheld`, why it has no headline, which quotes one of them: all must allow it.
    """
    wanted = select(*_OF_ALERTS).where(*span.of(AlertRow.opened_at)).order_by(AlertRow.id).limit(PART)
    if span.brand is not None:
        wanted = wanted.where(AlertRow.brand == span.brand)
    after = 0
    while part := _records(tx, wanted.where(AlertRow.id > after)):
        after = part[-1]["id"]
        _add_mentions(tx, part, now)
        yield part


def _about_brands(tx: Session, wanted: Select[Any], span: Span, key: str) -> Iterator[list[Record]]:
    at, number = MentionRow.posted_at, MentionRow.id
    wanted = wanted.where(*span.of(at)).order_by(at, number).limit(PART)
    part = _records(tx, wanted)
    while part:
        last = part[-1]
        brands = brands_of(tx, [record[key] for record in part])
        for record in part:
            record["brands"] = brands.get(record[key], ())
        yield [r for r in part if (span.brand in r["brands"] if span.brand else r["brands"])]
        # The first condition is what the index on posted_at is entered by.
        rest = and_(at >= last["posted_at"], or_(at > last["posted_at"], number > last[key]))
        part = _records(tx, wanted.where(rest))


def _add_mentions(tx: Session, alerts: Collection[Record], now: datetime) -> None:
    by_id = {alert["id"]: alert for alert in alerts}
    for alert in alerts:
        alert.update(mentions=0, first_mention_id=None, url=None, withheld=None)
    for chunk in in_chunks(by_id):
        wanted = (
            select(AlertMentionRow.alert_id, MentionRow.id, MentionRow.url, *_TERMS)
            .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
            .where(AlertMentionRow.alert_id.in_(chunk))
            .order_by(AlertMentionRow.alert_id, AlertMentionRow.added_at, MentionRow.id)
        )
        for row in tx.execute(wanted):
            mention, alert = dict(row._mapping), by_id[row.alert_id]
            if not alert["mentions"]:
                alert.update(first_mention_id=mention["id"], url=mention["url"])
            alert["mentions"] += 1
            alert["withheld"] = alert["withheld"] or _why(mention, now)
    for alert in alerts:
        if not alert["mentions"]:
            alert["withheld"] = Withheld.GONE
        if alert["withheld"]:
            alert["headline"] = None


def _why(mention: Record, now: datetime) -> Withheld | None:
    return why_withheld(
        visibility=mention["visibility"],
        may_export_text=mention["may_export_text"],
        keep_for=mention["keep_for_seconds"],
        fetched_at=mention["fetched_at"],
        now=now,
    )


def _records(tx: Session, wanted: Select[Any]) -> list[Record]:
    return [dict(row._mapping) for row in tx.execute(wanted)]
