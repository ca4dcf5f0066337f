from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from core.errors import ConfigError
from storage.database import Database, open_database
from storage.ledger_tables import CheckpointRow, LeaseRow
from tests.postgres import Server
from tests.storage.making import mention, one, rows, store

SECRET = "hunter2-very-secret"


def refused(url: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        open_database(url).close()
    shown = str(caught.value)
    assert "\n" not in shown
    assert SECRET not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"mysql://u:{SECRET}@h/db", "'mysql' is not known"),
        (f"postgresql+psycopg2://u:{SECRET}@h/db", "not known"),
        (f"postgresql://u:{SECRET}@h:port/db", "is no database address"),
        (f"{SECRET}", "is no database address"),
        (f"postgresql://u:a@{SECRET}@h/db", "more than one '@'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", "cannot be reached"),
        (f"postgresql://u@127.0.0.1:1/db?password={SECRET}", "cannot be reached"),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db?sslmod=x", "cannot be reached"),
    ],
)
def test_a_wrong_address_is_explained_without_its_password(url: str, says: str) -> None:
    assert says in str(refused(url))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refused(f"sqlite:///{tmp_path}/none/earful.db")
    assert error.place == f"sqlite:///{tmp_path}/none/earful.db"
    assert "check that its folder exists" in error.problem


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "cannot be opened" in str(refused(f"sqlite:///{tmp_path}"))


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk, eggs\n" * 1000)
    assert "is not an SQLite database" in str(refused(f"sqlite:///{tmp_path}/notes.txt"))
    assert (tmp_path / "notes.txt").read_text().startswith("milk")


def _open_as_nobody(url: str) -> str:
    if os.geteuid() == 0:
        os.setuid(65534)
    database = None
    try:
        database = open_database(url)
        with database.transaction() as tx:
            tx.add(CheckpointRow(target="t", value="1"))
    except ConfigError as error:
        return str(error)
    finally:
        if database:
            database.close()
    return "no error"


def test_a_file_that_may_only_be_read_is_named(sqlite: Database, tmp_path: Path) -> None:
    sqlite.close()
    (tmp_path / "earful.db").chmod(0o444)
    for folder in tmp_path.parents:
        if folder.is_relative_to(tmp_path.parents[2]):
            folder.chmod(0o755)
    tmp_path.chmod(0o555)
    with get_context("spawn").Pool(1) as pool:  # root may write everywhere: another user has to try
        said = pool.apply(_open_as_nobody, (f"sqlite:///{tmp_path}/earful.db",))
        pool.close()
        pool.join()
    tmp_path.chmod(0o755)
    assert re.search("may not be written to|cannot be opened", said), said
    assert said.startswith("sqlite:///")


def test_a_missing_postgresql_database_is_named(postgresql_server: Server) -> None:
    error = refused(postgresql_server.url("nowhere"))
    assert error.place == "postgresql://earful@/nowhere"
    assert '"nowhere" does not exist' in error.problem


def test_another_encoding_is_refused(postgresql_server: Server) -> None:
    words = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    postgresql_server.administer(words)
    assert "create it with encoding UTF8" in str(refused(postgresql_server.url("latin")))
    postgresql_server.drop("latin")


def test_an_unlucky_transaction_leaves_nothing(database: Database) -> None:
    def work() -> None:
        with database.transaction() as tx:
            tx.add(CheckpointRow(target="t", value="1"))
            tx.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    with database.reading() as tx:
        assert rows(tx, "SELECT * FROM checkpoints") == []


def test_reading_cannot_write(database: Database) -> None:
    words = "INSERT INTO checkpoints VALUES ('t', '1')"
    with pytest.raises((ConfigError, DBAPIError)), database.reading() as tx:
        tx.execute(text(words))
    with database.transaction() as tx:  # and the connection is good for writing afterwards
        tx.execute(text(words))


def test_reading_sees_one_moment_and_waits_for_nobody(database: Database) -> None:
    store(database, mention("1"))
    with database.reading() as tx:
        before = one(tx, "SELECT count(*) FROM mentions")
        store(database, mention("2"))
        assert one(tx, "SELECT count(*) FROM mentions") == before == 1
    with database.transaction() as writing, database.reading() as tx:
        writing.execute(text("DELETE FROM sightings"))
        assert one(tx, "SELECT count(*) FROM sightings") == 2


def test_sqlite_is_set_up_for_many_readers_and_one_patient_writer(sqlite: Database) -> None:
    with sqlite.transaction() as tx:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        assert [one(tx, f"PRAGMA {name}") for name in pragmas] == ["wal", 1, 1, 30_000, 1]


def test_emptying_the_log_leaves_readers_in_peace(database: Database) -> None:
    store(database, mention("1"))
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM mentions") == 1
        store(database, mention("2"))
        database.empty_log()
        assert one(tx, "SELECT count(*) FROM mentions") == 1
    store(database, mention("3"))


def test_times_are_aware_and_utc_both_ways(database: Database) -> None:
    moment = datetime(2026, 3, 1, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.transaction() as tx:
        tx.add(LeaseRow(name="t", holder="h", held_until=moment))
    with database.reading() as tx:
        row = tx.get_one(LeaseRow, "t")
        assert row.held_until == moment
        assert row.held_until.tzinfo is UTC
    with pytest.raises(StatementError, match="naive"), database.transaction() as tx:
        tx.add(LeaseRow(name="u", holder="h", held_until=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_an_error_does_not_quote_the_posts(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.transaction() as tx:
        tx.execute(text("INSERT INTO checkpoints VALUES (:a, NULL)"), {"a": SECRET})
    assert f"'a': '{SECRET}'" not in str(caught.value)


def test_many_threads_write_at_once(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as tx:
            tx.add(CheckpointRow(target=f"t{number}", value="1"))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, range(60)))
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM checkpoints") == 60


def test_many_threads_open_a_new_file_at_once(tmp_path: Path) -> None:
    def work(_: int) -> str:
        database = open_database(f"sqlite:///{tmp_path}/new.db")
        with database.reading() as tx:
            mode = one(tx, "PRAGMA journal_mode")
        database.close()
        return mode

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(work, range(64))) == {"wal"}
