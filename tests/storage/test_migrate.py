from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from core.alert import Status
from core.days import day_of
from core.errors import ConfigError
from core.mention import plausible
from storage.alert_files import list_alerts
from storage.checkpoints import checkpoint
from storage.daily import days, first_day, last_day, refresh
from storage.database import Database, open_database
from storage.faq_tables import AskedRow, QuestionRow
from storage.holes import list_holes
from storage.mentions import find_mentions
from storage.migrate import _config, require_current, upgrade
from storage.tables import METADATA
from tests.storage.making import NOW, at, mention, one, rows, store

REVISIONS = Path(__file__).parents[2] / "storage" / "migrations" / "versions"
EVERY = sorted(path.stem[:4] for path in REVISIONS.glob("0*.py"))

SHAPE = {
    "sqlite": [
        "SELECT type, name, tbl_name FROM sqlite_master WHERE tbl_name <> 'alembic_version' ORDER BY 2"
    ],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' "
        "ORDER BY table_name, ordinal_position",  # the number itself has gaps where a column was dropped
        "SELECT indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conname <> 'alembic_version_pkc' ORDER BY 1",
    ],
}


def test_a_new_database_is_brought_up_to_date_once(empty: Database) -> None:
    with pytest.raises(ConfigError, match="run `earful db upgrade`"):
        require_current(empty)
    assert upgrade(empty) == EVERY
    require_current(empty)
    assert upgrade(empty) == []


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.reading() as tx:
        context = MigrationContext.configure(tx.connection(), opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_they_make_it_to_the_letter(database: Database, empty: Database) -> None:
    """What Alembic does not compare: conditions of indexes, names, rules on deletion."""
    with empty.migrating() as connection:
        METADATA.create_all(connection)
    with database.reading() as migrated, empty.reading() as made:
        for shape in SHAPE[database.dialect]:
            assert rows(migrated, shape) == rows(made, shape)
        if database.dialect == "sqlite":
            for table in METADATA.tables:
                for pragma in ("table_info", "foreign_key_list"):
                    assert rows(migrated, f"PRAGMA {pragma}({table})") == rows(
                        made, f"PRAGMA {pragma}({table})"
                    )
            indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' ORDER BY 1"
            assert rows(migrated, indexes) == rows(made, indexes)
            counting = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY 1"
            assert rows(migrated, counting) == rows(made, counting)


def test_the_rule_of_one_open_alert_knows_every_open_status(database: Database) -> None:
    name = "uq_alerts_open_brand_subject"
    catalogue = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
    }
    with database.reading() as tx:
        made = one(tx, catalogue[database.dialect], name=name)
    assert {status for status in Status if f"'{status}'" in made} == {s for s in Status if s.open}


def test_two_processes_may_upgrade_at_once(url_of: Callable[..., str]) -> None:
    url = url_of(empty=True)

    def work(_: int) -> list[str]:
        database = open_database(url)
        try:
            return upgrade(database)
        finally:
            database.close()

    with ThreadPoolExecutor(2) as pool:
        applied = list(pool.map(work, range(2)))
    assert sorted(applied) == [[], EVERY]


