"""Several workers on one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from core.alert import Priority
from core.mention import Page
from storage.alert_files import find_open, list_alerts
from storage.alerts import join_alert
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import save_page
from storage.readings import claim_unjudged, claim_unread, count_unread, mark_judged, save_readings
from storage.revisits import expire
from tests.storage.making import (
    NOW,
    REVISION,
    WHY,
    at,
    many,
    mention,
    new_alert,
    one,
    read_all,
    reading,
    rows,
    store,
    target,
    texts,
)


def test_workers_claim_different_texts(postgresql: Database) -> None:
    store(postgresql, *many(10))
    with postgresql.transaction() as one_worker, postgresql.transaction() as other:
        first, second = claim_unread(one_worker, REVISION, 4), claim_unread(other, REVISION, 4)
        assert texts(first) == [f"text {n}" for n in range(4)]
        assert texts(second) == [f"text {n}" for n in range(4, 8)]
        assert count_unread(other, REVISION)
        one_worker.rollback()
        assert texts(claim_unread(other, REVISION, 4)) == [f"text {n}" for n in range(4)]


def test_a_claim_is_in_nobodys_way(postgresql: Database) -> None:
    """While the model works, others may raise alerts about the same mentions and find them again."""
    store(postgresql, *many(3))
    with postgresql.transaction() as reader:
        claim_unread(reader, REVISION, 10)
        with postgresql.transaction() as tx:
            tx.execute(text("SET LOCAL lock_timeout = '1ms'"))
            window = open_window(tx, target("Bolt"), None, NOW)
            tx.execute(
                text(
                    "INSERT INTO sightings (mention_id, brand, target, first_seen_at) "
                    "SELECT id, 'Bolt', 't', now() FROM mentions"
                )
            )
            assert window


def test_judging_is_done_once_by_many_workers(database: Database) -> None:
    store(database, *many(60))
    read_all(database)

    def work(_: int) -> list[int]:
        mine = []
        while True:
            with database.transaction() as tx:
                claimed = [j.sighting_id for j in claim_unjudged(tx, 7)]
                mark_judged(tx, claimed, NOW)
            if not claimed:
                return mine
            mine += claimed

    with ThreadPoolExecutor(4) as pool:
        done = [sighting for mine in pool.map(work, range(4)) for sighting in mine]
    assert sorted(done) == sorted(set(done))
    assert len(done) == 60


def test_pages_and_readings_at_once(postgresql: Database) -> None:
    """Workers that store the same posts and read them wait for each other; none is shot."""

    def poll(number: int) -> None:
        brand = f"Brand {number % 3}"
        mentions = many(40)[:: 1 if number % 2 else -1]
        with postgresql.transaction() as tx:
            window = open_window(tx, target(brand, name=f"t{number}"), None, NOW)
            save_page(tx, target(brand), Page(mentions=tuple(mentions)), window, NOW)

    def read(_: int) -> None:
        with postgresql.transaction() as tx:
            save_readings(tx, [(u, reading()) for u in claim_unread(tx, REVISION, 9)], NOW)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(poll if n % 2 else read, n) for n in range(40)]:
            done.result()
    with postgresql.transaction() as tx:
        assert one(tx, "SELECT count(*) FROM mentions") == 40
        assert one(tx, "SELECT sum(new) FROM coverage_windows") == 40
        assert rows(tx, "SELECT brand, count(*) FROM sightings GROUP BY 1 ORDER BY 1") == [
            (f"Brand {n}", 40) for n in range(3)
        ]


def test_what_a_page_brings_again_while_its_term_runs_out_is_kept(postgresql: Database) -> None:
    store(postgresql, *many(2))
    later = at(days=40)

    def run_out() -> int:
        with postgresql.transaction() as tx:
            return expire(tx, {"x": timedelta(days=30)}, later)

    with ThreadPoolExecutor(1) as pool:
        with postgresql.transaction() as tx:
            again = mention("0", "text 0", fetched_at=later)
            save_page(tx, target(), Page(mentions=(again,)), open_window(tx, target(), None, later), later)
            forgotten = pool.submit(run_out)
            while not forgotten.done() and not one(tx, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
        assert forgotten.result() == 1
    with postgresql.reading() as tx:
        assert rows(tx, "SELECT text FROM mentions ORDER BY external_id") == [("text 0",), ("",)]


def test_two_judges_of_one_author_open_one_alert(database: Database) -> None:
    store(database, *many(40))
    read_all(database)

    def judge(_: int) -> None:
        for _ in range(10):
            with database.transaction() as tx:
                for found in claim_unjudged(tx, 5):
                    about = find_open(tx, found.brand, "author:a1")
                    if about is None:
                        new_alert(tx, found.mention.external_id)
                    else:
                        assert join_alert(tx, about.id, found.mention_id, WHY, Priority.LOW, NOW)
                    mark_judged(tx, [found.sighting_id], NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(judge, range(4)))
    with database.reading() as tx:
        assert [alert.mentions for alert in list_alerts(tx)] == [40]
