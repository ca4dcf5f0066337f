"""Who asks each question, and how often: read only. Cost follows the period that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from storage.copies import COPY_GROUP, with_texts
from storage.faq_tables import AskedRow
from storage.rows import PRESENT_READING, value
from storage.tables import MentionRow, ReadingRow, SightingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingPost:
    """A post that asks a question; those that say the same have one number."""

    question_id: int
    posted_at: datetime
    copy_group: int
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A post that asks a question, with its words."""

    mention_id: int
    text: str
    source: str
    url: str
    posted_at: datetime
    copy_group: int
    topics: dict[str, float]
    vector: bytes | None
    embedder: str


def asked_in(
    tx: Session, brand: str, start: datetime, end: datetime, question_id: int | None = None
) -> list[AskingPost]:
    """Every post of a brand's questions, or of one, that was posted in [start, end), in order of time."""
    wanted = _of_brand(
        select(AskedRow.question_id, AskedRow.posted_at, COPY_GROUP.label("copy_group"), AskedRow.asks), brand
    )
    one = AskedRow.question_id.is_not(None) if question_id is None else AskedRow.question_id == question_id
    wanted = wanted.where(one, AskedRow.posted_at >= start, AskedRow.posted_at < end)
    return [value(AskingPost, row) for row in tx.execute(wanted.order_by(AskedRow.posted_at))]


def members(
    tx: Session, brand: str, question_id: int, limit: int, until: datetime | None = None
) -> list[Member]:
    """The posts that ask a question and still have their words, the newest first; posted before `until`."""
    wanted = _of_brand(
        select(
            *(MentionRow.id.label("mention_id"), MentionRow.text, MentionRow.source, MentionRow.url),
            *(MentionRow.posted_at, COPY_GROUP.label("copy_group"), ReadingRow.topics),
            *(AskedRow.vector, AskedRow.embedder),
        ),
        brand,
    )
    wanted = (
        wanted.outerjoin(ReadingRow, PRESENT_READING)
        .where(AskedRow.question_id == question_id, MentionRow.text != "")
        .order_by(AskedRow.posted_at.desc(), MentionRow.id.desc())
        .limit(limit)
    )
    if until is not None:
        wanted = wanted.where(AskedRow.posted_at < until)
    return [value(Member, row, topics=dict(row.topics or {})) for row in tx.execute(wanted)]


def first_asked(tx: Session, brand: str) -> datetime | None:
    """Since when questions of a brand are known; None: there are none."""
    return tx.scalar(select(func.min(AskedRow.posted_at)).where(AskedRow.brand == brand))


def _of_brand(wanted: Select[Any], brand: str) -> Select[Any]:
    """Only of mentions that are still about the brand."""
    about = and_(
        SightingRow.mention_id == AskedRow.mention_id,
        SightingRow.brand == AskedRow.brand,
        SightingRow.relevant.is_(True),
    )
    asked = wanted.select_from(AskedRow).join(MentionRow, MentionRow.id == AskedRow.mention_id)
    return with_texts(asked.join(SightingRow, about)).where(AskedRow.brand == brand)
