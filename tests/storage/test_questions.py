from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from core.mention import Visibility
from storage import asked, asking, left_over, questions
from storage.database import Database
from storage.erasure import forget
from tests.storage.asked_posts import begin, look
from tests.storage.making import (
    NOW,
    at,
    many,
    mention_id,
    one,
    read_all,
    rows,
    store,
)


@pytest.mark.parametrize("answered", [False, True])
def test_forgetting_the_last_post_forgets_the_question_unless_answered(
    database: Database, answered: bool
) -> None:
    store(database, *many(2))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        number = begin(tx, "0", "1")
        if answered:
            questions.answer(
                tx, number, url="https://acme.example/", published_at=NOW, by="ann", note="", now=NOW
            )
        forget(tx, [mention_id(tx, "0"), mention_id(tx, "1")], NOW, Visibility.DELETED)
        assert rows(tx, "SELECT * FROM faq_mentions") == []
        kept = rows(tx, "SELECT id, space, label_id FROM faq_questions")
        assert kept == ([(number, "", None)] if answered else [])
        assert not questions.has_lost(tx, "Acme")


def test_a_row_that_is_deleted_takes_its_link_with_it(database: Database) -> None:
    store(database, *many(2))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        number = begin(tx, "0", "1")
        tx.execute(text("DELETE FROM mentions WHERE external_id = '0'"))
        assert questions.question(tx, number).label_id is None
        assert len(asking.members(tx, "Acme", number, 9)) == 1


def test_numbers_are_never_given_again(database: Database) -> None:
    store(database, *many(2))
    read_all(database)
    look(database)
    with database.transaction() as tx:
        first = begin(tx, "0")
        left_over.forget_asked(tx, [mention_id(tx, "0")])
        assert begin(tx, "1") > first


def test_questions_that_were_asked_lately_or_answered_are_known(database: Database) -> None:
    store(database, *many(3))
    with database.transaction() as tx:
        label = mention_id(tx, "0")
        made = [
            questions.found_question(
                tx, brand, first=seen, last=seen, centroid=b"1", space="s", label_id=label
            )
            for brand, seen in (
                ("Acme", NOW),
                ("Acme", at(days=-400)),
                ("Acme", at(days=-400)),
                ("Other", NOW),
            )
        ]
        questions.answer(tx, made[1], url="u", published_at=NOW, by="ann", note="", now=NOW)
        known = questions.list_questions(tx, "Acme", at(days=-365))
        assert [question.id for question in known] == made[:2]
        assert set(questions.answers(tx, made)) == {made[1]}


def test_only_one_answer_stands(database: Database) -> None:
    store(database, *many(1))
    with database.transaction() as tx:
        number = questions.found_question(
            tx, "Acme", first=NOW, last=NOW, centroid=b"1", space="s", label_id=mention_id(tx, "0")
        )
        for n in range(3):
            questions.answer(tx, number, url=f"u{n}", published_at=NOW, by="ann", note="", now=NOW)
        assert questions.answers(tx, [number])[number].url == "u2"
        assert one(tx, "SELECT count(*) FROM faq_answers") == 3
        questions.unanswer(tx, number, NOW)
        assert questions.answers(tx, [number]) == {}


def statements(tx: Session, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """What a piece of work asks the database."""
    seen: list[tuple[str, Any]] = []
    connection = tx.connection()

    def note(conn: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return seen


def test_no_look_walks_through_the_history(sqlite: Database) -> None:
    store(sqlite, *many(40))
    read_all(sqlite)
    look(sqlite)
    with sqlite.transaction() as tx:
        begin(tx, *(str(n) for n in range(20)))
    since = NOW - timedelta(days=28)
    with sqlite.transaction() as tx:
        seen = statements(
            tx,
            lambda: (
                asked.newest(tx, "Acme", NOW),
                asked.has_unasked(tx, "Acme"),
                asked.find_unasked(tx, "Acme", 256),
                asked.count_unasked(tx, "Acme"),
                asked.pass_by(tx, "Acme", since, NOW),
                left_over.has_untried(tx, "Acme", since),
                left_over.left_over(tx, "Acme", since, "e", 100),
                left_over.count_embeddings(tx, "Acme", since, "e"),
                left_over.embeddings(tx, "Acme", since, "e", 100),
                left_over.count_left_over(tx, "Acme", since),
                questions.has_lost(tx, "Acme"),
                questions.list_questions(tx, "Acme", since),
                asking.asked_in(tx, "Acme", since, NOW),
                asking.members(tx, "Acme", 1, 50),
                asking.first_asked(tx, "Acme"),
            ),
        )
        plans = {
            statement: "\n".join(
                str(row[-1])
                for row in tx.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            for statement, parameters in seen
        }
    assert len(plans) > 14
    for statement, plan in plans.items():
        for table in ("sightings", "mentions", "faq_mentions", "copies", "texts", "readings"):
            assert f"SCAN {table}" not in plan, f"{statement}\n{plan}"
    unasked = [plan for statement, plan in plans.items() if "asked_at IS NULL" in statement]
    assert unasked
    assert all("ix_sightings_unasked" in plan for plan in unasked)
