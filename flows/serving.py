"""Everything on one machine: a Prefect server with safe settings, a first run, and the schedules.

Must be imported before Prefect is: Prefect reads its settings from the environment when it is imported.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import httpx
from ruamel.yaml import YAML

from core.errors import ConfigError, EarfulError

HEALTHY_WITHIN_SECONDS = 180
"""A first start migrates a new database; 36 s were measured on two busy cores."""
STOP_WITHIN_SECONDS = 15
DEPLOYMENTS = Path(__file__).parent.parent / "prefect.yaml"


class ServerFailed(EarfulError):
    """The Prefect server did not come up; its log says why."""


def safe_environment(home: Path, port: int) -> dict[str, str]:
    """Prefect's settings for one machine.

    Prefect's defaults let any web page that is open in the same browser read stored secrets and start
    runs: hence the own origin and the protection against forged requests. The rest keeps the newcomer's
    machine from telling anybody about itself.
    """
    address = f"http://127.0.0.1:{port}"
    return {
        "PREFECT_HOME": str(home.resolve()),
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Who opens the server's address gets the present UI; it escapes more than the older one.
        "PREFECT_SERVER_UI_V2_ENABLED": "true",
        # A copy of our own: flows/front.py takes the analytics out of it.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home.resolve() / "ui"),
        # Without these two, the database grows for ever, and runs whose process died stay "Running".
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def prefect_server(home: Path, port: int, say: Callable[[str], None]) -> Iterator[str]:
    """A server on loopback, healthy, stopped at the end. Gives its address.

    Raises:
        ConfigError: the port is taken.
        ServerFailed: it did not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    demand(port)
    environment = safe_environment(home, port)
    os.environ.update(environment)  # for this process, and for the runs that it starts
    address = f"http://127.0.0.1:{port}"
    log = home / "server.log"
    with log.open("ab") as output, _child(["flows.front", str(port)], output) as process:
        say(f"Starting the Prefect server (up to {HEALTHY_WITHIN_SECONDS} s the first time) …")
        _wait_until_healthy(process, address, log)
        yield address


def demand(port: int) -> None:
    """See to it that nobody listens on a port.

    Raises:
        ConfigError: somebody does.
    """
    if _taken(port):
        raise ConfigError(f"port {port}", "is taken by another program; name another with --port")


def deployments(file: Path = DEPLOYMENTS) -> list[dict[str, Any]]:
    """The deployments of prefect.yaml: one place says what runs when, for a worker and for `serve`."""
    content: Mapping[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return list(content["deployments"])


def keep_schedules() -> None:
    """Run what prefect.yaml schedules until this process is interrupted.

    In a process of its own: whatever it is doing when the end comes, it and its runs are ended for sure.

    Raises:
        ServerFailed: it ended by itself.
    """
    with _child(["flows.serving"], None) as process:
        code = process.wait()
    raise ServerFailed(f"the schedules ended by themselves with code {code}; the log above says why")


def serve_deployments(limit: int = 3) -> None:
    """Keep the schedules of prefect.yaml in this process until it is interrupted.

    Before that, put the automations onto the server: they need a deployment that they can run.
    """
    from prefect import serve

    from core.catalogue import read_timezone
    from core.settings import Settings
    from flows.installing import TELL, install

    timezone = read_timezone(Settings().config)
    served = [_deployment(entry, timezone) for entry in deployments()]
    for each in served:
        if f"{each.flow_name}/{each.name}" == TELL:
            each.apply()
    install()
    serve(*served, limit=limit, pause_on_shutdown=False, print_starting_message=False)


def _deployment(entry: Mapping[str, Any], timezone: str) -> Any:
    """One of prefect.yaml's, as Prefect serves it from this process."""
    from prefect import flow
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.events import DeploymentTriggerTypes
    from prefect.schedules import Cron
    from pydantic import TypeAdapter

    schedules = [
        Cron(s["cron"], timezone=zone_of(s, timezone), slug=s["slug"], active=s["active"])
        for s in entry["schedules"]
    ]
    concurrency = entry.get("concurrency_limit")
    # Prefect types this as maybe a coroutine, which it is only when called from async code.
    loaded: Any = flow.from_source(source=str(DEPLOYMENTS.parent), entrypoint=entry["entrypoint"])
    return loaded.to_deployment(
        entry["name"],
        schedules=schedules,
        description=entry["description"],
        tags=entry["tags"],
        parameters=entry["parameters"],
        concurrency_limit=ConcurrencyLimitConfig(**concurrency) if concurrency else None,
        triggers=[
            TypeAdapter(DeploymentTriggerTypes).validate_python(trigger)
            for trigger in entry.get("triggers", ())
        ],
    )


def zone_of(schedule: Mapping[str, Any], team: str) -> str:
    """The time zone of a schedule: the team's where it names an hour of the day, else as it is written."""
    names_an_hour = schedule["cron"].split()[1] != "*"
    return team if names_an_hour else str(schedule["timezone"])


def run_hourly_once() -> str:
    """One hourly run in this process; what its state says."""
    from prefect import tags

    from flows.hourly import hourly
    from flows.names import TAG

    with tags(TAG, "hourly"):  # as the deployment's runs have them
        state = hourly(return_state=True)
    return f"{state.name}: {state.message}"


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _answers(address: str) -> bool:
    try:
        httpx.get(f"{address}/api/health", timeout=2)
    except httpx.HTTPError:
        return False
    return True


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if _answers(address):
                return
            continue
        raise ServerFailed(f"the Prefect server ended with code {process.returncode}; see {log}")
    raise ServerFailed(f"the Prefect server did not come up in {HEALTHY_WITHIN_SECONDS} s; see {log}")


@contextmanager
def _child(module: list[str], output: IO[bytes] | None) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module running in a process group of its own, which is ended at the end.

    Ctrl-C is for us alone that way: we end the runs first and the server last.
    """
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, nothing from outside
        [sys.executable, "-m", *module],
        stdout=output,
        stderr=output and subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):  # nobody of the group is left
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_SECONDS)


if __name__ == "__main__":
    serve_deployments()
