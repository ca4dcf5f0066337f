"""The databases that tests get: copies of one that was migrated once, on SQLite and on a real PostgreSQL.

A plugin (tests/conftest.py): imported into several modules, each of them would start a PostgreSQL of its own.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import HOW_TO_GET_IT, Server, find_binaries

BACKENDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip(HOW_TO_GET_IT)
    server = Server(binaries)
    try:
        server.create("migrated")
        _migrate(server.url("migrated"))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "earful.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    # Here, as who begins a source (tests/tools/test_new_source.py) needs no storage beside it.
    from storage.database import open_database
    from storage.migrate import upgrade

    database = open_database(url)
    upgrade(database)
    database.close()


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a fresh database in SQLite, with tables: `earful.db` in the test's folder."""
    return copied(migrated_file, tmp_path)


def copied(migrated_file: Path, folder: Path) -> str:
    """Put a fresh database into a folder; gives its address."""
    shutil.copy(migrated_file, folder / "earful.db")
    return f"sqlite:///{folder}/earful.db"


@pytest.fixture
def postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The address of a fresh database in PostgreSQL, with tables."""
    name = f"test{next(_numbers)}"
    yield postgresql_server.create(name, "migrated")
    postgresql_server.drop(name)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url_of(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Gives the address of a fresh database on either: with tables, or empty."""
    made: list[str] = []

    def make(*, empty: bool = False) -> str:
        number = next(_numbers)
        if backend == "sqlite":
            file = tmp_path / f"{number}.db"
            if not empty:
                shutil.copy(request.getfixturevalue("migrated_file"), file)
            return f"sqlite:///{file}"
        made.append(f"test{number}")
        template = "template1" if empty else "migrated"
        return request.getfixturevalue("postgresql_server").create(made[-1], template)

    yield make
    for name in made:
        request.getfixturevalue("postgresql_server").drop(name)
