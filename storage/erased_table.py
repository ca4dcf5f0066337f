"""The table of authors who asked to be forgotten. Kept by storage/erased.py; Alembic revision 0011."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Count
from storage.columns import KeyText


class ErasedRow(Base):
    """That somebody was erased: proof of it, and what keeps them out."""

    __tablename__ = "erased"

    fingerprint: Mapped[str] = mapped_column(KeyText, primary_key=True)
    source: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    mentions: Mapped[Count]
