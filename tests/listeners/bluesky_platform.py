"""Bluesky for its tests: a post of its API, and the account that asks."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.mention import Page
from core.target import Archivist, Known, Listener
from listeners.base import Borrowed
from listeners.bluesky import SOURCE
from listeners.bluesky.options import BlueskyOptions
from tests.listeners.scenarios.base import NOW, SECRET
from tests.listeners.scenarios.bluesky import ANN, BlueskyScenario, uri
from tests.replay import Replay, Seen

NOTIFICATIONS = "/xrpc/app.bsky.notification.listNotifications"
POSTS = "/xrpc/app.bsky.feed.getPosts"
ROOT, PARENT = uri(1), uri(2)

RECORD: dict[str, Any] = {
    "$type": "app.bsky.feed.post",
    "createdAt": "2026-11-20T10:00:00.123456Z",
    "langs": ["en"],
    "text": "Acme lost my parcel",
}
POST: dict[str, Any] = {
    "uri": uri(9),
    "author": {"did": ANN, "handle": "ann.example.com", "displayName": "Ann"},
    "record": RECORD,
    "indexedAt": "2026-11-20T10:00:02.000Z",
    "likeCount": 5,
    "replyCount": 2,
    "repostCount": 3,
    "quoteCount": 1,
    "labels": [],
}


class Account:
    """The session's side: what is kept between polls, and how often somebody signed in."""

    def __init__(self, server: Replay, http: httpx.Client) -> None:
        self.server, self.http = server, http
        self.memory: MutableMapping[str, str] = {}
        self.password = SECRET

    def borrowed(self) -> Borrowed:
        return Borrowed(
            clock=lambda: NOW, secret=lambda _name: self.password, http=self.http, memory=self.memory
        )

    def options(self, **options: Any) -> BlueskyOptions:
        asked = options if "handle" in options else {"query": "acme", **options}
        return BlueskyOptions.model_validate({"base_url": self.server.url, "timeout_seconds": 2, **asked})

    def listener(self, **options: Any) -> Listener:
        return SOURCE.build(self.options(**options), self.borrowed())

    def poll(self, since: str | None = None, **options: Any) -> list[Page]:
        return list(self.listener(**options).poll(since))

    def past(self, start: datetime, end: datetime, since: str | None = None, **options: Any) -> list[Page]:
        listener = self.listener(**options)
        assert isinstance(listener, Archivist)
        return list(listener.past(start, end, since))

    def look_again(self, known: Iterable[Known]) -> list[Page]:
        assert SOURCE.revisit is not None
        return list(SOURCE.revisit.build(self.options(), self.borrowed()).look_again(list(known)))

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.server.requests if seen.path == path]


@pytest.fixture(name="account")
def account_fixture(server: Replay, http: httpx.Client) -> Account:
    return Account(server, http)


@pytest.fixture(name="bluesky")
def bluesky_fixture(server: Replay, tmp_path: Path, http: httpx.Client) -> BlueskyScenario:
    return BlueskyScenario(server, tmp_path, http)
