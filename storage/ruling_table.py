"""The table of what people said about relevance. Kept by storage/rulings.py; Alembic revision 0006."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import STABLE_IDS, Base, Id, Key, partial_index
from storage.columns import BIG


class RulingRow(Base):
    """core.relevance.Ruling. `replaced_at` is NULL for the one that stands, at most one a mention and brand.

    It outlives the mention, `why` does not.
    """

    __tablename__ = "rulings"
    __table_args__ = (
        partial_index("uq_rulings_standing", "mention_id", "brand", where="replaced_at IS NULL", unique=True),
        STABLE_IDS,
    )

    id: Mapped[Id]
    mention_id: Mapped[int | None] = mapped_column(
        BIG, ForeignKey("mentions.id", ondelete="SET NULL"), index=True
    )
    brand: Mapped[Key]
    relevant: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    replaced_at: Mapped[datetime | None]
