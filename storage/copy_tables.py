"""Tables of what is posted again and again. Kept by storage/copies.py; Alembic revision 0002."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import STABLE_IDS, Base, Id


class TextRow(Base):
    """One text, however often it was posted: core.mention.Signature, never the words.

    Texts that are copies of each other share `group_id`: the id of the text that founded the group, which
    may be gone by now. The bands are columns, not rows of their own, as that takes a quarter of the room.
    """

    __tablename__ = "texts"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index(None, "group_id"),
        *(Index(None, f"band_{n}", "id") for n in range(1, 9)),  # the newest of thousands are found at once
        STABLE_IDS,
    )

    id: Mapped[Id]
    digest: Mapped[int]
    group_id: Mapped[int]
    band_1: Mapped[int | None]
    band_2: Mapped[int | None]
    band_3: Mapped[int | None]
    band_4: Mapped[int | None]
    band_5: Mapped[int | None]
    band_6: Mapped[int | None]
    band_7: Mapped[int | None]
    band_8: Mapped[int | None]


class CopyRow(Base):
    """Which text a mention has now; none where it has no text, or one that nobody could copy."""

    __tablename__ = "copies"
    __table_args__ = (Index(None, "text_id", "mention_id"),)

    mention_id: Mapped[int] = mapped_column(
        ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text_id: Mapped[int] = mapped_column(ForeignKey("texts.id"))
