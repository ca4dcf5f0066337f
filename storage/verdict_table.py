"""The table of what people said about readings. Kept by storage/verdicts.py; Alembic revision 0003."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.verdict import Said
from storage.base import STABLE_IDS, Base, Id, Json, Key, partial_index
from storage.columns import BIG, Word


class VerdictRow(Base):
    """core.verdict.Verdict. `replaced_at` is NULL for the one that stands, at most one a mention and brand.

    The numbers outlive the mention, `why` does not.
    """

    __tablename__ = "verdicts"
    __table_args__ = (
        partial_index(
            "uq_verdicts_standing", "mention_id", "brand", where="replaced_at IS NULL", unique=True
        ),
        partial_index("ix_verdicts_brand_id_standing", "brand", "id", where="replaced_at IS NULL"),
        Index(None, "mention_id"),
        Index(None, "alert_id"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    mention_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("mentions.id", ondelete="SET NULL"))
    brand: Mapped[Key]
    alert_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("alerts.id"))
    said: Mapped[Said] = mapped_column(Word(Said))
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    revision: Mapped[Key]
    negative: Mapped[float]
    complaint: Mapped[float]
    rules: Mapped[Json]
    edited_at: Mapped[datetime | None]
    """When the text that was judged had last been edited: tells whether the mention still has that text."""
    replaced_at: Mapped[datetime | None]
