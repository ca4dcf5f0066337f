"""The questions of the UI's form, asked of a real Prefect server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.steps.listen import listen_all
from tests.databases import copied
from tests.earful import environment
from tests.flows.conftest import House

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
import os
import sys
from prefect.artifacts import Artifact
from prefect.testing.utilities import prefect_test_harness
from prefect.utilities.callables import parameter_schema
from datetime import datetime
from flows.digest import weekly_digest
from flows.publish import publish
from flows.report import report

said = []
with prefect_test_harness(server_startup_timeout=240):
    for folder, question in json.loads(sys.argv[1]):
        os.environ["EARFUL_REPORTS"] = folder
        state = report(**question, return_state=True)
        said.append({"type": state.type.value, "name": state.name, "message": state.message})
    artifact = Artifact.get("report-acme")
    digest = weekly_digest(return_state=True)
    past = publish(as_of=datetime(2026, 11, 12), return_state=True)
print(json.dumps({
    "states": said,
    "compact": artifact.description,
    "full": artifact.data,
    "schema": parameter_schema(report).model_dump(),
    "past": past.message,
    "digest": {"type": digest.type.value, "name": digest.name, "message": digest.message},
}))
"""
GIVEN = {"period": "given days", "first_day": "2026-11-01", "last_day": "2026-11-21"}
WRONG = [
    ({"brand": "Acne"}, "has no brand 'Acne'; it has: Acme"),
    ({"topic": "weather"}, "there is no topic 'weather'; there are: delay,"),
    ({**GIVEN, "last_day": "2026-10-01"}, "is before the first day, 2026-11-01; exchange them"),
    ({**GIVEN, "last_day": "2999-01-01"}, "2999-01-01 is in the future"),
]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Asked:
    """What came of some questions: of one whose page has no place, of those that are wrong, of a good one."""

    pages: Path
    got: dict[str, Any]
    log: str

    @property
    def without_a_page(self) -> dict[str, str]:
        return self.got["states"][0]

    @property
    def refused(self) -> list[dict[str, str]]:
        return self.got["states"][1:-1]

    @property
    def answered(self) -> dict[str, str]:
        return self.got["states"][-1]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Asked:
    """All of one server: its start takes longer than they do."""
    folder = tmp_path_factory.mktemp("asked")
    house = heard(House(folder, copied(migrated_file, folder)))
    in_the_way, pages = folder / "file", folder / "pages"
    in_the_way.write_text("no folder")
    questions = [(in_the_way, GIVEN), *((pages, question) for question, _ in WRONG), (pages, GIVEN)]
    env = environment(
        EARFUL_CONFIG=str(house.config),
        EARFUL_DATABASE_URL=house.settings.database_url,
        PREFECT_HOME=str(folder / "prefect"),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
    )
    command = [sys.executable, "-c", PROGRAM, json.dumps(questions, default=str)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3_000:]
    return Asked(pages, json.loads(done.stdout.splitlines()[-1]), done.stderr)


def heard(house: House) -> House:
    path = house.mentions(
        "m.jsonl",
        {"id": "1", "text": "![x](http://evil.example/p.png) <script>late</script>"},
        {"id": "2", "text": "the train was two hours late again, what a shame"},
    )
    house.brands({"name": "Acme", "targets": [house.archive("acme", path)]})
    with house.open() as wiring:
        list(listen_all(wiring, wiring.targets()))
    return house


def test_a_wrong_question_is_refused_in_words(asked: Asked) -> None:
    for state, (_, said) in zip(asked.refused, WRONG, strict=True):
        assert (state["type"], state["name"]) == ("FAILED", "Failed")
        assert state["message"].startswith("Not answered. ")
        assert said in state["message"]
    assert "Traceback" not in asked.log


def test_an_answer_says_where_it_is(asked: Asked) -> None:
    page = asked.pages / "acme" / "2026-11-01--2026-11-21.html"
    assert asked.answered == {
        "type": "COMPLETED",
        "name": "Completed",
        "message": f"Acme: 1 to 21 November 2026: /v2/artifacts/key/report-acme. As a page: {page}",
    }
    assert page.is_file()
    compact, full = asked.got["compact"], asked.got["full"]
    assert "was mentioned twice" in compact or "was mentioned 2 times" in compact
    assert "http://evil" not in compact + full


def test_the_past_does_not_become_the_latest_page(asked: Asked) -> None:
    assert "reports are published" in asked.got["past"]
    written = {file.name for file in (asked.pages / "acme").iterdir()}
    assert written == {"2026-11-01--2026-11-21.html", "2026-11-05--2026-11-11.html"}


def test_a_digest_that_nobody_asked_for_is_none(asked: Asked) -> None:
    assert asked.got["digest"]["message"].startswith("Nobody asked for it")


def test_a_page_that_cannot_be_written_warns(asked: Asked) -> None:
    state = asked.without_a_page
    assert (state["type"], state["name"]) == ("COMPLETED", "Completed with warnings")
    assert "The page could not be written: " in state["message"]


def test_the_form_offers_and_explains(asked: Asked) -> None:
    fields = asked.got["schema"]["properties"]
    assert fields["period"]["enum"] == [
        "today", "yesterday", "last 7 days", "last 28 days", "last month", "given days",
    ]  # fmt: skip
    assert [name for name in fields if not fields[name].get("description")] == []
    formats = [each.get("format") for each in fields["first_day"]["anyOf"]]
    assert "date" in formats
