"""A real Prefect server and a real process worker: deploy, a scheduled run, its artifact."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo import prepare
from core.clock import utc_now
from flows.serving import safe_environment
from tests.earful import environment
from tests.flows.prefect_machine import KEY, PATIENCE, free_port, healthy, wait_for

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.slow


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


@dataclass
class Machine:
    folder: Path
    env: dict[str, str]
    api: str

    def prefect(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *args],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
        return done.stdout

    def post(self, path: str, **body: Any) -> Any:
        # As the UI does: a token first, without which the server refuses to change or list anything.
        client = "earful-test"
        token = httpx.get(f"{self.api}/csrf-token", params={"client": client}, timeout=10).json()["token"]
        headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}
        return (
            httpx.post(f"{self.api}{path}", json=body, headers=headers, timeout=10).raise_for_status().json()
        )

    def runs(self, flow: str) -> list[dict[str, Any]]:
        return self.post("/flow_runs/filter", flows={"name": {"any_": [flow]}})

    def artifact(self) -> dict[str, Any] | None:
        answer = httpx.get(f"{self.api}/artifacts/{KEY}/latest", timeout=10)
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    given = prepare(tmp_path / "demo", utc_now())
    port = free_port()
    env = environment(
        **safe_environment(tmp_path / "prefect", port),
        EARFUL_CONFIG=str(given.config.resolve()),
        EARFUL_DATABASE_URL=given.database_url,
    )
    (tmp_path / "prefect").mkdir()
    return Machine(folder=tmp_path, env=env, api=f"http://127.0.0.1:{port}/api")


def test_a_worker_runs_what_prefect_deploy_has_scheduled(machine: Machine) -> None:
    log = machine.folder / "log.txt"
    port = machine.api.split(":")[-1].removesuffix("/api")
    server = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "earful", "--limit", "2"]
    with started(server, machine.env, log):
        wait_for(lambda: healthy(machine.api), "the server's start", log)
        machine.prefect("work-pool", "create", "earful", "--type", "process")
        before = (ROOT / "prefect.yaml").read_bytes()
        machine.prefect("deploy", "--all")
        assert (ROOT / "prefect.yaml").read_bytes() == before
        soon = (utc_now() + timedelta(seconds=20)).isoformat()
        # Every minute: on a busy machine the first one may have passed before the schedule is stored.
        schedule = ["--interval", "60", "--anchor-date", soon]
        machine.prefect("deployment", "schedule", "create", "hourly/hourly", *schedule)
        with started(worker, machine.env, log):
            run = wait_for(lambda: ended(machine.runs("hourly")), "the scheduled run's end", log)
        artifact = machine.artifact()
    assert artifact is not None
    assert "Larkspur Rail" in artifact["description"]
    assert "# Larkspur Rail: brand health" in artifact["data"]
    text = log.read_text()
    assert run["state"]["type"] == "COMPLETED", (run["state"], text[-3_000:])
    assert run["auto_scheduled"], "the scheduler made it, nobody asked for it by hand"
    assert run["name"].startswith("hourly · all brands")


def ended(runs: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((run for run in runs if run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED")), None)
