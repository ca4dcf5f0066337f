"""Opens the database and hands out transactions: SQLite in one file, or PostgreSQL 15 and later."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.errors import ConfigError
from storage.trouble import explain

VARIABLE = "EARFUL_DATABASE_URL"
OLDEST_POSTGRESQL = 15
PATIENCE_SECONDS = 30
"""How long a transaction waits for another one that holds what it needs."""

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_BEGIN = "earful_begin"
_READ = ("PRAGMA query_only=1", "BEGIN")
_WRITE = ("PRAGMA query_only=0", "PRAGMA foreign_keys=1", "BEGIN IMMEDIATE")
# Rebuilding a table drops the old one, and with foreign keys on that deletes what refers to it.
_MIGRATE = ("PRAGMA query_only=0", "PRAGMA foreign_keys=0", "BEGIN IMMEDIATE")


Transaction = Session
"""An open transaction: what every function of this package takes first, and callers only pass on."""


class Database:
    """One database; may be used by many threads at once."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        """The address without the password, for messages."""
        self.dialect = engine.dialect.name
        self._engine = engine
        self._writing = engine.execution_options(**{_BEGIN: _WRITE})
        self._migrating = engine.execution_options(**{_BEGIN: _MIGRATE})
        self._reading = engine.execution_options(**{_BEGIN: _READ})
        if self.dialect == "postgresql":
            self._reading = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything or nothing: commits at the end, rolls back on any exception.

        On SQLite it is the only writer from its first statement on; nothing slow belongs inside.

        Raises:
            ConfigError: the database cannot be reached or written to.
            DatabaseBusy: another process held what was needed for too long; try again.
        """
        with self._explained(), Transaction(self._writing, expire_on_commit=False) as tx, tx.begin():
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One unchanging view of the data, in nobody's way; writing in it fails.

        Raises:
            ConfigError: the database cannot be reached.
        """
        with self._explained(), Transaction(self._reading, expire_on_commit=False) as tx:
            yield tx

    def claiming(self) -> AbstractContextManager[Transaction]:
        """For slow work on claimed rows: what it takes stays locked until it ends, where rows can be locked.

        On SQLite nothing can be, and a transaction that may write would keep everybody else from writing.
        """
        return self.transaction() if self.dialect == "postgresql" else self.reading()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction for storage/migrate.py: foreign keys are not enforced on SQLite meanwhile."""
        with self._explained(), self._migrating.begin() as connection:
            yield connection

    def empty_log(self) -> None:
        """Leave nothing forgotten in SQLite's log, which stays as long as a process has the file open.

        Who reads for longer just then is left in peace: the log goes once every process has closed the file.
        """
        if self.dialect == "sqlite":
            with self._explained(), closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute("PRAGMA busy_timeout=1000")  # it keeps writers waiting meanwhile
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # where it cannot, it says so
                cursor.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            explained = explain(error, self.place)
            if explained is None:
                raise
            raise explained from None  # the original quotes statements, and the driver may quote the URL


def open_database(url: str) -> Database:
    """Open a database and look at it once; its tables may still be missing (storage/migrate.py).

    Args:
        url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.

    Raises:
        ConfigError: the address is wrong, or nothing usable is there.
    """
    address = _read_address(url)
    sqlite = address.drivername == "sqlite"
    database = Database(_open_sqlite(address) if sqlite else _open_postgresql(address), _place(address))
    try:
        with database._explained():
            (_use_wal if sqlite else _check_server)(database)
    except BaseException:
        database.close()
        raise
    return database


def _read_address(url: str) -> URL:
    try:
        address = make_url(url.strip())
    except (SQLAlchemyError, ValueError):
        # Not quoted: whatever it is, it may hold a password.
        problem = "is no database address; write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        raise ConfigError(VARIABLE, problem) from None
    if address.drivername not in _DRIVERS:
        problem = f"'{address.drivername}' is not known; write sqlite:///FILE or postgresql://..."
        raise ConfigError(VARIABLE, problem)
    if "@" in (address.host or ""):
        raise ConfigError(VARIABLE, "holds more than one '@'; in a password write it as %40")
    if address.drivername.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise ConfigError(VARIABLE, "names no file; write sqlite:///FILE")
    return address.set(drivername=_DRIVERS[address.drivername])


def _place(address: URL) -> str:
    shown = URL.create(
        address.get_backend_name(), address.username, None, address.host, address.port, address.database
    )
    return shown.render_as_string()


def _options() -> dict[str, Any]:
    return {
        # Without it, an error's text holds the posts that were being stored.
        "hide_parameters": True,
        "json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False),
    }


def _open_sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": PATIENCE_SECONDS}, **_options())

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver starts no transactions on its own: `begin` does
        connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows ASCII only
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")  # a forgotten text is overwritten, not just unlinked

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        for statement in connection.get_execution_options().get(_BEGIN, _READ):
            connection.exec_driver_sql(statement)

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _open_postgresql(address: URL) -> Engine:
    engine = create_engine(
        address,
        connect_args={"connect_timeout": 10, "application_name": "earful"},
        pool_pre_ping=True,
        **_options(),
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
        connection.commit()

    return engine


def _use_wal(database: Database) -> None:
    """Switch to write-ahead logging, so that readers and the writer do not wait for each other.

    The switch itself does not wait its turn: where several processes open a new file at once, all but
    one are refused. Those queue up for a write transaction, which does wait, and try again.
    """
    connection = database._engine.raw_connection()
    try:
        for _ in range(100):
            if _switched(connection.cursor()):
                break
    finally:
        connection.close()


def _switched(cursor: Any) -> bool:
    try:
        cursor.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
        return False
    return True


def _check_server(database: Database) -> None:
    with database.reading() as tx:
        version = int(tx.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
        encoding = tx.execute(text("SHOW server_encoding")).scalar_one()
    if version < OLDEST_POSTGRESQL:
        raise ConfigError(
            database.place, f"is PostgreSQL {version}; Earful needs {OLDEST_POSTGRESQL} or later"
        )
    if encoding != "UTF8":
        raise ConfigError(database.place, f"has the encoding {encoding}; create it with encoding UTF8")
