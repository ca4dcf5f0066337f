"""What the sources' tests share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from listeners.http import new_client
from tests.listeners.scenarios.reddit import RedditScenario
from tests.listeners.scenarios.x import XScenario
from tests.replay import Replay


@pytest.fixture(autouse=True)
def nobody_sleeps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A limit is told to the caller, and slept over neither by us nor by a client library."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise AssertionError(f"slept for {seconds} seconds")

    monkeypatch.setattr(time, "sleep", sleep)
    yield
    assert slept == []  # also where the error was taken for the platform's


@pytest.fixture
def server() -> Iterator[Replay]:
    """A platform on the loopback interface."""
    with Replay() as replay:
        yield replay


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """The client that sources borrow."""
    with new_client() as client:
        yield client


@pytest.fixture(scope="session")
def wire() -> Path:
    """Answers recorded from the real platforms: not part of the repository, as they hold people's posts."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "wire"
    if not folder.is_dir():
        pytest.skip("the recorded answers (../shared/wire) are not on this machine")
    return folder


@pytest.fixture
def x(server: Replay, tmp_path: Path, http: httpx.Client) -> XScenario:
    """X, with what a test publishes there."""
    return XScenario(server, tmp_path, http)


@pytest.fixture
def reddit(server: Replay, tmp_path: Path, http: httpx.Client) -> RedditScenario:
    """Reddit, with what a test publishes there."""
    return RedditScenario(server, tmp_path, http)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test may write an archive."""
    return tmp_path / "reviews.jsonl"
