"""A brand's query through the real command: what is asked, what was sorted out, and a person's word on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from flows.steps.once import run_once
from nlp.readers import reader_for
from tests.cli.conftest import Place
from tests.cli.test_errors import one_line
from tests.earful import earful, earful_here
from tests.flows.conftest import House
from tests.flows.test_relevance import found

KEYS = {"X_BEARER_TOKEN": "k", "REDDIT_CLIENT_ID": "k", "REDDIT_CLIENT_SECRET": "k"}


def brands(place: Place, *targets: dict[str, Any], **brand: Any) -> None:
    content = {"brands": [{"name": "Acme Rail", **brand, "targets": list(targets)}]}
    (place.config / "brands.yaml").write_text(json.dumps(content, indent=1))


def test_check_shows_what_each_platform_is_really_asked(place: Place) -> None:
    query = {"any": ["acme", "acme rail"], "exclude": ["coyote"]}
    brands(
        place,
        {"source": "x", "name": "search"},
        {"source": "x", "name": "own", "user": "acme_rail"},
        {"source": "reddit", "name": "posts", "listing": "search"},
        query=query,
    )
    place.upgraded()
    done = earful("check", *place.options, env=KEYS)
    assert done.returncode == 0, done.stderr
    assert 'Acme Rail: (acme OR "acme rail") AND NOT coyote' in done.stdout
    assert 'search (x, from the brand\'s query): (acme OR "acme rail") -coyote' in done.stdout
    assert "a post" in done.stdout
    assert "own (x): the mentions of acme_rail" in done.stdout
    shown = json.loads(earful_here("check", *place.options, "--json", env=KEYS).stdout)
    assert shown["brands"] == [{"brand": "Acme Rail", "query": '(acme OR "acme rail") AND NOT coyote'}]
    assert [(t["target"], t["from_brand_query"], t["judged_by_words"]) for t in shown["targets"]] == [
        ("search", True, True),
        ("own", False, False),
        ("posts", True, True),
    ]
    assert all(target["request"] and target["cost"] and target["cannot"] for target in shown["targets"])
    assert shown["problems"] == []
    done = earful_here("check", *place.options, "--json")
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["problems"]) == 4, "the names of the variables that are not set"


def test_a_broken_query_is_told_with_file_line_key_and_place(place: Place) -> None:
    brands(place, {"source": "x"}, query={"boolean": "(acme OR rail"})
    one_line(earful_here("check", *place.options), 2, "brands.yaml:6", "query.boolean", "at character 1")
    one_line(earful_here("check", *place.options, "--json"), 2, "query.boolean")


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> House:
    """Where a search brought one of ours and one of theirs."""
    house = House(tmp_path, sqlite_url)
    house.reader.revision = reader_for(Settings()).revision
    found(
        house,
        {"id": "ours", "text": "acme is bad", "author": "ann", "language": "en"},
        {"id": "theirs", "text": "a bad coyote \x1b[31m", "author": "bo", "language": "en"},
    )
    with house.open() as wiring:
        run_once(wiring)
    return house


def test_what_is_not_about_the_brand_is_counted_listed_and_overruled(house: House) -> None:
    database = ("--database", house.settings.database_url)
    options = ("--config", house.config, *database)
    shown = json.loads(earful_here("status", *options, "--json").stdout)
    assert shown["irrelevant"] == [{"brand": "Acme", "why": "excluded_word", "mentions": 1}]
    assert (shown["mentions"], shown["read"], shown["unread"], shown["waiting_to_be_judged"]) == (2, 1, 0, 0)
    assert "not about the brand" in earful_here("status", *options).stdout
    assert [m["text"] for m in json.loads(earful_here("mentions", "--json", *database).stdout)] == [
        "acme is bad"
    ]
    (out,) = json.loads(earful_here("mentions", "--irrelevant", "--json", *database).stdout)
    assert (out["brand"], out["target"], out["why"], out["detail"]) == (
        "Acme",
        "search",
        "excluded_word",
        "coyote",
    )
    table = earful_here("mentions", "--irrelevant", *database).stdout
    assert "has an excluded word: coyote" in table
    assert "\x1b[31m" not in table
    number = out["number"]
    done = earful("mentions", "relevant", number, "--yes", "--by", "kim", "--why", "our mascot", *database)
    assert f"Kept: mention {number} is about Acme" in done.stdout, done.stderr
    assert json.loads(earful_here("mentions", "--irrelevant", "--json", *database).stdout) == []
    kept = json.loads(
        earful_here("mentions", "--json", *database, "relevant", number, "--no", "--by", "bo").stdout
    )
    assert {key: kept[key] for key in ("mention", "brand", "relevant", "by", "why")} == {
        "mention": number,
        "brand": "Acme",
        "relevant": False,
        "by": "bo",
        "why": "",
    }
    assert "somebody says so: bo" in earful_here("mentions", "--irrelevant", *database).stdout
    one_line(earful_here("mentions", "relevant", number, *database), 2, "--yes or --no")
    both = earful_here("mentions", "relevant", number, "--yes", "--no", *database)
    one_line(both, 2, "--yes or --no")
    one_line(earful_here("mentions", "relevant", 99, "--yes", *database), 1, "99")
    one_line(earful_here("mentions", "relevant", number, "--yes", "--brand", "Bolt", *database), 1, "Bolt")
    one_line(earful_here("mentions", "--irrelevant", "--text", "x", *database), 2, "--irrelevant")