def test_a_newer_database_is_left_alone(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (upgrade, require_current):
        with pytest.raises(ConfigError, match="written by a newer Earful") as caught:
            act(database)
        assert caught.value.place == database.place


def test_a_failed_upgrade_leaves_nothing(empty: Database) -> None:
    with empty.transaction() as tx:
        tx.execute(text("CREATE TABLE notifications (id INTEGER)"))  # the last one that is made
    with pytest.raises(Exception, match="already exists"):
        upgrade(empty)
    with pytest.raises(ConfigError, match="run `earful db upgrade`"):
        require_current(empty)
    with empty.transaction() as tx:
        tx.execute(text("DROP TABLE notifications"))
    assert upgrade(empty) == EVERY


def test_columns_that_nobody_reads_go_and_the_rows_stay(url_of: Callable[..., str]) -> None:
    database = open_database(url_of(empty=True))
    moment = NOW.replace(tzinfo=None) if database.dialect == "sqlite" else NOW
    before = (
        "INSERT INTO alerts (brand, subject, rule, priority, status, outcome, headline, assignee, opened_at, "
        "last_mention_at, updated_at) "
        "VALUES ('Acme', 's', 'r', 'low', 'new', 'unknown', 'h', 'Ann', :at, :at, :at)",
        "INSERT INTO checkpoints (target, value, set_at) VALUES ('t', '7', :at)",
        "INSERT INTO holes (target, brand, source, kind, start, until, why, permanent, found_at) "
        "VALUES ('t', 'Acme', 'x', 'wall', :at, :at, 'w', true, :at)",
        "INSERT INTO notifications (dedupe_key, alert_id, channel, message, state, attempts, created_at, "
        "last_error, external_id) VALUES ('k', 1, 'c', '{}', 'dead', 3, :at, 'e', 'ts-1')",
    )
    with database.migrating() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        for statement in before:
            connection.execute(text(statement), {"at": moment})
    assert "0012" in upgrade(database)
    with database.reading() as tx:
        assert [(alert.id, alert.headline, alert.opened_at) for alert in list_alerts(tx)] == [(1, "h", NOW)]
        assert checkpoint(tx, "t") == "7"
        assert [(hole.id, hole.target, hole.why, hole.found_at) for hole in list_holes(tx)] == [
            (1, "t", "w", NOW)
        ]
        assert rows(tx, "SELECT id, alert_id, attempts, last_error FROM notifications") == [(1, 1, 3, "e")]
    database.close()


@pytest.mark.parametrize("year", ["0001", "1601", "9999"])
@pytest.mark.parametrize("before", ["0012", "0013"])
def test_posts_of_times_that_cannot_be_count_when_they_were_fetched(
    database: Database, year: str, before: str
) -> None:
    store(database, mention("1"), mention("2", posted_at=at(days=-3)))
    when = f"{year}-01-01 00:00:00.000000" + ("+00" if database.dialect == "postgresql" else "")
    with database.migrating() as connection:
        for statement in (
            "UPDATE mentions SET posted_at = :at, edited_at = :at WHERE external_id = '1'",
            "INSERT INTO faq_questions (id, brand, first_seen_at, last_seen_at, centroid, space) "
            "VALUES (1, 'Acme', :at, :at, '', ''), (2, 'Acme', :at, :at, '', '')",
            "INSERT INTO faq_mentions (mention_id, brand, question_id, posted_at, asks, embedder, tried) "
            "SELECT id, 'Acme', 1, :at, true, 'e', true FROM mentions WHERE external_id = '1'",
            "DELETE FROM changed_hours WHERE hour > '2026-02-27'",
            "INSERT INTO changed_hours (brand, hour) VALUES ('Acme', :at)",
            "INSERT INTO daily (brand, day, zone, mentions, texts, negative, neutral, positive, complaints, "
            "unsure, unsupported, unread, without_text) "
            "VALUES ('Acme', :day, 'UTC', 1, 1, 0, 0, 0, 0, 0, 0, 1, 0)",
            "INSERT INTO daily_topics (brand, day, topic, complaints, positive) "
            "VALUES ('Acme', :day, 'delay', 1, 0)",
        ):
            connection.execute(text(statement.replace(":at", f"'{when}'").replace(":day", f"'{when[:10]}'")))
        if before == "0013":
            connection.execute(text("UPDATE mentions SET posted_at = fetched_at WHERE external_id = '1'"))
        config = _config()
        config.attributes["connection"] = connection
        command.stamp(config, before)
    assert upgrade(database)[-1] == "0014"
    with database.reading() as tx:
        found = {stored.mention.external_id: stored.mention for stored in find_mentions(tx)}
    moved = found["1"]
    assert moved.posted_at == moved.fetched_at
    assert found["2"].posted_at == at(days=-3)
    assert moved.edited_at == moved.fetched_at
    with database.reading() as tx:
        (first, last), (orphan, _) = tx.execute(
            select(QuestionRow.first_seen_at, QuestionRow.last_seen_at).order_by(QuestionRow.id)
        ).all()
        assert tx.scalars(select(AskedRow.posted_at)).all() == [moved.posted_at]
    assert first == last == moved.posted_at
    assert plausible(orphan)
    zone = ZoneInfo("America/New_York")
    counting = True
    while counting:
        with database.transaction() as tx:
            counting = refresh(tx, zone)
    with database.reading() as tx:
        day = day_of(moved.posted_at, zone)
        assert days(tx, "Acme", day, day)[day].mentions == 1
        assert first_day(tx, "Acme") == day_of(at(days=-3), zone)
        assert last_day(tx, "Acme") == day
        assert rows(tx, "SELECT count(*) FROM daily_topics WHERE topic = 'delay'") == [(0,)]
