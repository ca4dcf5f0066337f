from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.alert import Priority, Reason
from core.errors import NotAllowed, NotFound
from core.mention import Visibility
from core.verdict import Case, Said, Verdict
from storage.alerts import join_alert
from storage.database import Database, Transaction
from storage.readings import claim_unread, save_readings
from storage.verdict_table import VerdictRow
from storage.verdicts import cases, find_brands, judge_alert, judge_mention, judged_brands
from tests.storage.making import (
    NOW,
    REVISION,
    WHY,
    at,
    author,
    mention,
    mention_id,
    new_alert,
    one,
    read_all,
    reading,
    rows,
    store,
)

LONG_AGO = at(days=-400)


def judge(
    tx: Transaction, external_id: str, said: Said, by: str = "Ann", brand: str = "Acme", hour: int = 0
) -> Verdict:
    number = mention_id(tx, external_id)
    return judge_mention(tx, number, brand, said=said, by=by, now=at(hours=hour), why=f"{by} said so \x00")


def standing(tx: Transaction, brand: str = "Acme", revision: str = REVISION) -> list[Case]:
    return cases(tx, brand, revision, LONG_AGO)


def said(found: Sequence[Case]) -> list[Said]:
    return [case.said for case in found]


def test_a_verdict_with_who_when_why_and_the_numbers_of_the_reading(database: Database) -> None:
    store(database, mention("1", author=author(followers=70), rating=2.0))
    read_all(database, 0.61)
    with database.transaction() as tx:
        loud = Reason(rule="loud", explanation="")
        alert = new_alert(tx, reasons=(*WHY, loud))
        kept = judge(tx, "1", Said.FINE)
    with database.reading() as tx:
        row = tx.scalars(select(VerdictRow)).one()
        stored = {field.name: getattr(row, field.name) for field in fields(Verdict)}
        assert Verdict(**{**stored, "rules": tuple(stored["rules"])}) == Verdict(
            mention_id=mention_id(tx, "1"),
            brand="Acme",
            said=Said.FINE,
            by="Ann",
            at=NOW,
            why="Ann said so \ufffd",
            revision=REVISION,
            negative=0.61,
            complaint=0.61,
            rules=("unhappy", "loud"),
        )
        assert kept.rules == ("unhappy", "loud")
        assert standing(tx) == [
            Case(
                said=Said.FINE,
                negative=0.61,
                complaint=0.61,
                rules=frozenset({"unhappy", "loud"}),
                rating=2.0,
                followers=70,
            )
        ]
        assert (judged_brands(tx), find_brands(tx, mention_id(tx, "1"))) == (["Acme"], ["Acme"])
        assert alert


def test_the_last_word_stands_and_the_others_are_kept(database: Database) -> None:
    store(database, mention("1"))
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE, "Ann")
        judge(tx, "1", Said.COMPLAINT, "Bo", hour=1)
    with database.reading() as tx:
        assert said(standing(tx)) == [Said.COMPLAINT]
        history = tx.execute(select(VerdictRow.by, VerdictRow.said, VerdictRow.at).order_by(VerdictRow.id))
        assert history.all() == [("Ann", Said.FINE, NOW), ("Bo", Said.COMPLAINT, at(hours=1))]
        assert rows(tx, "SELECT count(*) FROM verdicts WHERE replaced_at IS NOT NULL") == [(1,)]


def test_each_brand_has_its_own(database: Database) -> None:
    store(database, mention("1"))
    store(database, mention("1"), brand="Bolt")
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
        judge(tx, "1", Said.COMPLAINT, brand="Bolt")
        assert (said(standing(tx)), said(standing(tx, "Bolt")), standing(tx, "Core")) == (
            [Said.FINE],
            [Said.COMPLAINT],
            [],
        )
        assert judged_brands(tx) == ["Acme", "Bolt"]


def test_what_a_step_on_an_alert_implies_gives_way_to_the_next_step(database: Database) -> None:
    store(database, mention("1"), mention("2"), mention("3"))
    read_all(database)
    with database.transaction() as tx:
        alert = new_alert(tx, "1")
        join_alert(tx, alert, mention_id(tx, "2"), WHY, Priority.LOW, NOW)
        assert judge_alert(tx, alert, Said.UNHAPPY, by="Ann", now=NOW) == 2
        assert [(c.said, c.alert_id) for c in standing(tx)] == [(Said.UNHAPPY, alert)] * 2
        assert judge_alert(tx, alert, Said.FINE, by="Bo", now=at(hours=1), why="not-a-complaint") == 2
        assert said(standing(tx)) == [Said.FINE] * 2
        assert judge_alert(tx, alert, None, by="Bo", now=at(hours=2)) == 0
        assert standing(tx) == [], "dismissed as spam after all: nothing is said about the reading"
        with pytest.raises(NotFound):
            judge_alert(tx, 77, None, by="Bo", now=NOW)


