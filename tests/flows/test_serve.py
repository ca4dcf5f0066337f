"""`earful serve`: one command starts everything, Ctrl-C stops everything."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo import prepare
from core.clock import utc_now
from tests.earful import command, environment
from tests.flows.prefect_machine import KEY, healthy, wait_for
from tests.ports import free_port

pytestmark = pytest.mark.slow


AS_A_BACKGROUND_JOB = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
"""As a script's shell does with what it starts by `&`: Ctrl-C is ignored from the start."""

IN_PASSING = re.compile(r"^Exception ignored in: .*\nTraceback .*\n(?:[ \t].*\n)*.*\n", re.MULTILINE)
"""What Python says where a signal comes just while it clears an object away: nothing is lost by it."""


def left_over(folder: Path) -> list[str]:
    """What was started for this test and is still there: its folder is in the processes' environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # ended meanwhile, or somebody else's
            continue
    return found


def in_madrid(folder: Path) -> list[object]:
    """The options for a configuration of one's own."""
    given = prepare(folder / "demo", utc_now())
    with (given.config / "brands.yaml").open("a") as file:
        file.write("\ntimezone: Europe/Madrid\n")
    return ["--config", given.config, "--database", given.database_url]


@pytest.mark.parametrize(
    ("options", "sign", "zone"),
    [(in_madrid, signal.SIGINT, "Europe/Madrid"), (lambda folder: ["--demo"], signal.SIGTERM, "UTC")],
    ids=["own configuration", "demo"],
)
def test_serve_runs_once_says_where_and_stops_with_everything_it_started(
    tmp_path: Path, options: Callable[[Path], list[object]], sign: signal.Signals, zone: str
) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    given = [*options(tmp_path), "--port", port, "--home", tmp_path / "prefect"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*AS_A_BACKGROUND_JOB, *command("serve", *given)],
            cwd=tmp_path,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: "Schedules are running" in log.read_text() or process.poll(), "the first run", log)
        assert process.poll() is None, log.read_text()[-3_000:]
        assert f"{address}/v2/artifacts/key/{KEY}" in log.read_text()
        assert f"Start here: {address}/v2/artifacts/key/start-here" in log.read_text()
        artifact = httpx.get(f"{address}/api/artifacts/{KEY}/latest", timeout=10).json()
        assert "Larkspur Rail" in artifact["description"]
        assert "was mentioned" in artifact["description"], "in the last seven days"
        assert (tmp_path / ".earful" / "reports" / "larkspur-rail" / "latest.html").is_file()
        wait_for(lambda: scheduled(address, "hourly/hourly"), "the schedules", log)
        wait_for(lambda: scheduled(address, "weekly-digest/weekly-digest"), "the digests", log)
        assert scheduled(address, "hourly/hourly") == "UTC"
        assert scheduled(address, "weekly-digest/weekly-digest") == zone
        installed = [automation["name"] for automation in listed(address, "automations")]
        assert "earful: a run without a heartbeat has crashed" in installed
        assert "tell support of urgent alerts at once" in installed, "of a deployment"
        page = httpx.get(f"{address}/artifacts/key/start-here", follow_redirects=True, timeout=10)
        assert str(page.url) == f"{address}/v2/artifacts/key/start-here", "the older UI is not served"
        assert "img-src 'self' data:" in page.headers["content-security-policy"]
        settings = httpx.get(f"{address}/ui-settings", timeout=10).json()
        assert settings["available_uis"] == ["v2"]
        rebound = httpx.get(f"{address}/api/health", headers={"Host": "evil.example"}, timeout=10)
        assert rebound.status_code == 400
        foreign = httpx.get(f"{address}/api/health", headers={"Origin": "http://evil.example"}, timeout=10)
        assert foreign.headers.get("access-control-allow-origin") not in ("*", "http://evil.example")
        blind = httpx.post(f"{address}/api/variables/", json={"name": "x", "value": "y"}, timeout=10)
        assert blind.status_code == 403, "a request without a token changes nothing"
    finally:
        process.send_signal(sign)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail(f"serve did not stop: {log.read_text()[-3_000:]}")
    assert not healthy(f"{address}/api")
    assert left_over(tmp_path) == []
    assert "Traceback" not in IN_PASSING.sub("", log.read_text())


def scheduled(address: str, deployment: str) -> str:
    """The time zone of a deployment's schedule; empty: the server knows of none."""
    answer = httpx.get(f"{address}/api/deployments/name/{deployment}", timeout=10)
    schedules = answer.json()["schedules"] if answer.status_code == 200 else []
    return schedules[0]["schedule"]["timezone"] if schedules else ""


def listed(address: str, what: str) -> list[dict[str, Any]]:
    """What there is, asked for as the UI does."""
    client = {"client": "earful-test"}
    token = httpx.get(f"{address}/api/csrf-token", params=client, timeout=10).json()["token"]
    headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client["client"]}
    return httpx.post(f"{address}/api/{what}/filter", json={}, headers=headers, timeout=10).json()
