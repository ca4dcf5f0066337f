"""Rules for every test: no network but loopback; and how tests are shared out among processes."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["tests.databases", "tests.skips"]

# Before anything imports Prefect, and for the processes that tests start.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ["HF_HUB_OFFLINE"] = "1"

settings.register_profile("machine", deadline=None)  # never time inside a test: CI machines are busy
settings.load_profile("machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption("--write-documents", action="store_true", help="write docs/fault-matrix.md anew")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """For `-n auto`: a single file runs in this process, as a second one would have nothing to do."""
    files = [argument.partition("::")[0] for argument in config.args]
    return 0 if len(files) == 1 and Path(files[0]).is_file() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a process that shares the files with others, long ones first: so all end together."""
    if hasattr(config, "workerinput"):
        long = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in long)


class NetworkUsed(AssertionError):
    """A test tried to reach something that is not on this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket
        return True
    host = address[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise NetworkUsed(f"a test tried to connect to {address!r}; only loopback is allowed")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
