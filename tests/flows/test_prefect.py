"""A real Prefect server and a real process worker: schedules, states, logs, events, automations, dead runs.

The tests share one server and take time one after the other. Each can be run alone; together they keep this
order, as they leave things behind: automations that notice things soon, what was told, and at last no worker.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from cli.demo import prepare
from core.clock import utc_now
from flows.serving import safe_environment
from tests.earful import environment
from tests.flows.prefect_machine import (
    ENDED,
    ROOT,
    Machine,
    below,
    healthy,
    started,
    wait_for,
)
from tests.ports import free_port
from tests.replay import Answer, Replay

pytestmark = pytest.mark.slow

HEARTBEAT_SECONDS = 45
"""Heartbeats come every 30 s, which is the least that Prefect allows."""
DEAD = "earful: a run without a heartbeat has crashed"
SHORT = f"""
from datetime import timedelta
from typing import Any
from flows.installing import install
from flows.automations import Limits
print(install(Limits(heartbeat=timedelta(seconds={HEARTBEAT_SECONDS}), unheard=timedelta(seconds=10))))
"""
Worker = subprocess.Popen[bytes]
WORKER = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "earful", "--limit", "3"]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A server with everything deployed, and nobody who runs it yet."""
    folder = tmp_path_factory.mktemp("prefect-machine")
    given = prepare(folder / "demo", utc_now())
    port = free_port()
    env = environment(
        **safe_environment(folder / "prefect", port),
        EARFUL_CONFIG=str(given.config.resolve()),
        EARFUL_DATABASE_URL=given.database_url,
    )
    (folder / "prefect").mkdir()
    made = Machine(folder=folder, config=given.config, env=env, api=f"http://127.0.0.1:{port}/api")
    server = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with started(server, env, made.log):
        wait_for(lambda: healthy(made.api), "the server's start", made.log)
        made.prefect("work-pool", "create", "earful", "--type", "process")
        before = (ROOT / "prefect.yaml").read_bytes()
        made.prefect("deploy", "--all")
        assert (ROOT / "prefect.yaml").read_bytes() == before
        yield made


@pytest.fixture(scope="module")
def worker(machine: Machine) -> Iterator[Worker]:
    with started(WORKER, machine.env, machine.log) as process:
        yield process


@pytest.fixture(scope="module")
def impatient(machine: Machine) -> None:
    """Automations that notice things soon."""
    machine.python("-c", SHORT)


def test_a_worker_runs_what_prefect_deploy_has_scheduled(machine: Machine, worker: Worker) -> None:
    # Every minute: on a busy machine the first one may have passed before the schedule is stored.
    machine.schedule("hourly/hourly", first=utc_now() + timedelta(seconds=15), seconds=60)
    run = machine.wait(lambda: first_ended(machine), "the scheduled run's end")
    machine.clear_schedules("hourly/hourly")
    artifact = machine.artifact()
    assert artifact is not None
    assert "Larkspur Rail" in artifact["description"]
    text = machine.log.read_text()
    assert run["state"]["type"] == "COMPLETED", (run["state"], text[-3_000:])
    assert run["auto_scheduled"], "the scheduler made it, nobody asked for it by hand"
    assert run["name"].startswith("hourly · all brands · ")
    assert run["name"].endswith(" UTC"), "of the team's time zone"
    assert machine.log_with("/v2/artifacts/key/start-here", run["id"])
    opened = machine.events("earful.alert.opened")
    assert opened, "and automations are told of the alerts"
    assert {event["resource"]["earful.brand"] for event in opened} == {"Larkspur Rail"}


def first_ended(machine: Machine) -> dict[str, Any] | None:
    """The scheduled run that ended; those that were due meanwhile are cancelled, as only one may run."""
    ended = [run for run in machine.runs("hourly") if run["state"]["type"] in ENDED]
    return next((run for run in ended if run["state"]["type"] != "CANCELLED"), None)


def test_automations_are_installed_once_and_kept_as_declared(machine: Machine) -> None:
    install = ["-c", "from cli.main import main; main()", "automations", "install", "--json"]
    first = json.loads(machine.python(*install))
    assert (len(first["created"]), first["updated"], first["removed"]) == (6, [], [])
    gone = {
        "name": "earful: declared by an older version",
        "tags": ["earful"],
        "trigger": {"type": "event", "posture": "Reactive", "threshold": 1, "expect": ["x"], "within": 0},
        "actions": [{"type": "do-nothing"}],
    }
    machine.post("/automations/", **gone)
    machine.post("/automations/", **{**gone, "name": "somebody else's", "tags": []})
    again = json.loads(machine.python(*install))
    assert (again["created"], again["updated"], again["removed"]) == ([], [], [gone["name"]])
    assert sorted(again["unchanged"]) == sorted(first["created"])
    machine.change("PATCH", f"/automations/{automation(machine, DEAD)['id']}", {"enabled": False})
    assert f"updated=('{DEAD}'" in machine.python("-c", SHORT)
    off = automation(machine, DEAD)
    assert (off["enabled"], off["trigger"]["within"]) == (False, HEARTBEAT_SECONDS), (
        "it was changed, and is off"
    )
    machine.change("PATCH", f"/automations/{off['id']}", {"enabled": True})
    names = [automation["name"] for automation in machine.post("/automations/filter")]
    assert len(names) == len(set(names)), "none is there twice"
    assert "somebody else's" in names
    assert "tell support of urgent alerts at once" in names, "prefect.yaml's own are left alone"


def automation(machine: Machine, name: str) -> dict[str, Any]:
    (found,) = [each for each in machine.post("/automations/filter") if each["name"] == name]
    return found


