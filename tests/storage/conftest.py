"""Every test that takes `database` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.migrate import upgrade
from tests.postgres import HOW_TO_GET_IT, Server, find_binaries

BACKENDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
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
    database = open_database(url)
    upgrade(database)
    database.close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url_of(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Gives the address of a fresh database: with tables, or empty."""
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
        return request.getfixturevalue("server").create(made[-1], template)

    yield make
    for name in made:
        request.getfixturevalue("server").drop(name)


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
def postgresql(server: Server) -> Iterator[Database]:
    """PostgreSQL only: for what several workers do at once."""
    name = f"test{next(_numbers)}"
    database = open_database(server.create(name, "migrated"))
    yield database
    database.close()
    server.drop(name)


@pytest.fixture
def sqlite(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """SQLite only: for what its planner and its file do."""
    shutil.copy(migrated_file, tmp_path / "earful.db")
    database = open_database(f"sqlite:///{tmp_path}/earful.db")
    yield database
    database.close()
