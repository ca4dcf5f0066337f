"""Every test that takes `database` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from storage.database import Database, open_database


@pytest.fixture
def database(url_of: Callable[..., str]) -> Iterator[Database]:
    database = open_database(url_of())
    yield database
    database.close()


@pytest.fixture
def empty(url_of: Callable[..., str]) -> Iterator[Database]:
    database = open_database(url_of(empty=True))
    yield database
    database.close()


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    """PostgreSQL only: for what several workers do at once."""
    database = open_database(postgresql_url)
    yield database
    database.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """SQLite only: for what its planner and its file do."""
    database = open_database(sqlite_url)
    yield database
    database.close()
