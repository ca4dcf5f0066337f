"""The few statements that SQLite and PostgreSQL need in their own words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.base import Base

Item = TypeVar("Item")
Key = TypeVar("Key")

CHUNK = 500
"""Values in one IN (...): far below what either database takes."""


FRESH = {"populate_existing": True}
"""Read rows as they are now: the bulk statements here go past the session's memory of them."""

BULK = {"synchronize_session": False}
"""Change rows without looking for them in the session's memory."""


def dialect(tx: Session | Connection) -> str:
    """`sqlite` or `postgresql`."""
    return (tx.get_bind() if isinstance(tx, Session) else tx).dialect.name


def hold(tx: Session | Connection, name: str) -> None:
    """Be the only transaction that holds this name until it ends; others wait.

    Nothing to do on SQLite, where a transaction that writes is the only one.
    """
    if dialect(tx) == "postgresql":
        digest = hashlib.sha256(f"earful {name}".encode()).digest()
        tx.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


def aside(column: Any) -> Any:
    """A column of texts to compare with, which no index is used for: another one is by far the better.

    SQLite does not know how often a value occurs, and takes an index for `=` before one for a span of time;
    but a brand's mentions may be nearly all that are stored.
    """
    return column.concat("")


def table_of(row: type[Base]) -> Table:
    """The table behind a class, for statements that go past the session's memory."""
    return cast("Table", row.__table__)


def upsert(
    tx: Session,
    row: type[Base],
    values: Sequence[Mapping[str, Any]],
    key: Collection[str],
    change: Callable[[Table, Any], Mapping[str, Any]] | None = None,
    newer: str | None = None,
) -> None:
    """Insert rows; where the key is taken, change the row that is there, or leave it alone.

    Args:
        tx: the open transaction.
        row: the table's class.
        values: the rows; the driver sends them as one batch.
        key: the columns of the unique constraint.
        change: gives what to set from (the table, the row that was offered); None: leave it alone.
        newer: a column of times; a row is changed only by one that is as new, or newer.
    """
    if not values:
        return
    table = table_of(row)
    insert = insert_into(tx, table)
    if change is None:
        insert = insert.on_conflict_do_nothing(index_elements=list(key))
    else:
        insert = insert.on_conflict_do_update(
            index_elements=list(key),
            set_=dict(change(table, insert.excluded)),
            where=None if newer is None else insert.excluded[newer] >= table.c[newer],
        )
    tx.connection().execute(insert, list(values))


def insert_or_leave(tx: Session, row: type[Base], values: Mapping[str, Any], key: str) -> bool:
    """Insert one row; False: the key is taken, and nothing was changed."""
    table = table_of(row)
    insert = insert_into(tx, table).values(dict(values)).on_conflict_do_nothing(index_elements=[key])
    return tx.connection().execute(insert.returning(table.c.id)).first() is not None


def insert_into(tx: Session, table: Table) -> Any:
    """An insert in the words of the database, which know ON CONFLICT."""
    return (postgresql.insert if dialect(tx) == "postgresql" else sqlite.insert)(table)


def offered(*keep: str) -> Callable[[Table, Any], dict[str, Any]]:
    """For `upsert`: take every column of the offered row but the id and those named."""
    return lambda table, new: {c.name: new[c.name] for c in table.c if c.name not in ("id", *keep)}


def in_chunks(items: Collection[Item]) -> Iterator[list[Item]]:
    """The items, a few hundred at a time."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def pairs(
    tx: Session, wanted: Select[tuple[Key, Item]], column: Any, values: Collection[Any]
) -> dict[Key, Item]:
    """What a select of two columns gives, the second by the first, where a column has one of these values."""
    found: dict[Key, Item] = {}
    for chunk in in_chunks(sorted(set(values))):
        found.update((key, item) for key, item in tx.execute(wanted.where(column.in_(chunk))))
    return found
