"""YouTube, with what a test publishes there, and its refusals."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.listeners.scenarios.youtube import YouTubeScenario
from tests.replay import Answer, Replay

CHANNEL = "UC" + "x" * 22


@pytest.fixture
def site(server: Replay, tmp_path: Path, http: httpx.Client) -> YouTubeScenario:
    return YouTubeScenario(server, tmp_path, http)


def refusal(reason: str, status: int = 403) -> Answer:
    return Answer(status=status, body={"error": {"code": status, "errors": [{"reason": reason}]}})
