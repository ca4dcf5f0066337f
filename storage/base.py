"""What every table shares: how ids, keys, times and constraints are declared."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.columns import BIG, CleanJson, CleanText, KeyText, UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that a later migration can name them."""

STABLE_IDS = {"sqlite_autoincrement": True}
"""An id that was shown to somebody never comes back as something else, even after a deletion."""

Id = Annotated[int, mapped_column(BIG, primary_key=True)]
Count = Annotated[int, mapped_column(BIG, default=0)]
Key = Annotated[str, mapped_column(KeyText)]
Json = Annotated[Any, mapped_column(CleanJson)]
OwnedByMention = Annotated[int, mapped_column(BIG, ForeignKey("mentions.id", ondelete="CASCADE"))]
OwnedByAlert = Annotated[int, mapped_column(BIG, ForeignKey("alerts.id"))]


class Base(DeclarativeBase):
    """The one catalogue of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {
        int: BIG,
        str: CleanText,
        float: Float(53),
        datetime: UtcDateTime,
    }


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the few rows that a condition holds for; its cost does not grow with the others."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
