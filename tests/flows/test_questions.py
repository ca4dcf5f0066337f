"""What is asked again and again: found, kept apart, numbered for good; cost follows the new work."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps import update_questions as module
from flows.steps.daily import count_days
from flows.steps.questions import asked_questions
from tests.flows.asking_home import LATE, PARCEL, REFUND, WORDS, Home, home, words_of
from tests.flows.conftest import NOW

__all__ = ["home"]


def test_what_several_people_say_is_one_question_each(home: Home) -> None:
    for stem in (PARCEL, REFUND, LATE):
        home.ask(stem, 4)
    home.post({"id": "x", "text": "do you sell umbrellas in Leeds?", "author": "x"})
    home.post({"id": "y", "text": "good shop, lovely people, thank you", "author": "y"})
    assert home.update() == 14
    assert len(home.bag.asked) == home.rows("SELECT count(*) FROM faq_mentions")[0][0] == 13
    assert sorted(map(sorted, home.groups().values())) == [[LATE], [REFUND], [PARCEL]]
    assert home.rows("SELECT count(*) FROM faq_mentions WHERE question_id IS NULL") == [(1,)]


def test_two_people_or_one_loud_one_make_no_question(home: Home) -> None:
    home.ask(PARCEL, 2)
    home.ask(REFUND, 5, author="loud")
    home.update()
    assert home.groups() == {}
    home.ask(PARCEL, 1, first=2)
    home.update()
    assert list(home.groups().values()) == [{PARCEL}]


def test_a_thousand_identical_complaints_are_one(home: Home) -> None:
    words = "the bad train to Lisbon was late again and nobody said why or when"
    home.post(*({"id": n, "text": words, "author": f"a{n}"} for n in range(1_000)))
    home.ask(PARCEL, 3)
    home.update()
    assert home.rows("SELECT count(*) FROM faq_mentions") == [(1_003,)]
    assert (len(home.bag.asked), len(home.groups())) == (4, 1)
    home.ask("bad train to Lisbon late", 3)
    home.update()
    with home.open() as wiring:
        count_days(wiring)
        found = asked_questions(wiring, "Acme", NOW)
    assert sorted(each.now for each in found.asked) in ([3, 3], [3, 4])


def test_next_week_the_same_question_has_the_same_number(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.ask(REFUND, 4)
    home.update()
    before = home.groups()
    home.bag.asked.clear()
    home.clock.pass_(days=7)
    home.ask(PARCEL, 4, first=4, posted_at="2026-11-28T08:00:00Z")
    home.update()
    assert (home.put(), len(home.bag.asked)) == (8 + 4, 4)
    assert home.groups() == before
    home.clock.pass_(days=100)
    home.ask(PARCEL, 1, first=9, posted_at="2027-03-01T08:00:00Z")
    home.update()
    assert home.put() == 13
    assert home.groups() == before


def test_cost_follows_the_new_work(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.update()
    home.bag.asked.clear()
    assert home.update() == 0
    assert home.bag.asked == []
    home.ask(PARCEL, 1, first=5)
    home.update()
    assert home.bag.asked == [f"{PARCEL} {WORDS[5]}?"]


def test_the_order_of_arrival_changes_little(home: Home, tmp_path: Path) -> None:
    """All at once, or half now and half later: the same questions."""
    for part in range(2):
        home.ask(PARCEL, 4, first=4 * part)
        home.ask(REFUND, 4, first=4 * part)
        home.update()
    assert sorted(map(sorted, home.groups().values())) == [[REFUND], [PARCEL]]


def test_the_brands_own_posts_and_competitors_are_left_out(home: Home) -> None:
    home.brands(
        {"name": "Acme", "handles": ["@acme"], "targets": [home.archive("posts", "posts.jsonl")]},
        {"name": "Rival", "competitor": True, "targets": [home.archive("rivals", "posts.jsonl")]},
    )
    home.ask(PARCEL, 5, author="ACME")
    home.ask(REFUND, 3)
    home.update()
    assert home.rows("SELECT brand, count(*) FROM faq_mentions GROUP BY brand") == [("Acme", 3)]


def test_what_one_run_cannot_do_is_said_and_done_by_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 4)
    monkeypatch.setattr(module, "EMBEDDED", 5)
    home.ask(PARCEL, 9)
    home.ask(REFUND, 9)
    assert home.update() == 8
    with home.open() as wiring:
        assert asked_questions(wiring, "Acme", NOW).waiting == 10
        assert "10 posts will be looked at by the next run" in words_of(wiring)
    assert [home.update() for _ in range(3)] == [8, 2, 0]
    assert sum(map(len, home.groups().values())) == 2
    assert home.rows("SELECT count(*) FROM faq_mentions") == [(18,)]


def test_what_is_too_much_to_compare_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr("flows.steps.questions.MOST", 3)
    for n, word in enumerate(WORDS[:8]):
        home.post({"id": n, "text": f"do you sell {word} {word}s in {word}land?", "author": f"a{n}"})
    home.update()
    assert home.rows("SELECT count(*) FROM faq_mentions") == [(8,)]
    with home.open() as wiring:
        assert asked_questions(wiring, "Acme", NOW).left_out == 5
        assert "5 texts of the last 28 days could not be compared" in words_of(wiring)
    assert home.update() == 0


def test_what_is_too_old_is_passed_by(home: Home) -> None:
    home.ask(PARCEL, 3, posted_at="2026-10-01T08:00:00Z")
    home.ask(REFUND, 3)
    assert [home.update(), home.update()] == [3, 0]


def test_archives_of_long_ago_are_looked_at_as_of_their_end(home: Home) -> None:
    home.ask(PARCEL, 3, posted_at="2015-02-20T08:00:00Z")
    home.update()
    assert len(home.groups()) == 1
