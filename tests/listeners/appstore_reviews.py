"""What the tests of the App Store share: the feed and the API that are served, and reviews of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from listeners.base import Borrowed
from tests.listeners.scenarios.appstore import AppStoreScenario, FeedScenario, label
from tests.replay import Replay

ENTRY: dict[str, Any] = {
    "author": {"uri": label("https://itunes.apple.com/gb/reviews/id77"), "name": label("ann_b"), "label": ""},
    "updated": label("2026-11-20T10:25:34-07:00"),
    "im:rating": label("2"),
    "im:version": label("8.1"),
    "id": label("8044879"),
    "title": label("Lost my booking"),
    "content": {"label": "And nobody answers <at all> & so on.\n", "attributes": {"type": "text"}},
    "im:voteSum": label("3"),
    "im:voteCount": label("4"),
}
REVIEW: dict[str, Any] = {
    "type": "customerReviews",
    "id": "00000028-b08c-0014-729e-fbd500000000",
    "attributes": {
        "rating": 1,
        "title": "Lost my booking",
        "body": "And nobody answers.",
        "reviewerNickname": "ann_b",
        "createdDate": "2026-11-20T10:25:34-07:00",
        "territory": "GBR",
    },
    "relationships": {"response": {"data": {"type": "customerReviewResponses", "id": "r1"}}},
}
ANSWER: dict[str, Any] = {
    "type": "customerReviewResponses",
    "id": "r1",
    "attributes": {
        "responseBody": "We are sorry.",
        "lastModifiedDate": "2026-11-21T09:00:00+00:00",
        "state": "PUBLISHED",
    },
}


@pytest.fixture
def scenario(server: Replay, tmp_path: Path, http: httpx.Client) -> FeedScenario:
    return FeedScenario(server, tmp_path, http)


@pytest.fixture
def connect(server: Replay, tmp_path: Path, http: httpx.Client) -> AppStoreScenario:
    return AppStoreScenario(server, tmp_path, http)


def borrowed(scenario: AppStoreScenario, secret: str | None = None) -> Borrowed:
    return Borrowed(
        clock=lambda: scenario.now,
        secret=lambda name: scenario.secret(name) if secret is None else secret,
        http=scenario.http,
    )
