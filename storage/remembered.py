"""What listeners remember between polls and processes, such as a session. They seal what is secret."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import KeyText
from storage.database import Database
from storage.statements import BULK, offered, upsert


class RememberedRow(Base):
    """A text by its name."""

    __tablename__ = "remembered"

    name: Mapped[str] = mapped_column(KeyText, primary_key=True)
    value: Mapped[str]


class Remembered(MutableMapping[str, str]):
    """A mapping whose every access is a transaction of its own; all workers share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getitem__(self, name: str) -> str:
        with self._database.reading() as tx:
            value = tx.scalar(select(RememberedRow.value).where(RememberedRow.name == name))
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        with self._database.transaction() as tx:
            upsert(tx, RememberedRow, [{"name": name, "value": value}], ("name",), offered("name"))

    def __delitem__(self, name: str) -> None:
        with self._database.transaction() as tx:
            gone = delete(RememberedRow).where(RememberedRow.name == name).returning(RememberedRow.name)
            if tx.execute(gone, execution_options=BULK).first() is None:
                raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        with self._database.reading() as tx:
            return iter(tx.scalars(select(RememberedRow.name).order_by(RememberedRow.name)).all())

    def __len__(self) -> int:
        with self._database.reading() as tx:
            return tx.scalar(select(func.count()).select_from(RememberedRow)) or 0
