"""A Discourse forum, with what a test publishes there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from listeners.discourse.options import DiscourseOptions
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.replay import Replay

FORUM = DiscourseOptions(base_url="https://Forum.example.org/talk/")
SITE = "forum.example.org/talk"


@pytest.fixture
def forum(server: Replay, tmp_path: Path, http: httpx.Client) -> DiscourseScenario:
    return DiscourseScenario(server, tmp_path, http)
