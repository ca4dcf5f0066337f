"""Targets of several listings: one in trouble keeps no other from being read, and they take turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.errors import RateLimited, SourceError, SourceUnavailable
from core.mention import Page
from core.target import Listener
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.appstore import FeedScenario
from tests.listeners.scenarios.base import NOW, Scenario
from tests.listeners.scenarios.bluesky import SEARCH, BlueskyScenario
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.listeners.scenarios.googleplay import CALL_PATH, PublicScenario
from tests.listeners.scenarios.hackernews import HackerNewsScenario
from tests.listeners.scenarios.mastodon import MastodonScenario
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.replay import Answer, Replay, Seen


@dataclass(frozen=True, kw_only=True)
class Case:
    """A source with a target of two listings.

    Args:
        scenario: the platform.
        options: of the target.
        path: where its listings are asked for.
        name: a request -> which of them it is for.
        method: of such a request.
        serve: what answers it.
    """

    scenario: type[Scenario]
    options: dict[str, Any]
    path: str
    name: Callable[[Seen], str]
    method: str = "GET"
    serve: str = "serve"


CASES = {
    "appstore": Case(
        scenario=FeedScenario,
        options={"countries": ["gb", "us"]},
        path="/",
        name=lambda seen: seen.path.split("/")[1],
    ),
    "bluesky": Case(
        scenario=BlueskyScenario,
        options={"query": "acme OR parcel"},
        path=SEARCH,
        name=lambda seen: seen.query["q"],
    ),
    "discourse": Case(
        scenario=DiscourseScenario,
        options={"listing": "search", "query": "parcel OR gone"},
        path="/search.json",
        name=lambda seen: seen.query["q"],
        serve="search",
    ),
    "googleplay": Case(
        scenario=PublicScenario,
        options={"languages": ["en", "de"]},
        path=CALL_PATH,
        name=lambda seen: seen.query["hl"],
        method="POST",
    ),
    "hackernews": Case(
        scenario=HackerNewsScenario,
        options={"query": "acme OR parcel"},
        path="/search_by_date",
        name=lambda seen: seen.query["query"],
    ),
    "mastodon": Case(
        scenario=MastodonScenario,
        options={"tags": ["acme", "acmeair"]},
        path="/api/v1/timelines/tag/",
        name=lambda seen: seen.path,
    ),
    "youtube": Case(
        scenario=YouTubeScenario,
        options={"video": [VIDEO, "vid00000002"]},
        path="/commentThreads",
        name=lambda seen: seen.query["videoId"],
    ),
}


class Platform:
    """A platform of which one listing may be broken. `asked` are those that it was asked for, in order."""

    def __init__(self, case: Case, scenario: Scenario) -> None:
        self.asked: list[str] = []
        self.broken: dict[str, Answer] = {}
        self._case, self._scenario = case, scenario
        scenario.server.play(case.method, case.path, self._serve)

    def _serve(self, seen: Seen) -> Answer:
        name = self._case.name(seen)
        self.asked.append(name)
        answer: Answer = self.broken.get(name) or getattr(self._scenario, self._case.serve)(seen)
        return answer

    def listener(self) -> Listener:
        return self._scenario.listener(**self._case.options)

    def first(self) -> str:
        """The listing that is asked for first."""
        list(self.listener().poll(None))
        first = self.asked[0]
        self.asked.clear()
        return first


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def scenario(case: Case, server: Replay, tmp_path: Path, http: httpx.Client) -> Scenario:
    scenario = case.scenario(server, tmp_path, http)
    scenario.publish(1)
    return scenario


@pytest.fixture
def platform(case: Case, scenario: Scenario) -> Platform:
    return Platform(case, scenario)


def poll(platform: Platform, got: list[Page]) -> SourceError | None:
    """One poll that goes on from there; the trouble that it met."""
    try:
        got.extend(platform.listener().poll(checkpoint(got)))
    except SourceError as trouble:
        return trouble
    return None


def test_a_broken_one_starves_no_other(platform: Platform, scenario: Scenario) -> None:
    platform.broken[platform.first()] = Answer(status=503)
    got: list[Page] = []
    for number in (1, 2, 3):
        scenario.publish(number)
        assert isinstance(poll(platform, got), SourceUnavailable)
        assert scenario.external_id(number) in ids(got)


def test_what_a_broken_one_held_comes_once_it_is_whole(platform: Platform, scenario: Scenario) -> None:
    first = platform.first()
    platform.broken[first] = Answer(status=503)
    got: list[Page] = []
    poll(platform, got)
    platform.broken.clear()
    before = len(got)
    assert poll(platform, got) is None
    assert first in platform.asked
    assert scenario.external_id(1) in ids(got[before:])


def test_a_limit_ends_the_poll_at_once(platform: Platform, scenario: Scenario) -> None:
    platform.broken[platform.first()] = Answer(status=429, headers={"retry-after": "60"})
    trouble = poll(platform, [])
    assert isinstance(trouble, RateLimited)
    assert trouble.retry_at > NOW
    assert len(set(platform.asked)) == 1


def test_a_limit_does_not_always_end_a_poll_before_the_same_one(
    platform: Platform, scenario: Scenario
) -> None:
    polling = platform.listener().poll(None)
    got = [next(polling)]
    scenario.closed = True
    with pytest.raises(RateLimited):
        got.extend(polling)
    first = platform.asked[0]
    scenario.closed = False
    platform.asked.clear()
    poll(platform, got)
    assert list(dict.fromkeys(platform.asked))[1:] == [first]