def test_an_urgent_alert_starts_telling_and_another_does_not(machine: Machine) -> None:
    def by_event() -> list[str]:
        return [run["id"] for run in machine.runs("notify") if not run["auto_scheduled"]]

    before = by_event()
    for number, priority in ((7, "high"), (8, "urgent"), (9, "urgent")):
        resource = {"prefect.resource.id": f"earful.alert-{number}", "earful.priority": priority}
        machine.emit("earful.alert.opened", resource, alert=number)
    machine.wait(lambda: len(by_event()) > len(before), "a run for the urgent alert")
    assert len(by_event()) == len(before) + 1, "one for both, and none for the other"


def test_a_broken_source_is_a_sentence_in_state_and_log_and_told_to_the_operator_once(
    machine: Machine, worker: Worker, impatient: None
) -> None:
    mention = {"id": 1, "text": "A fine train.", "posted_at": "2026-11-01T08:00:00Z"}
    (machine.config / "there.jsonl").write_text(json.dumps(mention) + "\n")
    there = {"source": "archive", "name": "there", "path": "there.jsonl"}
    missing = {"source": "archive", "name": "missing", "path": "nowhere.jsonl"}
    machine.brands(there, missing)
    run = machine.ended(machine.start("listen/listen"))
    assert run["state"]["name"] == "Completed with warnings"
    assert run["state"]["message"].startswith("1 of 2 targets is incomplete: missing: ")
    lines = machine.log_with("nowhere.jsonl", run["id"])
    assert not any("Traceback" in line for line in lines), lines
    told = machine.wait(
        lambda: found if len(found := machine.told()) >= 2 else None, "the operator's messages"
    )
    headlines = sorted(message["headline"] for message in told)
    assert headlines == [
        "Earful: missing cannot be asked until somebody mends it",
        "Earful: missing is not heard: broken",
    ]
    events = machine.events("earful.source.unhealthy")
    assert [event["resource"]["earful.target"] for event in events] == ["missing"], "announced once"
    machine.brands(there)
    machine.ended(machine.start("listen/listen"))
    assert machine.wait(lambda: machine.events("earful.source.recovered"), "the recovery")
    assert len(machine.told()) == 2


def test_what_other_automations_notice_is_told_with_what_run_and_event_say(
    machine: Machine, worker: Worker, impatient: None
) -> None:
    brand = {"prefect.resource.id": "earful.brand-larkspur-rail"}
    said = {"brand": "Larkspur Rail", "mentions": 90, "usual": 20, "hours": 24, "day": "2026-11-30"}
    machine.emit("earful.volume.unusual", brand, **said)
    run = machine.ended(machine.start("report/report", brand="Acne"))
    why = run["state"]["message"]
    assert why.startswith("Not answered. ")
    hourly = machine.deployment("hourly/hourly")
    related = [
        {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.earful"},
        {
            "prefect.resource.role": "deployment",
            "prefect.resource.id": f"prefect.deployment.{hourly['id']}",
            "prefect.resource.name": hourly["name"],
        },
    ]
    for _ in range(2):  # as if the run had been two hourly ones
        resource = {"prefect.resource.id": f"prefect.flow-run.{run['id']}"}
        machine.emit("prefect.flow-run.Completed with warnings", resource, related=related)
    wanted = {
        "Earful: far more than usual is written about Larkspur Rail": ("90 in 24 hours; 20 are usual.", ""),
        "Earful: the flow report ended as Failed": (f"{run['name']}: {why}", run["id"]),
        "Earful: the hourly run has warnings, twice in a row": (why, run["id"]),
    }

    def told() -> dict[str, tuple[str, str]]:
        found = {each["headline"]: each for each in machine.told() if each["headline"] in wanted}
        return {name: (each["reasons"][0], each["link"].rpartition("/")[2]) for name, each in found.items()}

    machine.wait(lambda: len(told()) == len(wanted), "the operator's messages")
    assert told() == wanted


def test_a_wrong_configuration_is_a_sentence_in_the_log(machine: Machine, worker: Worker) -> None:
    file = machine.config / "brands.yaml"
    file.write_text('{"brands": [{"name": "Larkspur Rail", "targets": [{"source": "nothing-like-it"}]}]}')
    run = machine.ended(machine.start("listen/listen"))
    assert run["state"]["type"] == "FAILED"
    lines = machine.log_with("brands.yaml:1", run["id"])
    assert not any("Traceback" in line for line in lines), lines


def alive(machine: Machine) -> list[str]:
    """The runs that had a heartbeat."""
    found = machine.events("prefect.flow-run.heartbeat")
    return [event["resource"]["prefect.resource.id"] for event in found]


def test_a_run_whose_worker_died_with_it_does_not_stay_running(
    machine: Machine, worker: Worker, impatient: None
) -> None:
    """The last test: it leaves no worker."""
    with Replay() as silent:
        silent.play("GET", "/", lambda seen: Answer(fault="slow", seconds=60))
        target = {"source": "hackernews", "name": "silent", "query": "acme", "base_url": silent.url}
        machine.brands({**target, "timeout_seconds": 60})
        id_ = machine.start("listen/listen")
        resource = f"prefect.flow-run.{id_}"
        machine.wait(lambda: resource in alive(machine), "the first heartbeat")
        doomed = below(worker.pid)
        assert doomed, "the run is a process of the worker's"
        for pid in (worker.pid, *doomed):
            os.kill(pid, signal.SIGKILL)
        assert machine.run(id_)["state"]["type"] == "RUNNING", "nobody is left to say that it ended"
        run = machine.ended(id_)
    assert (run["state"]["type"], run["state"]["name"]) == ("CRASHED", "Crashed")
    assert run["state"]["message"] == f"No heartbeat for {HEARTBEAT_SECONDS} seconds: its process is gone."
