"""`earful serve` on a folder of its own, and beside it Prefect's own server with both of its UIs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.serving import deployments, safe_environment
from tests.browser.prefect_ui import Api
from tests.earful import command, earful, environment
from tests.flows.prefect_machine import healthy, wait_for
from tests.ports import free_port

UNTIL_STOPPED_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A server that runs, and what it was started with."""

    address: str
    folder: Path
    config: Path
    database_url: str
    log: Path

    @property
    def options(self) -> tuple[object, ...]:
        """What leads another command to the same configuration and database."""
        return ("--config", self.config, "--database", self.database_url)

    def status(self) -> dict[str, Any]:
        """What `earful status --json` says."""
        done = earful("status", *self.options, "--json")
        assert done.returncode == 0, done.stderr[-2_000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@contextmanager
def serving(folder: Path, config: Path, database_url: str, **changes: str) -> Iterator[Served]:
    """`earful serve`, past its first run; stopped at the end.

    Args:
        folder: where the server's data and its log go.
        config: the configuration folder.
        database_url: of Earful's database; its tables are made here.
        changes: of the environment.
    """
    port, log = free_port(), folder / "serve.log"
    options = ["--config", config, "--database", database_url, "--port", port, "--home", folder / "prefect"]
    address = f"http://127.0.0.1:{port}"
    assert earful("db", "upgrade", "--database", database_url).returncode == 0
    with _started(command("serve", *options), environment(**changes), log) as process:
        wait_for(lambda: "Schedules are" in log.read_text() or process.poll() is not None, "the run", log)
        assert process.poll() is None, log.read_text()[-3_000:]
        wait_for(lambda: _known(address), "the deployments", log)
        yield Served(address, folder, config, database_url, log)


@contextmanager
def both_uis(served: Served) -> Iterator[str]:
    """Prefect's server as it is, over the same data: with the old UI and no policy. Gives its address.

    What it shows must be harmless by itself, as somebody may run it so.
    """
    port, log = free_port(), served.folder / "both-uis.log"
    settings = {**environment(), **safe_environment(served.folder / "prefect", port)}
    server = ["prefect", "server", "start", "--no-services", "--host", "127.0.0.1", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with _started([sys.executable, "-m", *server], settings, log) as process:
        wait_for(lambda: healthy(f"{address}/api") or process.poll() is not None, "Prefect's server", log)
        assert process.poll() is None, log.read_text()[-3_000:]
        yield address


def _known(address: str) -> bool:
    """Whether the server knows every deployment of prefect.yaml: a moment after the first run it does."""
    api = Api(address)
    try:
        return len(api.ask("/deployments/filter")) >= len(deployments())
    finally:
        api.close()


@contextmanager
def _started(
    program: Sequence[str], settings: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            program, env=settings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(UNTIL_STOPPED_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
