from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.alert import Priority
from storage.database import Database
from storage.notifications import (
    claim_due,
    enqueue,
    list_dead,
    mark_dead,
    mark_delivered,
    mark_failed,
    requeue_dead,
)
from tests.storage.making import NOW, at, mention, message, new_alert, one, rows, store

LEASE = timedelta(minutes=5)


@pytest.fixture
def alert_id(database: Database) -> int:
    return _alert(database)


def _alert(database: Database) -> int:
    store(database, mention("1"))
    with database.transaction() as tx:
        return new_alert(tx)


def put(database: Database, alert_id: int, *keys: str) -> list[bool]:
    with database.transaction() as tx:
        return [
            enqueue(
                tx, dedupe_key=key, alert_id=alert_id, channel="slack", message=message(alert_id), now=NOW
            )
            for key in keys
        ]


def claim(database: Database, limit: int = 10, **after: float) -> list[tuple[str, int]]:
    with database.transaction() as tx:
        return [(o.dedupe_key, o.attempts) for o in claim_due(tx, at(**after), limit, LEASE)]


def states(database: Database) -> list[str]:
    with database.reading() as tx:
        return [state for (state,) in rows(tx, "SELECT state FROM notifications ORDER BY id")]


def test_a_message_comes_back_whole(database: Database, alert_id: int) -> None:
    put(database, alert_id, "k")
    with database.transaction() as tx:
        (outgoing,) = claim_due(tx, NOW, 10, LEASE)
    assert (outgoing.dedupe_key, outgoing.alert_id, outgoing.channel) == ("k", alert_id, "slack")
    assert outgoing.message == message(alert_id, excerpt="they lost \ufffd my parcel \U0001f621")


def test_a_message_of_an_older_earful_is_read(database: Database, alert_id: int) -> None:
    """Its time ends with an offset, and it knows none of the fields that came later."""
    old = {
        "alert_id": alert_id,
        "headline": "h",
        "brand": "Acme",
        "priority": "urgent",
        "reasons": ["one", "two"],
        "excerpt": "e",
        "author": "@a1",
        "link": "l",
        "posted_at": "2026-03-01T12:00:00.000050+00:00",
    }
    full = {
        "post": "7",
        "mentions": 3,
        "copies": 1,
        "authors": 2,
        "about": "delay",
        "words": "late",
        "next_step": "n",
        "digest": ["a", "b"],
        "attachment": "https://reports.example/1",
    }
    told = message(
        alert_id, headline="h", priority=Priority.URGENT, reasons=("one", "two"), excerpt="e", link="l",
        posted_at=NOW + timedelta(microseconds=50),
    )  # fmt: skip
    put(database, alert_id, "a", "b")
    with database.transaction() as tx:
        written = json.loads(one(tx, "SELECT CAST(message AS TEXT) FROM notifications LIMIT 1"))
        assert list(written) == [*old, *full]
        assert written["posted_at"] == "2026-03-01T12:00:00Z"
        for key, kept in (("a", old), ("b", old | full)):
            as_before = text("UPDATE notifications SET message = :kept WHERE dedupe_key = :key")
            tx.execute(as_before, {"kept": json.dumps(kept), "key": key})
    with database.transaction() as tx:
        few, whole = claim_due(tx, NOW, 10, LEASE)
    assert few.message == told
    assert whole.message == replace(told, **{**full, "digest": ("a", "b")})  # type: ignore[arg-type]


def test_the_same_key_is_told_once_for_ever(database: Database, alert_id: int) -> None:
    assert put(database, alert_id, "k", "k", "l") == [True, False, True]
    with database.transaction() as tx:
        for outgoing in claim_due(tx, NOW, 10, LEASE):
            mark_delivered(tx, outgoing.id, NOW)
    assert put(database, alert_id, "k", "m") == [False, True]
    assert claim(database) == [("m", 1)]


def test_a_sender_that_dies_loses_its_lease(database: Database, alert_id: int) -> None:
    put(database, alert_id, "a", "b", "c")
    assert claim(database, limit=2) == [("a", 1), ("b", 1)]
    assert claim(database, minutes=1) == [("c", 1)]
    assert claim(database, minutes=4.9) == []
    assert claim(database, minutes=5) == [("a", 2), ("b", 2)]


def test_a_failure_is_tried_again_when_it_is_time(database: Database, alert_id: int) -> None:
    put(database, alert_id, "a")
    with database.transaction() as tx:
        (outgoing,) = claim_due(tx, NOW, 10, LEASE)
        mark_failed(tx, outgoing.id, "503 \x00 " + "x" * 2_000, at(hours=1))
    assert claim(database, minutes=59) == []
    assert states(database) == ["failed"]
    assert claim(database, minutes=60) == [("a", 2)]
    with database.transaction() as tx:
        assert one(tx, "SELECT length(last_error) FROM notifications") == 500
        mark_delivered(tx, outgoing.id, at(hours=1))
    assert states(database) == ["delivered"]
    assert claim(database, days=9) == []


def test_dead_letters_wait_for_an_operator(database: Database, alert_id: int) -> None:
    put(database, alert_id, "a", "b")
    with database.transaction() as tx:
        assert list_dead(tx) == []
        for outgoing in claim_due(tx, NOW, 10, LEASE):
            mark_dead(tx, outgoing.id, "channel was deleted")
        dead = list_dead(tx)
        assert [(d.dedupe_key, d.attempts, d.last_error) for d in dead] == [
            ("a", 1, "channel was deleted"),
            ("b", 1, "channel was deleted"),
        ]
        assert dead[0].created_at == NOW
        assert dead[0].message.alert_id == alert_id
    assert claim(database, days=9) == []
    with database.transaction() as tx:
        assert requeue_dead(tx, at(hours=1)) == 2
        assert requeue_dead(tx, at(hours=1)) == 0
    assert claim(database, hours=1) == [("a", 1), ("b", 1)]


def test_a_late_complaint_does_not_undo_a_delivery(database: Database, alert_id: int) -> None:
    put(database, alert_id, "a")
    with database.transaction() as tx:
        (slow,) = claim_due(tx, NOW, 10, LEASE)
        (quick,) = claim_due(tx, at(minutes=6), 10, LEASE)
        mark_delivered(tx, quick.id, at(minutes=7))
        mark_failed(tx, slow.id, "timeout", at(minutes=8))
        mark_dead(tx, slow.id, "timeout")
    assert states(database) == ["delivered"]
    assert claim(database, days=1) == []


def test_senders_claim_different_messages(postgresql: Database) -> None:
    put(postgresql, _alert(postgresql), *"abcdef")
    with postgresql.transaction() as one_sender, postgresql.transaction() as other:
        first, second = (claim_due(tx, NOW, 2, LEASE) for tx in (one_sender, other))
        assert [o.dedupe_key for o in (*first, *second)] == ["a", "b", "c", "d"]


def test_many_writers_of_one_key_put_one_message(database: Database, alert_id: int) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = [put(database, alert_id, "k") for _ in range(2)]
        done += pool.map(lambda _: put(database, alert_id, "l"), range(6))
    assert sorted(itertools.chain(*done)) == [False] * 6 + [True, True]
