"""Google Play for its tests: a review of its API and of its pages, and both as servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.listeners.scenarios.googleplay import GooglePlayScenario, PublicScenario
from tests.replay import Replay

SAID: dict[str, Any] = {
    "text": "Lost my booking\tAnd nobody answers & so on.",
    "lastModified": {"seconds": "1795000000", "nanos": 713000000},
    "starRating": 2,
    "reviewerLanguage": "pt_BR",
    "device": "klte",
    "thumbsUpCount": 3,
}
ANSWERED: dict[str, Any] = {"text": "We are sorry.", "lastModified": {"seconds": 1794990000}}
REVIEW: dict[str, Any] = {
    "reviewId": "gp:AOqpTOE1",
    "authorName": "ann b",
    "comments": [{"userComment": SAID}, {"developerComment": ANSWERED}],
}
ROW: list[Any] = [
    "gp:AOqpTOE1",
    ["ann b", [None, 2, None, [None, None, "https://a.example/picture"]]],
    2,
    None,
    "Lost my booking & so on.\n",
    [1795000000, 316000000],
    3,
    ["Acme", "We are sorry.", [1795000500, 0]],
    None,
    ["1143", "ann b", None, [None, True]],
    "8.76.0",
    None,
    [[["vaf_phase1"]]],
    None,
    [True, False],
]
BLOCKED = [5, None, [["type.googleapis.com/com.google.play.gateway.proto.PlayGatewayError", [[7]]]]]


@pytest.fixture(name="scenario")
def scenario_fixture(server: Replay, tmp_path: Path, http: httpx.Client) -> PublicScenario:
    return PublicScenario(server, tmp_path, http)


@pytest.fixture(name="network")
def network_fixture(scenario: PublicScenario) -> PublicScenario:
    return scenario


@pytest.fixture(name="publisher")
def publisher_fixture(server: Replay, tmp_path: Path, http: httpx.Client) -> GooglePlayScenario:
    return GooglePlayScenario(server, tmp_path, http)
