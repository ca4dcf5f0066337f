"""Flows on a real Prefect server, which they share: its start takes longer than they do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import utc_now
from flows.serving import safe_environment
from flows.steps.analyse import analyse
from flows.steps.listen import listen_all
from tests.databases import copied
from tests.earful import environment
from tests.flows.conftest import House
from tests.flows.prefect_machine import ROOT, healthy, started, wait_for
from tests.listeners.scenarios import SCENARIOS
from tests.ports import free_port
from tests.replay import Answer, Replay, Seen

GIVEN = {"period": "given days", "first_day": "2026-11-01", "last_day": "2026-11-21"}
WRONG = [
    ({"brand": "Acne"}, "has no brand 'Acne'; it has: Acme"),
    ({"topic": "weather"}, "there is no topic 'weather'; there are: delay,"),
    ({**GIVEN, "last_day": "2026-10-01"}, "is before the first day, 2026-11-01; exchange them"),
    ({**GIVEN, "last_day": "2999-01-01"}, "2999-01-01 is in the future"),
]
GONE, STANDING = "https://x.example/1", "https://x.example/2"
WARNED = ("COMPLETED", "Completed with warnings")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Server:
    """A Prefect server that runs, and what leads to it."""

    env: dict[str, str]

    def run(
        self, house: House, program: str, *arguments: Any, reports: Path | None = None
    ) -> tuple[Any, str]:
        """A program of on_a_server.py: what it printed, and its log."""
        env = {
            **self.env,
            "EARFUL_CONFIG": str(house.config),
            "EARFUL_DATABASE_URL": house.settings.database_url,
            "EARFUL_REPORTS": str(reports or house.folder / "pages"),
        }
        given = [json.dumps(each, default=str) for each in arguments]
        command = [sys.executable, "-m", "tests.flows.on_a_server", program, *given]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stderr[-3_000:]
        return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    env = environment(**safe_environment(folder, port))
    address = ["--host", "127.0.0.1", "--port", str(port), "--no-services"]
    with started([sys.executable, "-m", "prefect", "server", "start", *address], env, folder / "log.txt"):
        wait_for(lambda: healthy(env["PREFECT_API_URL"]), "the server's start", folder / "log.txt")
        yield Server(env)


def outcome(state: dict[str, str]) -> tuple[str, str]:
    return state["type"], state["name"]


def test_only_what_could_not_be_reached_is_asked_again_and_the_state_says_the_rest(
    server: Server, house: House
) -> None:
    with Replay() as platform:
        scenario = SCENARIOS["hackernews"](platform, house.config, None)  # type: ignore[arg-type]
        scenario.publish(1)
        answer, asked = scenario.serve, []

        def serve(seen: Seen) -> Answer:
            asked.append(seen.query["query"])
            once = seen.query["query"] == "flaky" and asked.count("flaky") == 1
            return Answer(status=503, body={}) if once else answer(seen)

        platform.play("GET", scenario.path, serve)
        searches = [
            {"source": "hackernews", "name": word, **scenario.options(), "query": word}
            for word in ("acme", "flaky")
        ]
        missing = house.archive("missing", "nowhere.jsonl")
        house.brands({"name": "Acme", "targets": [*searches, missing]})
        state, _ = server.run(house, "listen_once")
    assert outcome(state) == WARNED
    assert ": missing: " in state["message"]
    assert "nowhere.jsonl" in state["message"]
    assert sorted(asked) == ["acme", "flaky", "flaky"]


def test_an_hourly_run_that_heard_nothing_has_failed_and_says_what_else_went_wrong(
    server: Server, house: House
) -> None:
    house.brands({"name": "Acme", "targets": [house.archive("missing", "nowhere.jsonl")]})
    in_the_way = house.folder / "file"
    in_the_way.write_text("no folder")
    states, _ = server.run(house, "hourly_twice", house.config / "nowhere.jsonl", reports=in_the_way)
    failed, warned = states
    assert outcome(failed) == ("FAILED", "All sources failed")
    assert failed["message"].startswith("listen: missing: ")
    assert "; publish: " in failed["message"], "the steps behind it ran all the same"
    assert outcome(warned) == WARNED
    assert warned["message"].startswith("publish: ")
    assert "The page of Acme could not be written" in warned["message"]


def test_what_leads_to_a_post_that_is_gone_is_deleted_and_the_rest_stays(
    server: Server, house: House
) -> None:
    then = utc_now() - timedelta(days=2)  # flows know no other clock
    house.clock.now = then
    for number, url in enumerate((GONE, STANDING), 1):
        posted = (then - timedelta(hours=number)).isoformat()
        post = {"id": number, "text": f"bad {number}", "author": str(number), "posted_at": posted, "url": url}
        house.mentions(f"{number}.jsonl", post)
    targets = [house.archive("1", "1.jsonl", keep_days=1), house.archive("2", "2.jsonl")]
    house.brands({"name": "Acme", "targets": targets})
    with house.open() as wiring:
        list(listen_all(wiring, wiring.targets()))
        analyse(wiring)
    got, _ = server.run(house, "versions_of_what_goes", GONE, STANDING)
    assert outcome(got["revisit"]) == ("COMPLETED", "Completed")
    assert "1 mention forgotten because the term ran out" in got["revisit"]["message"]
    assert got["pages"] == [2, 0], "the period's page and the latest one"
    first, second, taken_back, again, old = got["versions"]
    assert first["gone"] > 0
    assert second == {name: 2 * count for name, count in first.items()}
    assert taken_back["gone"] == 0
    assert taken_back["standing"] > 0, "the newest versions, and old ones that lead to nothing that is gone"
    assert taken_back["all"] > first["all"]
    assert again["all"] == taken_back["all"] + first["all"], "nothing more is deleted"
    assert old["all"] == 0, "what is older than HISTORY goes, where something is gone"


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
def asked(server: Server, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Asked:
    folder = tmp_path_factory.mktemp("asked")
    house = heard(House(folder, copied(migrated_file, folder)))
    in_the_way, pages = folder / "file", folder / "pages"
    in_the_way.write_text("no folder")
    questions = [(in_the_way, GIVEN), *((pages, question) for question, _ in WRONG), (pages, GIVEN)]
    return Asked(pages, *server.run(house, "asked_by_hand", questions))


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
        assert outcome(state) == ("FAILED", "Failed")
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
    assert "reports published" in asked.got["past"]["message"]
    written = {file.name for file in (asked.pages / "acme").iterdir()}
    assert written == {"2026-11-01--2026-11-21.html", "2026-11-05--2026-11-11.html"}


def test_a_digest_that_nobody_asked_for_is_none(asked: Asked) -> None:
    assert asked.got["digest"]["message"].startswith("Nobody asked for it")


def test_a_page_that_cannot_be_written_warns(asked: Asked) -> None:
    assert outcome(asked.without_a_page) == WARNED
    assert "The page could not be written: " in asked.without_a_page["message"]


def test_the_form_offers_and_explains(asked: Asked) -> None:
    fields = asked.got["schema"]["properties"]
    assert fields["period"]["enum"] == [
        "today", "yesterday", "last 7 days", "last 28 days", "last month", "given days",
    ]  # fmt: skip
    assert [name for name in fields if not fields[name].get("description")] == []
    formats = [each.get("format") for each in fields["first_day"]["anyOf"]]
    assert "date" in formats
