"""Starting and asking a real Prefect server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from reports.brand_health import artifact_key

KEY = artifact_key("Larkspur Rail")
PATIENCE = 300
"""Seconds; a run takes some forty on two busy cores."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
