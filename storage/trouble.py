"""Says in words what a database's error means for the person who runs Earful."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import ConfigError, DatabaseBusy, EarfulError
from core.text import plain

_SQLITE = {
    "SQLITE_CANTOPEN": "cannot be opened; check that its folder exists and that this user may write there",
    "SQLITE_NOTADB": "is not an SQLite database; name another file in EARFUL_DATABASE_URL",
    "SQLITE_CORRUPT": "is damaged; restore it from a backup",
    "SQLITE_READONLY": "may not be written to by this user; check the rights of the file and of its folder",
    "SQLITE_PERM": "may not be used by this user; check the rights of the file and of its folder",
    "SQLITE_FULL": "cannot grow: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
}
_POSTGRESQL = {
    "08": "was lost on the way; check the server and the network",
    "28": "refuses the sign-in; check user and password in EARFUL_DATABASE_URL",
    "3D": "does not exist; create it with createdb",
    "42501": "may not be used by this user; grant it the rights on the database's schema",
    "25006": "is read-only; name the primary server in EARFUL_DATABASE_URL",
    "53": "has no room left (disk, memory or connections); look at the server's log",
    "57P": "is shutting down or starting; try again when it is up",
}
_BUSY_POSTGRESQL = ("40", "55P03")  # deadlock, serialization failure; a lock that did not come in time


def explain(error: Exception, place: str) -> EarfulError | None:
    """The error for a person, on one line and without secrets; None where it is a bug of ours.

    Args:
        error: what SQLAlchemy or the driver raised.
        place: the database's address without the password.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, PoolTimeout):
        return DatabaseBusy(f"{place}: all connections are in use; try again")
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(cause, place)
    if isinstance(cause, psycopg.Error):
        return _explain_postgresql(cause, place)
    return None


def _explain_sqlite(cause: sqlite3.Error, place: str) -> EarfulError | None:
    name = getattr(cause, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy(f"{place}: another process is writing for too long; try again")
    for prefix, problem in _SQLITE.items():
        if name.startswith(prefix):
            return ConfigError(place, problem)
    return None


def _explain_postgresql(cause: psycopg.Error, place: str) -> EarfulError | None:
    if cause.sqlstate is None:
        if not isinstance(cause, psycopg.OperationalError) and "connection option" not in str(cause):
            return None
        first = plain(str(cause).split("\n\t")[0], 300)
        return ConfigError(place, f"cannot be reached: {first}; check the server and EARFUL_DATABASE_URL")
    if cause.sqlstate.startswith(_BUSY_POSTGRESQL):
        return DatabaseBusy(f"{place}: another process was in the way; try again")
    for prefix, problem in _POSTGRESQL.items():
        if cause.sqlstate.startswith(prefix):
            return ConfigError(place, problem)
    return None
