"""Bad input: one line that names the place, the right exit code, never a traceback, nothing lost."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.earful import earful, earful_here

ROOT = Path(__file__).parents[2]
ARCHIVE = {"source": "archive", "name": "a", "path": "m.jsonl"}


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    line = done.stderr.strip()
    assert "\n" not in line, line
    assert line.startswith("error: ")
    for word in words:
        assert word in line


ACME = "brands:\n  - name: Acme\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ACME + "    targtes: []\n", ("brands.yaml:3", "targtes")),
        (ACME + "    targets:\n      - {source: myspace}\n", ("brands.yaml:4", "myspace", "archive")),
        (ACME + "    targets:\n      - {source: archive, path: x.csv, colour: red}\n", (":4", "colour")),
        ("brands: [\n", ("brands.yaml:",)),
        ("", ("brands",)),
    ],
)
def test_a_fault_in_the_configuration_names_file_line_and_key(place, content, words) -> None:
    (place.config / "brands.yaml").write_text(content)
    one_line(earful_here("run", *place.options), 2, *words)
    one_line(earful_here("check", *place.options), 2, *words)


def test_no_configuration_folder(place) -> None:
    one_line(earful("run", "--config", place.folder / "nowhere"), 2, "nowhere", "EARFUL_CONFIG")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////nowhere/at/all/earful.db", ("/nowhere/at/all/earful.db",)),
        ("mysql://root:secret@localhost/x", ("EARFUL_DATABASE_URL",)),
        ("postgresql://joe:secret@127.0.0.1:1/x", ("127.0.0.1",)),
    ],
)
def test_a_database_that_cannot_be_used(place, url, words) -> None:
    place.brands(ARCHIVE)
    done = earful_here("status", "--database", url)
    one_line(done, 2, *words)
    assert "secret" not in done.stderr


def test_a_file_that_is_no_database(place) -> None:
    (place.folder / "earful.db").write_bytes(b"this is no database at all, " * 100)
    one_line(earful("status", "--database", place.database), 2, "not an SQLite database")


def test_a_database_that_was_named_waits_for_its_owner_to_upgrade_it(place) -> None:
    place.brands(ARCHIVE)
    one_line(earful_here("run", *place.options), 2, "earful db upgrade")


def test_who_only_looks_migrates_nothing_not_even_the_default_file(place) -> None:
    """There is no way down: with a new checkout, one looks before the back-up, too."""
    (place.config / "m.jsonl").write_text('{"id": 1, "text": "ok"}\n')
    place.brands(ARCHIVE)
    older = place.folder / "earful.db"
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    here = {"cwd": place.folder, "env": {"PYTHONPATH": str(ROOT)}}
    for look in (
        ("check",),
        ("status",),
        ("alerts", "list"),
        ("mentions",),
        ("export", "alerts", "--to", "a.csv"),
    ):
        one_line(earful(*look, **here), 2, "sqlite:///earful.db", "run `earful db upgrade`")
    with closing(sqlite3.connect(older)) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == [
            "alembic_version"
        ]
    assert earful("run", **here).returncode == 0, "what fills it brings it up to date"
    assert earful("status", **here).returncode == 0


def test_a_missing_credential_is_named_by_check_and_stops_one_target_only(place) -> None:
    (place.config / "m.jsonl").write_text('{"id": 1, "text": "ok"}\n')
    place.brands(ARCHIVE, {"source": "x", "name": "x", "user": "acme"})
    place.upgraded()
    one_line(earful_here("check", *place.options), 2, "X_BEARER_TOKEN", "brands.yaml:")
    done = earful("run", *place.options, "--json")
    assert done.returncode == 0, done.stderr
    states = {t["target"]: (t["state"], t["note"]) for t in json.loads(done.stdout)["targets"]}
    assert states["a"][0] == "complete"
    assert states["x"][0] == "misconfigured"
    assert "X_BEARER_TOKEN" in states["x"][1]


def test_check_names_every_channel_that_cannot_be_built_and_every_file_that_is_not_there(place) -> None:
    place.brands(ARCHIVE)
    place.upgraded()
    done = earful("check", *place.options)
    assert done.returncode == 0, done.stderr
    assert "brands.yaml:" in done.stdout
    assert "m.jsonl is not there; until it is, a poll finds nothing" in done.stdout
    channels = [{"name": name, "url_env": name.upper()} for name in ("slack", "mail")]
    (place.config / "alerts.yaml").write_text(json.dumps({"channels": channels}))
    done = earful_here("check", *place.options)
    assert done.returncode == 2
    for name in ("slack", "mail"):
        assert f"alerts.yaml (channel {name}): environment variable {name.upper()}: is not set" in done.stderr
    (place.config / "m.jsonl").write_text("")
    assert "is not there" not in earful_here("check", *place.options).stdout


def test_a_run_in_which_every_source_fails_has_failed(place) -> None:
    place.brands({"source": "archive", "name": "a", "path": "nowhere.jsonl"})
    place.upgraded()
    done = earful("run", *place.options)
    assert done.returncode == 1
    assert "nowhere.jsonl" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_unknown_source(place) -> None:
    one_line(earful_here("listen", "myspace"), 2, "myspace", "appstore, archive, bluesky", "x, youtube")


def test_an_alert_that_does_not_exist(place) -> None:
    place.upgraded()
    for step in (("show",), ("ack",), ("resolve",), ("reopen",)):
        one_line(earful_here("alerts", *step, 99, "--database", place.database), 1, "99")


def test_a_usage_error_is_2() -> None:
    assert earful_here("alerts", "show").returncode == 2
    assert earful("frobnicate").returncode == 2


def test_damaged_records_are_kept_as_rejected_and_the_others_are_heard(place) -> None:
    with (place.config / "m.jsonl").open("wb") as file:
        file.write(b'{"id": 1, "text": "fine"}\n{"id": 2, "te\n' + bytes(range(256)) + b"\n")
        file.write(b'{"id": 3, "text": "' + b"x" * 100_000_000 + b'"}\n')
        file.write(b'{"id": 4, "text": "fine too"}\n')
    place.brands(ARCHIVE)
    place.upgraded()
    done = earful("run", *place.options, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    target = said["targets"][0]
    # the 256 bytes hold a line break, so they are two damaged lines
    assert (target["new"], target["rejected"]) == (2, 4)
    assert [each["target"] for each in said["rejected_records"]] == ["a"] * 3
    status = json.loads(earful_here("status", "--json", "--database", place.database).stdout)
    assert (status["mentions"], status["rejected"], status["unread"]) == (2, 4, 0)


def test_why_a_record_could_not_be_read_is_said_by_run_and_status(place) -> None:
    lines = ["id,text,posted_at", "1,ok,2026-11-01", "2,late,caf\xe9", "3,late,[red]\x1b[31m"]
    (place.config / "m.csv").write_bytes("\n".join([*lines, ""]).encode("latin-1"))
    place.brands(ARCHIVE | {"path": "m.csv"})
    place.upgraded()
    said = earful("run", *place.options).stdout
    status = earful_here("status", *place.options).stdout
    for text in (said, status):
        assert "\na: 2 unreadable, the newest:\n" in text
        assert "  m.csv:3: " in text
        assert "  m.csv:4: 'posted_at' should be a date, found str '[red]\\x1b[31m'; see" in text
        assert "\x1b" not in text
    found = json.loads(earful_here("status", *place.options, "--json").stdout)["rejected_records"]
    assert {(each["target"], each["place"]) for each in found} == {("a", "m.csv:3"), ("a", "m.csv:4")}
