"""Trustpilot, with what a test publishes there, and what it was asked for."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.listeners.scenarios.trustpilot import TrustpilotScenario
from tests.replay import Replay


@pytest.fixture
def trustpilot(server: Replay, tmp_path: Path, http: httpx.Client) -> TrustpilotScenario:
    """Trustpilot, with what a test publishes there."""
    return TrustpilotScenario(server, tmp_path, http)


def asked(trustpilot: TrustpilotScenario) -> list[str]:
    """The pages that were asked for, and the single reviews."""
    return [
        seen.query.get("page") or str(int(seen.path.rsplit("/", 1)[1], 16))
        for seen in trustpilot.server.requests
    ]
