"""Starting and asking a real Prefect server and its worker."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import pytest

from reports.keys import key_of

ROOT = Path(__file__).parent.parent.parent
KEY = key_of("brand-health", "Larkspur Rail")
PATIENCE = 300
"""Seconds; a run takes some forty on two busy cores."""
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def wait_for(what: Callable[[], Any], description: str, log: Path) -> Any:
    pause = Event()
    for _ in range(PATIENCE):
        found = what()
        if found:
            return found
        pause.wait(1)
    pytest.fail(f"{description} did not happen in {PATIENCE} s; the log ends: {log.read_text()[-3_000:]}")


def healthy(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def started(args: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            args, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, sign)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    continue


def below(pid: int) -> list[int]:
    """The processes that a process started, and theirs, by their parents in /proc."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


@dataclass
class Machine:
    """A server that runs, and where its things are."""

    folder: Path
    config: Path
    env: dict[str, str]
    api: str

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def wait(self, what: Callable[[], Any], description: str) -> Any:
        return wait_for(what, description, self.log)

    def python(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, *args],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
        return done.stdout

    def prefect(self, *args: str) -> str:
        return self.python("-m", "prefect", "--no-prompt", *args)

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.api}{path}", timeout=10).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.change("POST", path, body).json()

    def emit(
        self, event: str, resource: dict[str, str], *, related: Sequence[dict[str, str]] = (), **payload: Any
    ) -> None:
        """An event, as a run would emit it."""
        said = {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), "event": event}
        said |= {"resource": resource, "related": list(related), "payload": payload}
        self.change("POST", "/events", [said])

    def change(self, method: str, path: str, body: Any = None) -> httpx.Response:
        # As the UI does: a token first, without which the server refuses to change or list anything.
        client = "earful-test"
        token = httpx.get(f"{self.api}/csrf-token", params={"client": client}, timeout=10).json()["token"]
        headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}
        done = httpx.request(method, f"{self.api}{path}", json=body, headers=headers, timeout=10)
        return done.raise_for_status()

    def runs(self, flow: str) -> list[dict[str, Any]]:
        return self.post("/flow_runs/filter", flows={"name": {"any_": [flow]}})

    def run(self, id_: str) -> dict[str, Any]:
        return self.get(f"/flow_runs/{id_}")

    def deployment(self, name: str) -> dict[str, Any]:
        return self.get(f"/deployments/name/{name}")

    def schedule(self, deployment: str, *, first: datetime, seconds: int) -> None:
        every = {"interval": seconds, "anchor_date": first.isoformat()}
        path = f"/deployments/{self.deployment(deployment)['id']}/schedules"
        self.change("POST", path, [{"active": True, "schedule": every}])

    def clear_schedules(self, deployment: str) -> None:
        found = self.deployment(deployment)
        for schedule in found["schedules"]:
            self.change("DELETE", f"/deployments/{found['id']}/schedules/{schedule['id']}")

    def start(self, deployment: str, **parameters: str) -> str:
        """Start a run as the UI's button does; gives its id."""
        path = f"/deployments/{self.deployment(deployment)['id']}/create_flow_run"
        return self.post(path, name="by hand", parameters=parameters)["id"]

    def ended(self, id_: str) -> dict[str, Any]:
        """A run, once it has come to its end."""
        over = self.wait(lambda: self.run(id_)["state"]["type"] in ENDED, f"the end of run {id_}")
        assert over
        return self.run(id_)

    def logs(self, id_: str) -> list[str]:
        """What a run's page shows under Logs."""
        wanted = {"flow_run_id": {"any_": [id_]}}
        return [line["message"] for line in self.post("/logs/filter", logs=wanted, sort="TIMESTAMP_ASC")]

    def log_with(self, words: str, id_: str) -> list[str]:
        """A run's log, once it says something; lines come some seconds after the state."""
        self.wait(lambda: any(words in line for line in self.logs(id_)), f"'{words}' in the log")
        return self.logs(id_)

    def events(self, prefix: str) -> list[dict[str, Any]]:
        return self.post("/events/filter", filter={"event": {"prefix": [prefix]}}, limit=50)["events"]

    def artifact(self) -> dict[str, Any] | None:
        answer = httpx.get(f"{self.api}/artifacts/{KEY}/latest", timeout=10)
        return answer.json() if answer.status_code == 200 else None

    def brands(self, *targets: dict[str, Any]) -> None:
        """From the next run on, listen to these."""
        content = {"brands": [{"name": "Larkspur Rail", "targets": list(targets)}]}
        (self.config / "brands.yaml").write_text(json.dumps(content))

    def told(self) -> list[dict[str, Any]]:
        """What the operator was told, as it stands in Earful's outbox."""
        file = self.env["EARFUL_DATABASE_URL"].removeprefix("sqlite:///")
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            found = database.execute(
                "select state, message from notifications where dedupe_key like 'earful-operator-%'"
            ).fetchall()
        database.close()
        return [{"state": state, **json.loads(message)} for state, message in found]
