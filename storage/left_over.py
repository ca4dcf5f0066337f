"""What mentions that ask or complain became: put to a question, or left over until somebody says the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from storage.copies import COPY_GROUP, with_texts
from storage.faq_tables import AnswerRow, AskedRow, QuestionRow
from storage.rows import value
from storage.statements import BULK, in_chunks
from storage.tables import MentionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A mention that asks or complains, with its embedding, as it is compared with others."""

    mention_id: int
    copy_group: int
    """The same for all that say the same."""
    author: int | None
    posted_at: datetime
    vector: bytes
    tried: bool


def count_left_over(tx: Session, brand: str, since: datetime) -> int:
    """How many posts since a time ask or complain about what too few others do."""
    alone = select(func.count()).select_from(AskedRow).where(AskedRow.brand == brand)
    return tx.scalar(alone.where(AskedRow.posted_at >= since, AskedRow.question_id.is_(None))) or 0


def count_texts_left_over(tx: Session, brand: str, since: datetime) -> int:
    """How many different texts these are."""
    texts = select(func.count(AskedRow.vector.distinct())).where(AskedRow.brand == brand)
    return tx.scalar(texts.where(AskedRow.posted_at >= since, AskedRow.question_id.is_(None))) or 0


def embeddings(tx: Session, brand: str, since: datetime, embedder: str, limit: int) -> list[bytes]:
    """Of different texts since a time, whatever became of them, the newest first."""
    wanted = select(AskedRow.vector).where(AskedRow.brand == brand, AskedRow.posted_at >= since)
    wanted = wanted.where(AskedRow.vector.is_not(None), AskedRow.embedder == embedder)
    wanted = wanted.group_by(AskedRow.vector).order_by(func.max(AskedRow.posted_at).desc(), AskedRow.vector)
    return [vector for vector in tx.scalars(wanted.limit(limit)) if vector is not None]


def count_embeddings(tx: Session, brand: str, since: datetime, embedder: str) -> int:
    """How many different texts that makes."""
    counted = select(func.count(AskedRow.vector.distinct())).where(AskedRow.brand == brand)
    counted = counted.where(AskedRow.posted_at >= since, AskedRow.embedder == embedder)
    return tx.scalar(counted) or 0


def still_left_over(tx: Session, brand: str, mention_ids: Collection[int]) -> set[int]:
    """Those of them that nobody put to a question, or forgot, meanwhile."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(mention_ids)):
        wanted = select(AskedRow.mention_id).where(AskedRow.brand == brand, AskedRow.mention_id.in_(chunk))
        found.update(tx.scalars(wanted.where(AskedRow.question_id.is_(None))))
    return found


def left_over(tx: Session, brand: str, since: datetime, embedder: str, limit: int) -> list[LeftOver]:
    """What belongs to no question, the newest first."""
    wanted = (
        select(
            *(AskedRow.mention_id, COPY_GROUP.label("copy_group"), MentionRow.author_id.label("author")),
            *(AskedRow.posted_at, AskedRow.vector, AskedRow.tried),
        )
        .join(MentionRow, MentionRow.id == AskedRow.mention_id)
        .where(AskedRow.brand == brand, AskedRow.posted_at >= since, AskedRow.question_id.is_(None))
        .where(AskedRow.vector.is_not(None), AskedRow.embedder == embedder)
        .order_by(AskedRow.posted_at.desc(), AskedRow.mention_id.desc())
        .limit(limit)
    )
    return [value(LeftOver, row) for row in tx.execute(with_texts(wanted))]


def assign(tx: Session, brand: str, question_of: Mapping[int, int]) -> None:
    """Put left over mentions to questions: by mention, the question's number."""
    mentions: dict[int, list[int]] = {}
    for mention_id, question_id in sorted(question_of.items()):
        mentions.setdefault(question_id, []).append(mention_id)
    for question_id, ids in sorted(mentions.items()):
        for chunk in in_chunks(ids):
            mine = AskedRow.brand == brand, AskedRow.mention_id.in_(chunk), AskedRow.question_id.is_(None)
            put = update(AskedRow).where(*mine).values(question_id=question_id, tried=True)
            tx.execute(put, execution_options=BULK)
        last = select(func.max(AskedRow.posted_at)).where(AskedRow.question_id == question_id)
        seen = update(QuestionRow).where(QuestionRow.id == question_id)
        seen = seen.values(last_seen_at=func.coalesce(last.scalar_subquery(), QuestionRow.last_seen_at))
        tx.execute(seen, execution_options=BULK)


def mark_tried(tx: Session, brand: str, mention_ids: Collection[int], older_than: datetime | None) -> None:
    """These were compared with all others; those that are older have no place among them."""
    untried = update(AskedRow).where(AskedRow.brand == brand, AskedRow.question_id.is_(None))
    untried = untried.where(AskedRow.tried.is_(False)).values(tried=True)
    for chunk in in_chunks(sorted(mention_ids)):
        tx.execute(untried.where(AskedRow.mention_id.in_(chunk)), execution_options=BULK)
    if older_than is not None:
        tx.execute(untried.where(AskedRow.posted_at < older_than), execution_options=BULK)


def has_untried(tx: Session, brand: str, since: datetime) -> bool:
    """Whether anything came that was not compared with the others."""
    untried = select(AskedRow.mention_id).where(AskedRow.brand == brand, AskedRow.posted_at >= since)
    untried = untried.where(AskedRow.question_id.is_(None), AskedRow.tried.is_(False))
    return tx.execute(untried.limit(1)).first() is not None


def forget_asked(tx: Session, mention_ids: Collection[int], brand: str | None = None) -> None:
    """Forget what these mentions asked.

    Their questions are worked out anew from those that still stand (flows/steps/update_questions.py); one of
    which nothing is left goes, unless somebody answered it: then its number and the answer stay.

    Args:
        tx: the open transaction.
        mention_ids: of any number.
        brand: only for this brand; None: for all.
    """
    for chunk in in_chunks(sorted(mention_ids)):
        mine: Any = AskedRow.mention_id.in_(chunk)
        if brand is not None:
            mine = mine & (AskedRow.brand == brand)
        wanted = select(AskedRow.question_id).where(mine, AskedRow.question_id.is_not(None)).distinct()
        touched = sorted(number for number in tx.scalars(wanted) if number is not None)
        tx.execute(delete(AskedRow).where(mine), execution_options=BULK)
        anew = update(QuestionRow).where(QuestionRow.id.in_(touched))
        tx.execute(anew.values(centroid=b"", space="", label_id=None), execution_options=BULK)
        drop_empty(tx, touched)


def drop_empty(tx: Session, question_ids: Collection[int]) -> None:
    """Those that nobody asks and nobody ever answered."""
    standing = exists().where(AskedRow.question_id == QuestionRow.id)
    answered = exists().where(AnswerRow.question_id == QuestionRow.id)
    for chunk in in_chunks(sorted(question_ids)):
        empty = QuestionRow.id.in_(chunk), ~standing, ~answered
        tx.execute(delete(QuestionRow).where(*empty), execution_options=BULK)
