"""Questions are forgotten with their posts, and outlive edits, another model and a kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from core.mention import Visibility
from flows.steps import update_questions as module
from flows.steps.update_questions import update_questions
from storage.erasure import forget
from tests.flows.asking_home import DIMENSIONS, PARCEL, REFUND, WORDS, Bag, Home, home, keep
from tests.flows.conftest import NOW

__all__ = ["home"]


def test_a_forgotten_post_vanishes_with_everything_of_it(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.ask(REFUND, 3)
    home.update()
    with home.open() as wiring, wiring.database.transaction() as tx:
        ids = dict(tuple(row) for row in tx.execute(text("SELECT text, id FROM mentions")))
        gone = [ids[f"{PARCEL} {WORDS[0]}?"], *(ids[f"{REFUND} {WORDS[n]}?"] for n in range(3))]
        forget(tx, gone, NOW, Visibility.DELETED)
    assert home.rows("SELECT count(*), count(vector) FROM faq_mentions") == [(3, 3)]
    assert home.rows("SELECT space, length(centroid), label_id FROM faq_questions") == [("", 0, None)]
    home.bag.asked.clear()
    home.update()
    ((space, length, label),) = home.rows("SELECT space, length(centroid), label_id FROM faq_questions")
    assert space.startswith("bag-1/")
    assert length == 4 * DIMENSIONS
    assert label in ids.values()
    assert label not in gone
    assert home.bag.asked == [], "from what the others left"
    assert home.groups() == {next(iter(home.groups())): {PARCEL}}


def test_nothing_that_was_written_is_kept_beside_the_mention(home: Home) -> None:
    secret = "zanzibar"
    home.ask(f"where is {secret} parcel", 4)
    home.update()
    for table in ("faq_questions", "faq_mentions", "faq_centres", "faq_answers"):
        assert secret.encode() not in repr(home.everything(table)).encode()
    with home.open() as wiring, wiring.database.transaction() as tx:
        ids = list(tx.execute(text("SELECT id FROM mentions")).scalars())
        forget(tx, ids, NOW, Visibility.DELETED)
    for table in ("faq_questions", "faq_mentions"):
        assert home.everything(table) == []


def test_an_answered_question_keeps_its_number_when_nobody_asks_any_more(home: Home) -> None:
    home.ask(PARCEL, 3)
    home.update()
    (number,) = home.groups()
    with home.open() as wiring:
        keep(wiring, number)
        with wiring.database.transaction() as tx:
            forget(tx, list(tx.execute(text("SELECT id FROM mentions")).scalars()), NOW, Visibility.DELETED)
    assert home.rows("SELECT id FROM faq_questions") == [(number,)]
    assert home.update() == 0


def test_an_edited_post_is_looked_at_again(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.update()
    home._posts[0] = {
        **home._posts[0],
        "text": "found it, thank you all",
        "edited_at": "2026-11-22T09:00:00Z",
    }
    home.update()
    assert home.rows("SELECT count(*) FROM faq_mentions") == [(3,)]
    assert len(home.groups()) == 1


def test_another_model_moves_every_question_and_keeps_its_number(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.ask(REFUND, 4)
    home.update()
    before = home.groups()
    home.bag = Bag("bag-2", shift=77)
    home.ask(REFUND, 1, first=6)
    home.update()
    assert home.groups() == before
    assert home.rows("SELECT DISTINCT embedder FROM faq_mentions") == [("bag-2",)]
    assert {space.partition("/")[0] for (space,) in home.rows("SELECT space FROM faq_questions")} == {"bag-2"}
    home.ask(PARCEL, 2, first=8)
    home.update()
    assert home.put() == 11
    assert home.groups() == before


def test_a_killed_run_is_made_up_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after each of its transactions, in turn: it ends as an undisturbed run."""
    home.ask(PARCEL, 4)
    home.ask(REFUND, 4)
    monkeypatch.setattr(module, "BATCH", 3)

    class Killed(Exception):
        pass

    with home.heard() as wiring:
        real = wiring.database.transaction
        for allowed in range(12):
            left = [allowed]

            @contextmanager
            def counted(left: list[int] = left) -> Iterator[Any]:
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
                with real() as tx:
                    yield tx

            monkeypatch.setattr(wiring.database, "transaction", counted)
            try:
                update_questions(wiring, embedder=home.bag)
                break
            except Killed:
                pass
        else:
            pytest.fail("it never ended")
    assert sorted(map(sorted, home.groups().values())) == [[REFUND], [PARCEL]]
    assert home.rows("SELECT count(*) FROM faq_mentions") == [(8,)]
