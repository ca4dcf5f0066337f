"""Questions that several people have, and the answers that were published. Who asks: storage/asking.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.errors import NotAllowed, NotFound
from storage.faq_tables import AnswerRow, AskedRow, CentreRow, QuestionRow
from storage.rows import value
from storage.statements import BULK, FRESH, hold, in_chunks

STANDING = AnswerRow.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. Its number is its name for ever."""

    id: int
    brand: str
    first_seen_at: datetime
    last_seen_at: datetime
    centroid: bytes
    """Empty: to be worked out anew."""
    space: str
    """In which the centroid is; '': none."""
    label_id: int | None
    """The mention that speaks for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where a question was answered, as a person recorded it."""

    question_id: int
    url: str
    published_at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What a brand's texts have in common."""

    space: str
    embedder: str
    centre: bytes
    texts: int
    """How many it was worked out from."""


def centre_of(tx: Session, brand: str) -> Centre | None:
    """The one by which a brand's texts are told apart at present; None: not worked out yet."""
    row = tx.scalar(select(CentreRow).where(CentreRow.brand == brand), execution_options=FRESH)
    return None if row is None else value(Centre, row)


def save_centre(tx: Session, brand: str, centre: Centre) -> None:
    """Keep it in the place of the one before."""
    tx.merge(CentreRow(brand=brand, **asdict(centre)))
    tx.flush()


def drop_centre(tx: Session, brand: str) -> None:
    """Have it worked out anew: another model embeds."""
    tx.execute(delete(CentreRow).where(CentreRow.brand == brand), execution_options=BULK)


def list_questions(tx: Session, brand: str, since: datetime) -> list[Question]:
    """A brand's questions that were asked since a time, or answered, by number."""
    answered = select(AnswerRow.id).where(AnswerRow.question_id == QuestionRow.id, STANDING).exists()
    wanted = select(QuestionRow).where(
        QuestionRow.brand == brand, or_(QuestionRow.last_seen_at >= since, answered)
    )
    return [
        value(Question, row) for row in tx.scalars(wanted.order_by(QuestionRow.id), execution_options=FRESH)
    ]


def has_lost(tx: Session, brand: str) -> bool:
    """Whether a question has to be worked out anew, as a post of it was forgotten."""
    lost = select(QuestionRow.id).where(QuestionRow.brand == brand, QuestionRow.space == "")
    asked = select(AskedRow.mention_id).where(AskedRow.question_id == QuestionRow.id).exists()
    return tx.execute(lost.where(asked).limit(1)).first() is not None


def question(tx: Session, number: int) -> Question:
    """One question.

    Raises:
        NotFound: there is none of this number.
    """
    row = tx.scalar(select(QuestionRow).where(QuestionRow.id == number), execution_options=FRESH)
    if row is None:
        raise NotFound(f"there is no question {number}")
    return value(Question, row)


def found_question(
    tx: Session, brand: str, *, first: datetime, last: datetime, centroid: bytes, space: str, label_id: int
) -> int:
    """Give a new question its number."""
    row = QuestionRow(
        brand=brand,
        first_seen_at=first,
        last_seen_at=last,
        centroid=centroid,
        space=space,
        label_id=label_id,
    )
    tx.add(row)
    tx.flush()
    return row.id


def move_question(tx: Session, number: int, *, centroid: bytes, space: str, label_id: int | None) -> None:
    """Keep where a question is now."""
    moved = update(QuestionRow).where(QuestionRow.id == number)
    tx.execute(moved.values(centroid=centroid, space=space, label_id=label_id), execution_options=BULK)


def answer(
    tx: Session, number: int, *, url: str, published_at: datetime, by: str, note: str, now: datetime
) -> Answer:
    """Keep that a question was answered; it takes the place of the answer before.

    Raises:
        NotFound: there is no such question.
    """
    hold(tx, "answers")
    question(tx, number)
    _withdraw(tx, number, now)
    kept = Answer(question_id=number, url=url, published_at=published_at, by=by, note=note)
    tx.add(
        AnswerRow(question_id=number, url=url, published_at=published_at, by=by, note=note, recorded_at=now)
    )
    tx.flush()
    return kept


def unanswer(tx: Session, number: int, now: datetime) -> None:
    """Say that a question is not answered after all.

    Raises:
        NotFound: there is no such question.
        NotAllowed: it has no answer.
    """
    hold(tx, "answers")
    question(tx, number)
    if not _withdraw(tx, number, now):
        raise NotAllowed(f"question {number} has no answer")


def _withdraw(tx: Session, number: int, now: datetime) -> bool:
    standing = select(AnswerRow.id).where(AnswerRow.question_id == number, STANDING)
    there = tx.scalar(standing) is not None
    gone = update(AnswerRow).where(AnswerRow.question_id == number, STANDING).values(withdrawn_at=now)
    tx.execute(gone, execution_options=BULK)
    return there


def answers(tx: Session, question_ids: Collection[int]) -> dict[int, Answer]:
    """The answers that stand, by question."""
    found: dict[int, Answer] = {}
    for chunk in in_chunks(sorted(question_ids)):
        wanted = select(AnswerRow).where(AnswerRow.question_id.in_(chunk), STANDING)
        for row in tx.scalars(wanted, execution_options=FRESH):
            found[row.question_id] = value(Answer, row)
    return found
