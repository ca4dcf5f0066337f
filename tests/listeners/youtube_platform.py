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


def used_up(allowance: str, per: str, unit: str) -> Answer:
    """A 429 as Google's newer limits have it, whether they are for a day or for a minute."""
    message = f"Quota exceeded for quota metric '{allowance}' and limit '{allowance} {per}' of service 'x'."
    error = {
        "code": 429,
        "message": message,
        "errors": [{"message": message, "domain": "global", "reason": "rateLimitExceeded"}],
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"reason": "RATE_LIMIT_EXCEEDED", "metadata": {"quota_unit": unit}}],
    }
    return Answer(status=429, body={"error": error})


def refusal(reason: str, status: int = 403, domain: str = "youtube.common") -> Answer:
    errors = [{"reason": reason, "domain": domain}]
    return Answer(status=status, body={"error": {"code": status, "errors": errors}})
