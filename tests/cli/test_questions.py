"""`earful questions` through the real command, over a database that a run has filled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.clock import utc_now
from tests.cli.test_errors import one_line
from tests.earful import earful, earful_here, obeyed
from tests.flows.asking_home import PARCEL, REFUND, Home


@pytest.fixture
def home(tmp_path: Path, sqlite_url: str) -> Home:
    """Four people asked one thing yesterday, three another."""
    home = Home(tmp_path, sqlite_url)
    home.clock.now = utc_now()
    yesterday = (home.clock.now - timedelta(days=1)).isoformat()
    home.ask(PARCEL, 4, posted_at=yesterday)
    home.ask(REFUND, 3, posted_at=yesterday)
    home.update()
    return home


@pytest.fixture
def options(home: Home) -> tuple[object, ...]:
    return ("--config", home.config, "--database", home.settings.database_url)


@pytest.fixture
def questions(options: tuple[object, ...]) -> Callable[..., Any]:
    return partial(earful_here, "questions", *options)


def numbers(questions: Callable[..., Any]) -> dict[int, dict[str, Any]]:
    done = questions("--json")
    assert done.returncode == 0, done.stderr
    return {each["number"]: each for each in json.loads(done.stdout)}


def test_they_are_listed_the_most_frequent_first(
    options: tuple[object, ...], questions: Callable[..., Any]
) -> None:
    done = earful("questions", *options)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if PARCEL in line or REFUND in line]
    assert [PARCEL in line for line in lines] == [True, False]
    found = numbers(questions)
    assert [each["this_week"] for each in found.values()] == [4, 3]
    first = next(iter(found.values()))
    assert first["brand"] == "Acme"
    assert sum(first["days"]) == 4
    assert first["answer"] is None
    assert {example["url"].rpartition("/")[0] for example in first["examples"]} == {"https://posts.example"}


def test_what_was_asked_is_not_obeyed(home: Home, questions: Callable[..., Any]) -> None:
    home.ask("who \x1b[2J knows \u009b1A my \u202e locker", 5, posted_at=home.clock.now.isoformat())
    home.update()
    done = questions()
    assert "locker" in done.stdout, done.stderr
    assert obeyed(done.stdout) == set()


def test_an_answer_is_recorded_shown_and_taken_back(
    home: Home, options: tuple[object, ...], questions: Callable[..., Any]
) -> None:
    number = next(iter(numbers(questions)))
    file = home.config / "brands.yaml"
    file.write_text(json.dumps({**json.loads(file.read_text()), "timezone": "Europe/Madrid"}))
    where = ("--url", "https://acme.example/faq", "--on", "2026-01-02", "--by", "ann")
    done = earful("questions", *options, "answer", number, *where)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"Kept: question {number} was answered on 2026-01-02."
    answer = numbers(questions)[number]["answer"]
    assert answer["url"] == "https://acme.example/faq"
    assert answer["by"] == "ann"
    assert answer["published_at"].startswith("2026-01-01T23:00"), "the day begins where the team is"
    assert "2026-01-02" in questions(env={"COLUMNS": "80"}).stdout, "and is shown as one of the team"
    done = questions("--json", "answer", number, "--url", "https://acme.example/2", "--note", "new")
    assert json.loads(done.stdout)["note"] == "new"
    done = earful("questions", *options, "unanswer", number)
    assert done.stdout.strip() == f"Kept: question {number} is not answered."
    assert numbers(questions)[number]["answer"] is None


def test_what_cannot_be_done_is_said_in_one_line(questions: Callable[..., Any]) -> None:
    url = "https://acme.example/"
    one_line(questions("answer", "77", "--url", url), 1, "there is no question 77")
    one_line(questions("answer", "1", "--url", "javascript:alert(1)"), 2, "does not lead to the web")
    one_line(questions("answer", "1", "--url", url, "--on", "2999-01-01"), 2, "is yet to come")
    one_line(questions("unanswer", "1"), 1, "question 1 has no answer")
    one_line(questions("--brand", "Nobody"), 2, "has no brand 'Nobody'")
