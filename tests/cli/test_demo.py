"""What a newcomer sees first."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.earful import earful, earful_here

DEMO = Path(__file__).parent.parent.parent / "demo"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("demo") / "here"
    done = earful("demo", "--folder", folder, "--limit", 500)
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr
    return done.stdout, folder


def test_it_ends_with_a_table_of_alerts_and_says_where_to_look_next(shown) -> None:
    output, folder = shown
    assert "Alerts: unhappy customers to follow up" in output
    assert "flagged from" in output
    assert "Where to look next" in output
    assert (folder / "alerts.txt").read_text().count("Unhappy customer: Larkspur Rail") >= 30
    report = (folder / "brand-health.md").read_text().replace("\\", "")
    assert "# Larkspur Rail: brand health" in report


def test_the_card_fits_a_narrow_terminal(tmp_path: Path) -> None:
    done = earful("demo", "--folder", tmp_path / "here", env={"COLUMNS": "80"})
    card = done.stdout[done.stdout.index("╭─ Unhappy customer") :].partition("╯")[0].splitlines()
    assert all(line[-1] in "╮│─" and len(line) <= 80 for line in card), card


def test_it_keeps_the_two_damaged_records_and_hears_the_rest(shown) -> None:
    _, folder = shown
    status = json.loads(earful_here("status", "--json", "--database", f"sqlite:///{folder}/earful.db").stdout)
    assert (status["mentions"], status["rejected"], status["unread"]) == (201, 2, 0)
    assert status["unsupported"] >= 2
    assert status["notifications"] == {"delivered": sum(status["alerts"].values())}


def test_it_finds_most_unhappy_customers_and_few_others(shown) -> None:
    _, folder = shown
    alerted = "select m.external_id from alert_mentions a join mentions m on m.id = a.mention_id"
    with closing(sqlite3.connect(folder / "earful.db")) as connection:
        flagged = {id_.split(":")[-1] for (id_,) in connection.execute(alerted)}
    english = set()
    for line in (DEMO / "mentions.jsonl").read_text().splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if record.get("language", "en") == "en":
            english.add(record["id"])
    labels = [json.loads(line) for line in (DEMO / "labels.jsonl").read_text().splitlines()]
    unhappy = {label["id"] for label in labels if label["unhappy"]} & english
    others = {label["id"] for label in labels if not label["unhappy"]}
    assert len(unhappy & flagged) / len(unhappy) >= 0.7
    assert len(others & flagged) / len(flagged) <= 0.2


def test_hostile_posts_are_shown_as_text(shown) -> None:
    output, folder = shown
    for text in (output, (folder / "alerts.txt").read_text(), (folder / "brand-health.md").read_text()):
        assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e]", text)
    report = (folder / "brand-health.md").read_text()
    assert "<script" not in report
    assert "](http://tracker" not in report


def test_it_does_not_empty_a_folder_that_is_not_its_own(tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = earful_here("demo", "--folder", tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "thesis.txt").exists()
