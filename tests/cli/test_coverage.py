from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.earful import earful, earful_here


@pytest.fixture
def options(tmp_path: Path, sqlite_url: str) -> tuple[object, ...]:
    config = tmp_path / "config"
    config.mkdir()
    record = {"id": 1, "text": "a fine day", "posted_at": "2026-11-01T08:00:00Z"}
    (config / "m.jsonl").write_text(json.dumps(record) + "\n")
    targets = [
        {"source": "archive", "name": "there", "path": "m.jsonl"},
        {"source": "archive", "name": "missing", "path": "nowhere.jsonl"},
    ]
    brands = {"brands": [{"name": "Acme", "targets": targets}], "budget": {"monthly_usd": 30}}
    (config / "brands.yaml").write_text(json.dumps(brands))
    return ("--config", config, "--database", sqlite_url)


def test_status_tells_who_is_heard_and_what_is_spent(options: tuple[object, ...]) -> None:
    earful("run", *options, "--json")
    said = json.loads(earful_here("status", *options, "--json").stdout)
    health = {target["target"]: target["health"] for target in said["targets"]}
    assert health == {"there": "ok", "missing": "broken"}
    assert said["budget"]["monthly_usd"] == 30
    assert (said["holes"], said["backfills"]) == ([], [])
    shown = earful_here("status", *options).stdout
    assert "How each target is heard" in shown
    assert "Spent this month: 0.00 of 30.00 USD." in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("there", "--from", "2026-01-01", "--to", "2026-02-01"), "cannot be asked for a past span"),
        (("none", "--from", "2026-01-01", "--to", "2026-02-01"), "it has: there, missing"),
        (("there", "--from", "yesterday", "--to", "2026-02-01"), "expected a day such as"),
        (("there", "--from", "2026-02-01", "--to", "2026-02-01"), "must be earlier than --to"),
    ],
)
def test_a_backfill_that_cannot_be_says_why(
    options: tuple[object, ...], arguments: tuple[str, ...], said: str
) -> None:
    done = earful_here("backfill", *arguments, *options)
    assert done.returncode == 2
    assert said in done.stderr
