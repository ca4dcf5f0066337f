"""Support's side of it, through the real command on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts.lifecycle import Step
from core.settings import Settings
from nlp.readers import reader_for
from tests.cli.test_errors import one_line
from tests.earful import earful, earful_here
from tests.flows.conftest import House
from tests.flows.test_verdicts import MARGIN, Graded, hear, step


class Desk:
    """A house whose posts were read, as far as the database knows, by the model that is shipped."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.house = House(folder, database_url)
        self.house.reader = Graded()
        self.house.reader.revision = reader_for(Settings()).revision
        self.options = ("--config", self.house.config, "--database", self.house.settings.database_url)
        self.database = self.options[2:]

    def status(self, brand: str = "Acme") -> dict[str, dict[str, object]]:
        found = json.loads(earful_here("status", *self.options, "--json").stdout)["rules"]
        return {each["rule"]: each for each in found if each["brand"] == brand}


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    return Desk(tmp_path, sqlite_url)


def test_from_dismissals_to_a_threshold_that_explains_itself(desk: Desk) -> None:
    hear(desk.house, "a", MARGIN[:6])
    assert "No verdicts yet" in earful_here("status", *desk.options).stdout
    step(desk.house, range(2, 7), Step.DISMISS, "not-a-complaint")
    reason = ("--reason", "Not a complaint: they are thanking us", "--by", "kim")
    done = earful("alerts", "dismiss", 1, *reason, *desk.database)
    assert "Kept as a verdict" in done.stdout, done.stderr
    sentence = (
        "unhappy: 0.60 for Acme instead of 0.55, because 5 of 5 flagged between 0.55 and 0.60 were dismissed "
        "or judged wrong"
    )
    assert desk.status()["unhappy"] == {
        "brand": "Acme",
        "rule": "unhappy",
        "score": "negative",
        "default": 0.55,
        "threshold": 0.6,
        "fixed": False,
        "verdicts": 6,
        "right": 0,
        "precision": 0.0,
        "interval": [0.0, pytest.approx(0.3903, abs=1e-4)],
        "why": sentence,
    }
    assert desk.status()["low-rating"]["threshold"] is None
    shown = earful_here("status", *desk.options, env={"COLUMNS": "160"}).stdout
    assert sentence in shown
    assert "negative 0.6" in shown
    assert "0% to 39%" in shown
    checked = earful_here("check", *desk.options)
    assert sentence in checked.stdout, checked.stderr


def test_another_reason_is_no_verdict_and_says_how_it_would_be_one(desk: Desk) -> None:
    hear(desk.house, "a", [0.9])
    done = earful_here("alerts", "dismiss", 1, "--reason", "spam", *desk.database)
    assert "No verdict on the model is kept" in done.stdout
    assert "not-a-complaint" in done.stdout
    assert desk.status()["unhappy"]["verdicts"] == 0


def test_judging_a_mention(desk: Desk) -> None:
    hear(desk.house, "a", [0.9, 0.3])
    heard = json.loads(earful_here("mentions", "--json", *desk.database).stdout)
    numbers = {each["id"].split(":")[-1]: each["number"] for each in heard}  # as the file has it
    shown = earful_here("alerts", "show", 1, "--json", *desk.database)
    assert json.loads(shown.stdout)["posts"][0]["number"] == numbers["a0"]
    why = ("--by", "kim", "--why", "they say thanks for nothing")
    done = earful("mentions", "judge", numbers["a1"], "--complaint", *why, *desk.database)
    assert done.returncode == 0, done.stderr
    assert "is a complaint. The model gave 30% for negative" in done.stdout
    assert "not flagged" in done.stdout
    # options of `mentions` may stand before `judge`: they are not lost
    done = earful_here("mentions", *desk.database, "--json", "judge", numbers["a0"], "--fine", *why)
    kept = json.loads(done.stdout)
    assert {key: kept[key] for key in ("mention", "brand", "said", "by", "why", "negative", "rules")} == {
        "mention": numbers["a0"],
        "brand": "Acme",
        "said": "fine",
        "by": "kim",
        "why": "they say thanks for nothing",
        "negative": 0.9,
        "rules": ["unhappy"],
    }
    unhappy = desk.status()["unhappy"]
    assert (unhappy["verdicts"], unhappy["right"], unhappy["threshold"]) == (1, 0, 0.55)


def test_what_cannot_be_judged(desk: Desk) -> None:
    hear(desk.house, "a", [0.9])
    judge = ("mentions", "judge", 1, "--why", "x", *desk.database)
    one_line(earful_here(*judge), 2, "--negative, --complaint, --fine")
    one_line(earful_here(*judge, "--fine", "--negative"), 2, "say one of")
    one_line(earful_here("mentions", "judge", 1, "--fine", "--why", " ", *desk.database), 2, "--why", "words")
    one_line(earful_here("mentions", "judge", 99, "--fine", "--why", "x", *desk.database), 1, "99")
    one_line(earful_here(*judge, "--fine", "--brand", "Bolt"), 1, "Bolt")


def test_a_broken_configuration_does_not_hide_what_is_stored(desk: Desk) -> None:
    hear(desk.house, "a", [0.9])
    (desk.house.config / "brands.yaml").write_text("brands: [\n")
    done = earful_here("status", *desk.options)
    assert done.returncode == 0
    assert "Thresholds are not shown" in done.stdout
    assert "brands.yaml" in done.stdout
    assert json.loads(earful_here("status", *desk.options, "--json").stdout)["rules"] == []


def test_fixed_is_shown(desk: Desk) -> None:
    desk.house.alerts(rules=[{"name": "unhappy", "negative": 0.55, "fixed": True}])
    hear(desk.house, "a", [0.9])
    step(desk.house, [1], Step.ACKNOWLEDGE)
    found = desk.status()["unhappy"]
    assert (found["fixed"], found["precision"], found["why"]) == (
        True,
        1.0,
        "unhappy: 0.55 for Acme, fixed in alerts.yaml",
    )
    assert "(fixed)" in earful_here("status", *desk.options).stdout
