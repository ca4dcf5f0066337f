"""Runs the contract suite for every registered source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from listeners.registry import SOURCES
from tests.listeners.contract import Pagination, Records, Trouble
from tests.listeners.scenarios import SCENARIOS
from tests.listeners.scenarios.base import Scenario
from tests.replay import Replay

NETWORK = [name for name, kind in SCENARIOS.items() if kind.network]


@pytest.fixture(params=sorted(SOURCES))
def scenario(request: pytest.FixtureRequest, server: Replay, tmp_path: Path, http: httpx.Client) -> Scenario:
    """Every source; one without a scenario fails here."""
    return SCENARIOS[request.param](server, tmp_path, http)


@pytest.fixture(params=NETWORK)
def network(request: pytest.FixtureRequest, server: Replay, tmp_path: Path, http: httpx.Client) -> Scenario:
    """Every source that is reached through a network."""
    return SCENARIOS[request.param](server, tmp_path, http)


class TestPagination(Pagination):
    pass


class TestRecords(Records):
    pass


class TestTrouble(Trouble):
    pass


def test_every_source_has_a_scenario_a_name_and_a_page_of_documentation() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "sources"
    assert set(SOURCES) == set(SCENARIOS)
    for name, source in SOURCES.items():
        assert source.name == name
        assert (docs / f"{name}.md").is_file()


def test_whose_posts_any_target_of_a_source_can_ask_for() -> None:
    """Not of forums, where a key sees more than a visitor, nor of shops, where reviews belong to an app."""
    anywhere = {name for name, source in SOURCES.items() if source.revisit and source.revisit.anywhere}
    assert anywhere == {"bluesky", "hackernews", "mastodon", "reddit", "x", "youtube"}


def test_the_registry_loads_no_client_library() -> None:
    clients = ("tweepy", "praw", "requests", "atproto_client", "mastodon", "feedparser", "jwt")
    program = f"import sys, listeners.registry; print(sorted(m for m in {clients} if m in sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
