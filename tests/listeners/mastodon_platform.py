"""Mastodon for its tests: a status of its API, and the server that is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.mention import Page
from core.target import Archivist, Known
from listeners.base import Borrowed
from listeners.mastodon import SOURCE
from listeners.mastodon.options import MastodonOptions
from listeners.mastodon.poll import snowflake
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.mastodon import MastodonScenario, iso
from tests.replay import Answer, Replay, Seen

TAG, NOTIFICATIONS = "/api/v1/timelines/tag/acme", "/api/v1/notifications"
SEARCH, STATUSES = "/api/v2/search", "/api/v1/statuses"

ACCOUNT: dict[str, Any] = {
    "id": "77",
    "acct": "ann@example.social",
    "display_name": "Ann",
    "url": "https://example.social/@ann",
    "uri": "https://example.social/users/ann",
    "followers_count": 5,
}
STATUS: dict[str, Any] = {
    "id": "115580000000000000",
    "created_at": "2026-11-20T10:00:00.123Z",
    "edited_at": None,
    "in_reply_to_id": None,
    "visibility": "public",
    "language": "en",
    "spoiler_text": "",
    "content": "<p>Acme lost my parcel</p>",
    "url": "https://example.social/@ann/9",
    "uri": "https://example.social/users/ann/statuses/9",
    "account": ACCOUNT,
    "replies_count": 2,
    "reblogs_count": 3,
    "quotes_count": 1,
    "favourites_count": 5,
}


class Server:
    """A target's listener and reviewer at a scripted server."""

    def __init__(self, replay: Replay, http: httpx.Client) -> None:
        self.replay, self.http = replay, http
        self.name = replay.url.removeprefix("http://")
        self.now = NOW

    def borrowed(self) -> Borrowed:
        return Borrowed(clock=lambda: self.now, secret=lambda _name: SECRET, http=self.http)

    def options(self, **options: Any) -> MastodonOptions:
        asked = options if {"tags", "mentions", "query"} & options.keys() else {"tags": ["acme"], **options}
        return MastodonOptions.model_validate({"base_url": self.replay.url, "timeout_seconds": 2, **asked})

    def poll(self, since: str | None = None, **options: Any) -> list[Page]:
        return list(SOURCE.build(self.options(**options), self.borrowed()).poll(since))

    def past(self, start: datetime, end: datetime, since: str | None = None, **options: Any) -> list[Page]:
        listener = SOURCE.build(self.options(**options), self.borrowed())
        assert isinstance(listener, Archivist)
        return list(listener.past(start, end, since))

    def look_again(self, known: Iterable[Known]) -> list[Page]:
        assert SOURCE.revisit is not None
        return list(SOURCE.revisit.build(self.options(), self.borrowed()).look_again(list(known)))

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.replay.requests if seen.path == path]

    def linked(self, body: Any, path: str, below: str) -> Answer:
        return Answer(body=body, headers={"link": f'<{self.replay.url}{path}?max_id={below}>; rel="next"'})


@pytest.fixture(name="mastodon")
def mastodon_fixture(server: Replay, http: httpx.Client) -> Server:
    return Server(server, http)


@pytest.fixture(name="toots")
def toots_fixture(server: Replay, tmp_path: Path, http: httpx.Client) -> MastodonScenario:
    return MastodonScenario(server, tmp_path, http)


def own_id(number: int, more: int = 7) -> str:
    return str(snowflake(posted(number)) + more)


def status(number: int, more: int = 7, **change: Any) -> dict[str, Any]:
    return STATUS | {"id": own_id(number, more), "created_at": iso(posted(number))} | change