def test_a_persons_word_on_the_mention_outweighs_what_its_alert_implies(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    read_all(database)
    with database.transaction() as tx:
        alert = new_alert(tx, "1")
        join_alert(tx, alert, mention_id(tx, "2"), WHY, Priority.LOW, NOW)
        judge_alert(tx, alert, Said.UNHAPPY, by="Ann", now=NOW)
        judge(tx, "1", Said.FINE, hour=1)
        assert judge_alert(tx, alert, Said.UNHAPPY, by="Ann", now=at(hours=2)) == 1
        assert {(c.said, c.alert_id) for c in standing(tx)} == {(Said.FINE, None), (Said.UNHAPPY, alert)}


def test_old_ones_do_not_count(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
        judge(tx, "2", Said.NEGATIVE, hour=2)
        assert said(cases(tx, "Acme", REVISION, at(hours=1))) == [Said.NEGATIVE]
        assert said(cases(tx, "Acme", REVISION, NOW)) == [Said.NEGATIVE, Said.FINE], "the newest first"


def test_a_verdict_counts_for_a_new_model_once_that_has_read_the_same_text(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    read_all(database, 0.9)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
        judge(tx, "2", Said.FINE)
        assert standing(tx, revision="model-2") == []
    store(database, mention("2", "they found my parcel", fetched_at=at(hours=1)))
    read_all(database, 0.3, model="model-2")
    with database.reading() as tx:
        assert [case.negative for case in standing(tx, revision="model-2")] == [0.3], "the other was edited"
        assert [case.negative for case in standing(tx)] == [0.9, 0.9], "as they were read when judged"


def test_a_reading_in_an_unknown_language_is_no_case(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
        claimed = claim_unread(tx, "model-2", 10)
        found = [(unread, reading(model="model-2", supported=False)) for unread in claimed]
        save_readings(tx, found, NOW)
        assert standing(tx, revision="model-2") == []
        with pytest.raises(NotAllowed, match="cannot be judged"):
            judge(tx, "2", Said.FINE)


def test_what_cannot_be_judged_says_so(database: Database) -> None:
    store(database, mention("1"))
    with database.transaction() as tx:
        with pytest.raises(NotAllowed, match="not read yet"):
            judge(tx, "1", Said.FINE)
        with pytest.raises(NotFound, match="no mention 1 of Bolt"):
            judge(tx, "1", Said.FINE, brand="Bolt")
        with pytest.raises(NotFound):
            judge_mention(tx, 77, "Acme", said=Said.FINE, by="Ann", now=NOW, why="x")
        assert judge_alert(tx, new_alert(tx), Said.UNHAPPY, by="Ann", now=NOW) == 0, "there is no reading"


def test_a_deleted_post_leaves_numbers_and_no_words(database: Database) -> None:
    store(database, mention("1", "the purple conductor shouted"), mention("2"))
    read_all(database, 0.61)
    quote = "not-a-complaint: 'purple conductor' is a compliment"
    with database.transaction() as tx:
        alert = new_alert(tx, "1")
        join_alert(tx, alert, mention_id(tx, "2"), WHY, Priority.LOW, NOW)
        judge_alert(tx, alert, Said.UNHAPPY, by="Ann", now=NOW, why=quote)
        judge_alert(tx, alert, Said.FINE, by="Ann", now=NOW, why=quote)
        number = mention_id(tx, "1")
        judge_mention(tx, number, "Acme", said=Said.FINE, by="Bo", now=NOW, why=quote)
    store(database, mention("1", fetched_at=at(hours=1), visibility=Visibility.DELETED))
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM verdicts WHERE why LIKE '%purple%'") == 0, "on its sibling too"
        assert one(tx, "SELECT count(*) FROM verdicts") == 5
        assert [(c.said, c.negative) for c in standing(tx)] == [(Said.FINE, 0.61)] * 2
        by = select(VerdictRow.by).where(VerdictRow.mention_id == number)
        assert set(tx.scalars(by)) == {"Ann", "Bo"}


def test_it_outlives_the_mentions_row(database: Database) -> None:
    store(database, mention("1"), mention("2"))
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
        judge(tx, "2", Said.FINE)
        tx.execute(text("DELETE FROM mentions"))
    with database.reading() as tx:
        assert said(standing(tx)) == [Said.FINE] * 2


def test_one_stands_for_each_mention_and_brand_whoever_writes(database: Database) -> None:
    store(database, mention("1"))
    read_all(database)
    with database.transaction() as tx:
        judge(tx, "1", Said.FINE)
    columns = "mention_id, brand, said, by, at, why, revision, negative, complaint, rules"
    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(text(f"INSERT INTO verdicts ({columns}) SELECT {columns} FROM verdicts"))  # noqa: S608


def test_many_people_at_once(database: Database) -> None:
    store(database, mention("1"))
    read_all(database)

    def work(n: int) -> None:
        with database.transaction() as tx:
            judge(tx, "1", Said.FINE if n % 2 else Said.NEGATIVE, f"person {n}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with database.reading() as tx:
        assert len(standing(tx)) == 1
        assert one(tx, "SELECT count(*) FROM verdicts") == 8


def test_the_cases_of_a_brand_are_found_by_an_index(sqlite: Database) -> None:
    with sqlite.reading() as tx:
        plan = rows(
            tx,
            "EXPLAIN QUERY PLAN SELECT id FROM verdicts WHERE brand = 'Acme' AND replaced_at IS NULL "
            "ORDER BY id DESC LIMIT 10",
        )
    assert "ix_verdicts_brand_id_standing" in str(plan)
