# ruff: noqa: S608 - every word in these statements is ours
"""Open alerts and their pace against SQL that was written by hand."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.alert import BY_EARFUL, Event, Happening, Outcome, Priority, Status
from storage.alerts import append_event, join_alert, set_status
from storage.database import Database
from storage.figures import totals
from storage.open_alerts import count_open, handled_since, list_open, open_by_brand
from storage.tables import OPEN_STATUSES
from tests.storage.making import NOW, REVISION, WHY, at, mention, new_alert, one, rows, store

AGES = (timedelta(hours=1), timedelta(days=1))


@pytest.fixture
def history(database: Database) -> Database:
    """Sixty alerts of two brands in every status, some old, some touched by people, some by nobody."""
    store(database, *(mention(str(n), url=f"https://x.example/{n}") for n in range(60)))
    ways = itertools.cycle(Status)
    with database.transaction() as tx:
        for n in range(60):
            opened = at(hours=-n * 20)
            number = new_alert(
                tx, str(n), subject=f"s{n}", brand=("Acme", "Bolt", "Was taken out")[n % 3], now=opened,
                priority=tuple(Priority)[n % 4], headline=f"post {n}",
            )  # fmt: skip
            append_event(tx, number, Event(what=Happening.OPENED, at=opened, by=BY_EARFUL))
            status = next(ways)
            if n % 4 == 1:
                seen = opened + timedelta(minutes=7 * n)
                set_status(tx, number, Status.ACKNOWLEDGED, seen)
                append_event(tx, number, Event(what=Happening.ACKNOWLEDGED, at=seen, by="kim"))
            if status not in (Status.NEW, Status.ACKNOWLEDGED):
                outcome = Outcome.GONE_QUIET if n % 2 else None
                done = opened + timedelta(hours=n)
                set_status(tx, number, status, done, outcome=outcome)
                append_event(tx, number, Event(what=Happening.NOTED, at=done, by="lee"))
    return database


def sql(where: str = "1 = 1") -> str:
    return f"SELECT count(*) FROM alerts WHERE {OPEN_STATUSES} AND {where}"


def test_counts_of_open_alerts(history: Database) -> None:
    with history.reading() as tx:
        counts = count_open(tx, NOW, AGES)
        assert sum(each.alerts for each in counts) == one(tx, sql()) > 20
        for status in Status:
            mine = sum(each.alerts for each in counts if each.status is status)
            assert mine == one(tx, sql("status = :word"), word=status.value)
            assert mine == (totals(tx, REVISION).alerts.get(status, 0) if status.open else 0)
        unseen = sum(each.unseen for each in counts)
        assert 0 < unseen == one(tx, sql("acknowledged_at IS NULL")) < one(tx, sql())
        for priority in Priority:
            mine = sum(each.alerts for each in counts if each.priority is priority)
            assert mine == one(tx, sql("priority = :word"), word=priority.value)
        by_age = {age: sum(each.alerts for each in counts if each.age == age) for age in range(3)}
        assert list(by_age.values()) == [
            one(tx, sql(f"id IN ({','.join(map(str, some))})")) for some in ([1], [2], range(3, 61))
        ]
        assert min(each.oldest_at for each in counts) == totals(tx, REVISION).oldest_open_alert_at
        assert open_by_brand(tx) == {
            brand: one(tx, sql("brand = :brand"), brand=brand) for brand in ("Acme", "Bolt", "Was taken out")
        }


def test_the_most_urgent_first_and_of_these_the_oldest(history: Database) -> None:
    order = "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
    with history.reading() as tx:
        found = list_open(tx, 500)
        asked = f"SELECT id FROM alerts WHERE {OPEN_STATUSES} ORDER BY {order}, opened_at"
        assert [each.id for each in found] == [number for (number,) in rows(tx, asked)]
        assert [each.id for each in list_open(tx, 3)] == [each.id for each in found[:3]]
        for each in found:
            assert each.url == f"https://x.example/{each.id - 1}"
            assert (each.headline, each.mentions) == (f"post {each.id - 1}", 1)


def test_the_address_of_the_oldest_post_that_has_one(database: Database) -> None:
    store(database, mention("1", posted_at=at(hours=-3)), mention("2", posted_at=at(hours=-1), url="https://b.example"),
          mention("3", posted_at=at(hours=-2), url="https://a.example"))  # fmt: skip
    with database.transaction() as tx:
        number = new_alert(tx, "1")
        for n in ("2", "3"):
            join_alert(
                tx,
                number,
                one(tx, f"SELECT id FROM mentions WHERE external_id = '{n}'"),
                WHY,
                Priority.LOW,
                NOW,
            )
        ((each),) = list_open(tx, 10)
        assert (each.mentions, each.url, each.priority) == (3, "https://a.example", Priority.NORMAL)


@pytest.mark.parametrize("hours", [0, 100, 28 * 24, 10_000])
def test_what_became_of_those_opened_of_late(history: Database, hours: int) -> None:
    since = at(hours=-hours)
    with history.reading() as tx:
        found = handled_since(tx, since)
        ids = [n + 1 for n in range(60) if n * 20 <= hours]
        assert len(found) == len(ids)
        assert [each.opened_at for each in found] == sorted(at(hours=-20 * (n - 1)) for n in ids)
        numbers = ",".join(map(str, ids))
        for status in Status:
            expected = one(tx, f"SELECT count(*) FROM alerts WHERE id IN ({numbers}) AND status = '{status}'")
            assert sum(each.status is status for each in found) == expected
        seen = f"SELECT count(*) FROM alerts WHERE id IN ({numbers}) AND acknowledged_at IS NOT NULL"
        assert sum(each.seen_at is not None for each in found) == one(tx, seen)
        steps = "SELECT count(DISTINCT alert_id) FROM events WHERE by <> 'earful'"
        quoted = steps.replace("by", '"by"')
        touched = one(tx, f"{quoted} AND alert_id IN ({numbers})")
        assert sum(each.touched_at is not None for each in found) == touched
        for each in found:
            number = round((NOW - each.opened_at) / timedelta(hours=20)) + 1
            first = f"SELECT min(id) FROM events WHERE alert_id = {number} AND \"by\" <> 'earful'"
            if each.touched_at is not None:
                (event,) = (e for e in [one(tx, first)])
                kept = one(tx, f"SELECT what FROM events WHERE id = {event}")
                took = each.touched_at - each.opened_at
                minutes = timedelta(minutes=7 * (number - 1)) if kept == "acknowledged" else None
                assert took == min(t for t in (minutes, timedelta(hours=number - 1)) if t is not None)


def test_the_pace_is_that_of_the_first_acknowledgement_whatever_came_after(database: Database) -> None:
    store(database, mention("1"))
    with database.transaction() as tx:
        number = new_alert(tx, "1")
        for hour, what, by in (
            (1, Happening.NOTED, "lee"),
            (2, Happening.ACKNOWLEDGED, "kim"),
            (3, Happening.REOPENED, BY_EARFUL),
            (4, Happening.ACKNOWLEDGED, "lee"),
        ):
            append_event(tx, number, Event(what=what, at=at(hours=hour), by=by))
        set_status(tx, number, Status.RESOLVED, at(hours=3))
        set_status(tx, number, Status.IN_PROGRESS, at(hours=3), unseen=True)
        (handled,) = handled_since(tx, NOW)
    assert (handled.touched_at, handled.seen_at) == (at(hours=1), at(hours=2))


def test_nothing_yet(database: Database) -> None:
    with database.reading() as tx:
        assert (count_open(tx, NOW, AGES), list_open(tx, 5), handled_since(tx, NOW)) == ([], [], [])
        assert open_by_brand(tx) == {}


def test_open_ones_are_found_without_looking_at_the_others(sqlite: Database) -> None:
    with sqlite.reading() as tx:
        for statement in (
            f"SELECT status, count(*) FROM alerts WHERE {OPEN_STATUSES} GROUP BY status",
            f"SELECT * FROM alerts WHERE {OPEN_STATUSES} ORDER BY opened_at",
        ):
            plan = " ".join(row[3] for row in tx.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
            assert "uq_alerts_open_brand_subject" in plan
