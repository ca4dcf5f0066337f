"""Answers, the rates before and after them, and the report as it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.errors import ConfigError, NotAllowed, NotFound
from flows.steps.answers import unanswer
from flows.steps.daily import count_days
from flows.steps.questions import asked_questions, questions
from flows.wiring import Wiring
from reports.markdown import markdown
from tests.flows.asking_home import PARCEL, REFUND, WORDS, Home, home, keep, words_of
from tests.flows.conftest import NOW

__all__ = ["home"]


def test_the_rate_before_and_after_an_answer(home: Home) -> None:
    """Against SQL of its own: thirty texts a day, of which three ask, then one."""
    for day in range(20):
        at = (NOW - timedelta(days=20 - day)).isoformat()
        times = 3 if day < 10 else 1
        home.post(
            *(
                {
                    "id": f"q{day}-{n}",
                    "text": f"{PARCEL} from your shop {WORDS[day]} {WORDS[(day + n + 1) % 20]}?",
                    "author": f"q{day}-{n}",
                    "posted_at": at,
                }
                for n in range(times)
            ),
            *(
                {
                    "id": f"g{day}-{n}",
                    "text": f"good {WORDS[n % 20]} {day} {n}",
                    "posted_at": at,
                    "author": f"g{n}",
                }
                for n in range(30 - times)
            ),
        )
    home.update()
    (number,) = home.groups()
    with home.open() as wiring:
        count_days(wiring)
        keep(wiring, number, on=date(2026, 11, 12))
        (each,) = asked_questions(wiring, "Acme", NOW).asked
        shown = words_of(wiring)
    assert each.answer is not None
    assert each.answer.before is not None
    assert each.answer.after is not None
    spans = {
        "before": ("2026-10-15", "2026-11-12", each.answer.before),
        "after": ("2026-11-13", "2026-11-22", each.answer.after),
    }
    for start, end, rate in spans.values():
        counted = (
            "SELECT count(*) FROM mentions m {} WHERE m.posted_at >= '{} 00:00' AND m.posted_at < '{} 00:00'"
        )
        linked = "JOIN faq_mentions q ON q.mention_id = m.id AND q.question_id IS NOT NULL"
        assert home.rows(counted.format(linked, start, end)) == [(rate.texts,)]
        assert home.rows(counted.format("", start, end)) == [(rate.of,)]
    before, after = each.answer.before, each.answer.after
    assert before.texts > 25
    assert (
        each.answer.effect == f"down {(1 - after.texts / after.of / (before.texts / before.of)) * 100:.0f} %"
    )
    assert "1 question has an answer; 1 is asked clearly less since." in shown
    assert f"({before.texts} of 300 in 10 days)" in shown


def test_small_numbers_are_told_as_such(home: Home) -> None:
    home.ask(PARCEL, 4)
    home.update()
    (number,) = home.groups()
    with home.open() as wiring:
        count_days(wiring)
        keep(wiring, number, on=date(2026, 11, 20))
        (each,) = asked_questions(wiring, "Acme", NOW).asked
        assert each.answer is not None
        assert each.answer.effect in ("too few to tell", "not known: nothing was collected before")
        keep(wiring, number)
        (each,) = asked_questions(wiring, "Acme", NOW + timedelta(hours=1)).asked
        assert each.answer is not None
        assert each.answer.effect == "too early to tell"


def test_an_answer_takes_the_place_of_the_one_before_and_can_be_taken_back(home: Home) -> None:
    home.ask(PARCEL, 3)
    home.update()
    (number,) = home.groups()
    with home.open() as wiring:
        assert keep(wiring, number).url == "https://acme.example/faq"
        assert (
            keep(wiring, number, url="https://acme.example/new page").url == "https://acme.example/new%20page"
        )
        unanswer(wiring.database, number, NOW)
        with pytest.raises(NotAllowed, match="has no answer"):
            unanswer(wiring.database, number, NOW)
        for wrong in (answer_of(number + 1), lambda w: unanswer(w.database, number + 1, NOW)):
            with pytest.raises(NotFound, match=f"there is no question {number + 1}"):
                wrong(wiring)
        for url in (
            "javascript:alert(1)",
            "data:text/html,x",
            "",
            "acme.example/faq",
            "https://a@b.example/",
        ):
            with pytest.raises(ConfigError, match="does not lead to the web"):
                keep(wiring, number, url=url)
        with pytest.raises(ConfigError, match="yet to come"):
            keep(wiring, number, on=date(2026, 11, 23))
    assert home.rows("SELECT count(*) FROM faq_answers WHERE withdrawn_at IS NULL") == [(0,)]
    assert home.rows("SELECT count(*) FROM faq_answers") == [(2,)]


def answer_of(number: int) -> Callable[[Wiring], Any]:
    return lambda wiring: keep(wiring, number)


HOSTILE = (
    "where is my <script>alert(1)</script> parcel {}?",
    "where is my ![x](https://evil.example/t.png) parcel {}?",
    "where is my [x](javascript:alert(1)) parcel {}?",
    "where is my \u202eparcel\u202c parcel {}?",
    "where is my | parcel {}?" + " x" * 20_000,
)


def test_hostile_texts_show_as_text(home: Home) -> None:
    for n, words in enumerate(HOSTILE):
        for times in range(3):
            home.post({"id": f"{n}-{times}", "text": words.format(WORDS[times]), "author": f"a{n}{times}"})
    home.update()
    with home.open() as wiring:
        count_days(wiring)
        report = questions(wiring, "Acme", NOW)
        shown = markdown(report.compact) + markdown(report.full)
    assert home.groups()
    assert "<script" not in shown
    assert "](javascript" not in shown
    assert "](https://evil" not in shown
    assert "\u202e" not in shown
    assert len(markdown(report.full).encode()) < 48_000


def test_a_brand_without_questions_says_so(home: Home) -> None:
    home.post({"id": 1, "text": "good shop"})
    home.update()
    with home.open() as wiring:
        shown = words_of(wiring)
    assert "Nobody was heard asking Acme the same thing" in shown


def test_weeks_are_counted_where_the_team_is(home: Home) -> None:
    home.ask(PARCEL, 3, posted_at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC).isoformat())
    home.ask(REFUND, 3)
    home.update()
    late = NOW.replace(hour=23, minute=45)
    with home.open() as wiring:
        count_days(wiring)
        by_number = {
            each.label[:10]: (each.now, each.before) for each in asked_questions(wiring, "Acme", late).asked
        }
    assert {now for now, _ in by_number.values()} == {0, 3}
    brands = (home.config / "brands.yaml").read_text()
    (home.config / "brands.yaml").write_text(brands[:-1] + ', "timezone": "Europe/Madrid"}')
    with home.open() as wiring:
        count_days(wiring)
        found = asked_questions(wiring, "Acme", NOW)
    assert {each.now for each in found.asked} == {3}, "in Madrid it was the 16th already"
