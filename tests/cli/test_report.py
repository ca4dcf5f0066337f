"""`earful report` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.earful import earful, earful_here
from tests.reports.test_page import assert_inert


@pytest.fixture
def options(tmp_path: Path, sqlite_url: str) -> list[object]:
    config = tmp_path / "config"
    config.mkdir()
    target = {"source": "archive", "name": "acme", "path": "m.jsonl"}
    (config / "brands.yaml").write_text(
        json.dumps({"brands": [{"name": "Acme & Söhne", "targets": [target]}]})
    )
    (config / "m.jsonl").write_text("")
    return ["--config", config, "--database", sqlite_url]


def test_a_page_without_a_server(options: list[object], tmp_path: Path) -> None:
    done = earful("report", *options, "--to", tmp_path / "pages", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    text = Path(said["page"]).read_text("utf-8")
    assert Path(said["latest"]).read_text("utf-8") == text
    assert Path(said["page"]).parent.parent == tmp_path / "pages"
    assert_inert(text)
    assert "Nobody was heard mentioning" in text


@pytest.mark.parametrize(
    "other", [("--period", "Last Month"), ("--from", "2026-01-01"), ("--topic", "delay")]
)
def test_only_the_last_seven_days_become_the_latest_page(
    options: list[object], tmp_path: Path, other: tuple[str, str]
) -> None:
    done = earful_here("report", *options, "--to", tmp_path / "pages", *other, "--json")
    assert json.loads(done.stdout)["latest"] is None, done.stderr
    assert not list((tmp_path / "pages").rglob("latest.html"))


def test_what_is_wrong_is_said_in_one_line(options: list[object], tmp_path: Path) -> None:
    for wrong, said in (
        (("--brand", "Acne"), "has no brand 'Acne'; it has: Acme & Söhne"),
        (("--until", "2026-01-31"), "--until: needs --from"),
        (("--from", "2026-01-01", "--period", "yesterday"), "--period: leave it out where --from"),
        (("--period", "tomorrow"), "expected one of today, yesterday"),
        (("--from", "yesterday"), "--from: expected a day such as 2026-01-31"),
        (("--to", "nowhere://x"), "expected a path, or an address such as s3://bucket/place"),
    ):
        done = earful_here("report", *options, "--to", tmp_path, *wrong)
        assert done.returncode == 2, done.stderr
        assert said in " ".join(done.stderr.split())
        assert len(done.stderr.strip().splitlines()) == 1
