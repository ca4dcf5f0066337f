"""Tables of what is asked again and again. Kept by storage/asked.py, left_over.py and questions.py; Alembic
revision 0009."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import STABLE_IDS, Base, Count, Id, Key, partial_index
from storage.columns import BIG, KeyText


class QuestionRow(Base):
    """A question or complaint that several people have; its id is the number that people call it by.

    `centroid` is the mean embedding of those who raised it, of no single text; it is empty and `space` is ''
    while it has to be worked out anew. `label_id` is the mention that speaks for them all.
    """

    __tablename__ = "faq_questions"
    __table_args__ = (Index(None, "brand", "last_seen_at"), STABLE_IDS)

    id: Mapped[Id]
    brand: Mapped[Key]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    centroid: Mapped[bytes] = mapped_column(LargeBinary)
    space: Mapped[Key]
    label_id: Mapped[int | None] = mapped_column(
        BIG, ForeignKey("mentions.id", ondelete="SET NULL"), index=True
    )


class AnswerRow(Base):
    """Where a question was answered. `withdrawn_at` is NULL for the answer that stands, at most one."""

    __tablename__ = "faq_answers"
    __table_args__ = (
        partial_index("uq_faq_answers_standing", "question_id", where="withdrawn_at IS NULL", unique=True),
        Index(None, "question_id"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(BIG, ForeignKey("faq_questions.id"))
    url: Mapped[str]
    published_at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AskedRow(Base):
    """A mention that asks or complains, for one brand; `question_id` is NULL while nobody else says the same.

    `vector` is its embedding (by `embedder`), kept for the days in which questions are looked for. `tried` is
    whether it was compared with the others since it came.
    """

    __tablename__ = "faq_mentions"
    __table_args__ = (Index(None, "question_id", "posted_at"), Index(None, "brand", "posted_at"))

    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    brand: Mapped[str] = mapped_column(KeyText, primary_key=True)
    question_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("faq_questions.id"))
    posted_at: Mapped[datetime]
    asks: Mapped[bool]
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    embedder: Mapped[Key]
    tried: Mapped[bool]


class CentreRow(Base):
    """What a brand's texts have in common, by which the others are told apart.

    `space` names it exactly: centroids of different spaces are never compared.
    """

    __tablename__ = "faq_centres"

    brand: Mapped[str] = mapped_column(KeyText, primary_key=True)
    space: Mapped[Key]
    embedder: Mapped[Key]
    centre: Mapped[bytes] = mapped_column(LargeBinary)
    texts: Mapped[Count]
