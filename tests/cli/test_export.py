"""`earful export`, through the real command."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.mention import Terms
from storage.database import open_database
from tests.cli.conftest import Place
from tests.cli.test_errors import one_line
from tests.earful import earful, earful_here
from tests.storage.making import mention, new_alert, store


@pytest.fixture
def filled(place: Place) -> Place:
    """Posts around a midnight in Madrid, of two brands; one of them may be exported with its text."""
    brand = {"name": "Acme", "targets": [{"source": "archive", "name": "a", "path": "a.jsonl"}]}
    (place.config / "brands.yaml").write_text(json.dumps({"timezone": "Europe/Madrid", "brands": [brand]}))
    place.upgraded()
    database = open_database(place.database)
    evening, night = datetime(2026, 3, 1, 22, 59, tzinfo=UTC), datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    store(
        database,
        mention("evening", "words", posted_at=evening, terms=Terms(may_export_text=True)),
        mention("night", posted_at=night),
    )
    store(database, mention("theirs", posted_at=night), brand="Globex")
    with database.transaction() as tx:
        new_alert(tx, "evening", headline="words")
    database.close()
    return place


def names(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as text:
        return [row["external_id"] for row in csv.DictReader(text)]


def test_a_file_and_what_it_lacks_in_words(filled: Place, tmp_path: Path) -> None:
    to = tmp_path / "out" / "all.csv"
    done = earful("export", "mentions", "--to", to, *filled.options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"3 mentions written to {to}. Without text and author: 2 because the terms of their sources "
        "do not allow it.\n"
    )
    assert names(to) == ["evening", "night", "theirs"]


def test_a_day_is_one_of_the_team(filled: Place, tmp_path: Path) -> None:
    to = tmp_path / "a.csv"
    export = ("export", "mentions", "--brand", "Acme", "--to", to, *filled.options)
    assert earful_here(*export, "--until", "2026-03-01").returncode == 0
    assert names(to) == ["evening"]
    assert earful_here(*export, "--since", "2026-03-02", "--until", "2026-03-02").returncode == 0
    assert names(to) == ["night"]
    assert earful_here(*export, "--since", "2026-03-01T23:59", "--until", "2026-03-01T23:00Z").returncode == 0
    assert names(to) == ["evening"]


def test_for_machines_and_as_parquet(filled: Place, tmp_path: Path) -> None:
    to = tmp_path / "alerts"
    done = earful_here("export", "alerts", "--to", to, "--format", "parquet", "--json", *filled.options)
    assert json.loads(done.stdout) == {"what": "alerts", "rows": 1, "withheld": {}, "to": str(to)}
    assert [row["headline"] for row in pq.read_table(to).to_pylist()] == ["words"]
    done = earful_here(
        "export", "readings", "--to", tmp_path / "none.csv", "--brand", "Globex", *filled.options
    )
    assert done.stdout == f"0 readings written to {tmp_path / 'none.csv'}.\n"


def test_mistakes_are_one_line_and_write_nothing(filled: Place, tmp_path: Path) -> None:
    mistakes = (
        (("--brand", "Initech"), "there is no 'Initech'; there are: Acme"),
        (("--since", "yesterday"), "expected a day such as 2026-01-31"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "must be earlier"),
        (("--format", "parquet", "--to", "nosuch://bucket/a"), "nosuch://"),
    )
    for wrong, said in mistakes:
        to = () if "--to" in wrong else ("--to", tmp_path / "a.csv")
        one_line(earful_here("export", "mentions", *to, *wrong, *filled.options), 2, said)
    assert not (tmp_path / "a.csv").exists()
