"""Alerts as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps.export import What
from storage import exports
from storage.database import Database
from tests.storage.exported import OPEN, read, write
from tests.storage.making import at, mention, new_alert, store


@pytest.fixture(params=["csv", "parquet"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"out.{request.param}"


def test_alerts_with_their_times_and_mentions(database: Database, file: Path) -> None:
    store(
        database,
        mention("1", terms=OPEN, url="https://example.org/1"),
        mention("2", terms=OPEN),
        mention("3"),
    )
    store(database, mention("4", terms=OPEN), brand="Globex")
    with database.transaction() as tx:
        first = new_alert(tx, "1", headline="they lost my parcel", now=at(hours=1))
        new_alert(tx, "3", subject="author:a2", headline="secret words", now=at(hours=2))
        new_alert(tx, "4", subject="author:a3", brand="Globex", headline="=cmd", now=at(hours=3))
    done = write(database, What.ALERTS, file)
    found = read(file)
    assert (done.rows, done.withheld) == (3, {"terms": 1})
    assert found[0] | {"updated_at": ""} == {
        "id": str(first),
        "brand": "Acme",
        "rule": "unhappy",
        "priority": "normal",
        "status": "new",
        "outcome": "unknown",
        "assignee": "",
        "opened_at": "2026-03-01T13:00:00Z",
        "last_mention_at": "2026-03-01T12:00:00Z",
        "acknowledged_at": "",
        "resolved_at": "",
        "closed_at": "",
        "updated_at": "",
        "mentions": "1",
        "first_mention_id": "1",
        "url": "https://example.org/1",
        "headline": "they lost my parcel",
        "withheld": "",
    }
    assert (found[1]["headline"], found[1]["withheld"]) == ("", "terms")
    assert found[2]["headline"] == ("'=cmd" if file.suffix == ".csv" else "=cmd")
    write(database, What.ALERTS, file, brand="Acme", since=at(hours=1.5))
    assert [row["id"] for row in read(file)] == [str(first + 1)]


def test_alerts_are_walked_in_parts(database: Database, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(database, *(mention(str(n), terms=OPEN) for n in range(7)))
    with database.transaction() as tx:
        made = [new_alert(tx, str(n), subject=f"author:{n}") for n in range(7)]
    monkeypatch.setattr(exports, "PART", 3)
    assert write(database, What.ALERTS, file).rows == 7
    assert [row["id"] for row in read(file)] == [str(number) for number in made]
