"""The questions of the UI's form, asked of a real Prefect server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.earful import environment
from tests.flows.conftest import House

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
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
    for question in json.loads(sys.argv[1]):
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

pytestmark = pytest.mark.slow


@pytest.fixture
def ready(house: House) -> House:
    path = house.mentions(
        "m.jsonl",
        {"id": "1", "text": "![x](http://evil.example/p.png) <script>late</script>"},
        {"id": "2", "text": "the train was two hours late again, what a shame"},
    )
    house.brands({"name": "Acme", "targets": [house.archive("acme", path)]})
    with house.open() as wiring:
        from flows.steps.listen import listen_all

        list(listen_all(wiring, wiring.targets()))
    return house


def asked(house: House, *questions: dict[str, Any], reports: Path) -> tuple[dict[str, Any], str]:
    """What came of some questions, and what was logged."""
    env = environment(
        EARFUL_CONFIG=str(house.config),
        EARFUL_DATABASE_URL=house.settings.database_url,
        EARFUL_REPORTS=str(reports),
        PREFECT_HOME=str(house.folder / "prefect"),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        DO_NOT_TRACK="1",
    )
    command = [sys.executable, "-c", PROGRAM, json.dumps(questions)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3_000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_questions(ready: House, tmp_path: Path) -> None:
    wrong = [
        ({"brand": "Acne"}, "has no brand 'Acne'; it has: Acme"),
        ({"topic": "weather"}, "there is no topic 'weather'; there are: delay,"),
        ({**GIVEN, "last_day": "2026-10-01"}, "is before the first day, 2026-11-01; exchange them"),
        ({**GIVEN, "last_day": "2999-01-01"}, "2999-01-01 is in the future"),
    ]
    pages = tmp_path / "pages"
    got, log = asked(ready, *(question for question, _ in wrong), GIVEN, reports=pages)
    *refused, answered = got["states"]
    for state, (_, said) in zip(refused, wrong, strict=True):
        assert (state["type"], state["name"]) == ("FAILED", "Failed")
        assert state["message"].startswith("Not answered. ")
        assert said in state["message"]
    assert "Traceback" not in log
    page = pages / "acme" / "2026-11-01--2026-11-21.html"
    assert answered == {
        "type": "COMPLETED",
        "name": "Completed",
        "message": f"Acme: 1 to 21 November 2026: /v2/artifacts/key/report-acme. As a page: {page}",
    }
    assert page.is_file()
    assert "was mentioned twice" in got["compact"] or "was mentioned 2 times" in got["compact"]
    assert "http://evil" not in got["compact"] + got["full"]
    assert got["digest"]["message"].startswith("Nobody asked for it")
    assert "reports are published" in got["past"]
    written = {file.name for file in page.parent.iterdir()}
    assert written == {page.name, "2026-11-05--2026-11-11.html"}, "the past does not become the latest page"


def test_the_form_offers_and_explains(ready: House, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    got, log = asked(ready, GIVEN, reports=in_the_way)
    (state,) = got["states"]
    assert (state["type"], state["name"]) == ("COMPLETED", "Completed with warnings")
    assert "The page could not be written: " in state["message"]
    assert "Traceback" not in log
    fields = got["schema"]["properties"]
    assert fields["period"]["enum"] == [
        "today", "yesterday", "last 7 days", "last 28 days", "last month", "given days",
    ]  # fmt: skip
    assert [name for name in fields if not fields[name].get("description")] == []
    formats = [each.get("format") for each in fields["first_day"]["anyOf"]]
    assert "date" in formats
