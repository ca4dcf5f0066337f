"""Hacker News, with what a test publishes there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.listeners.scenarios.hackernews import HackerNewsScenario
from tests.replay import Replay


@pytest.fixture
def site(server: Replay, tmp_path: Path, http: httpx.Client) -> HackerNewsScenario:
    return HackerNewsScenario(server, tmp_path, http)
