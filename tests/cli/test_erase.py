"""`earful erase`, through the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Place
from tests.cli.test_errors import one_line
from tests.earful import earful

POST = {"posted_at": "2026-11-21T08:00:00Z", "author": "Jane_Doe"}


@pytest.fixture
def heard(place: Place) -> Place:
    """Three posts by two people, stored and judged."""
    lines = [
        {"id": 1, "text": "They lost my suitcase, worst airline ever!", **POST},
        {"id": 2, "text": "Nobody answers about my suitcase, terrible service.", **POST},
        {"id": 3, "text": "A lovely flight, thank you.", **POST, "author": "kim"},
    ]
    (place.config / "m.jsonl").write_text("\n".join(map(json.dumps, lines)))
    place.brands({"source": "archive", "name": "posts", "path": "m.jsonl"})
    place.upgraded()
    assert earful("run", *place.options).returncode == 0
    return place


def on_disk(place: Place) -> bytes:
    return b"".join(path.read_bytes() for path in Path(place.folder).glob("earful.db*"))


def test_it_asks_first_and_leaves_no_trace(heard: Place) -> None:
    assert b"suitcase" in on_disk(heard)
    refused = earful("erase", "archive", "@jane_doe", *heard.options, input="n\n")
    assert (refused.returncode, "2 mentions" in refused.stderr) == (1, True)
    assert b"suitcase" in on_disk(heard)
    done = earful("erase", "archive", "@jane_doe", "--by", "ana", *heard.options, input="y\n")
    assert done.returncode == 0, done.stderr
    assert "Forgotten: 2 mentions of Jane_Doe on archive" in done.stdout
    for trace in (b"suitcase", b"Jane_Doe", b"jane_doe"):
        assert trace not in on_disk(heard)
    assert b"lovely flight" in on_disk(heard)
    assert earful("run", *heard.options).returncode == 0
    assert b"suitcase" not in on_disk(heard)


def test_whoever_is_not_known_is_said_in_a_line(heard: Place) -> None:
    one_line(
        earful("erase", "archive", "nobody", "--yes", *heard.options), 1, "nobody is known", "give the handle"
    )
    one_line(earful("erase", "myspace", "kim", "--yes", *heard.options), 2, "is no source", "reddit")
    known = json.loads(earful("erase", "archive", "kim", "--yes", "--json", *heard.options).stdout)
    assert known == {"mentions": 1, "pages": 0, "trouble": "", "note": ""}
