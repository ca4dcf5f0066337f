"""Bluesky: answers that were recorded from the real platform."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceUnavailable
from core.mention import Kind
from listeners.bluesky.poll import list_of
from listeners.bluesky.read import read_posts
from tests.listeners.any_json import check
from tests.listeners.bluesky_platform import (
    NOTIFICATIONS,
    Account,
    account_fixture,  # noqa: F401
)
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.bluesky import LOGIN, SEARCH, session, token
from tests.replay import Answer


def bodies(path: Path) -> list[Any]:
    return [step["response"]["body"] for step in json.loads(path.read_text(encoding="utf-8"))]


class TestWire:
    """What was recorded from the real platform."""

    @pytest.mark.parametrize(
        ("recording", "records"),
        [
            ("search_posts", lambda body: list_of(body, "posts")),
            ("quotes", lambda body: list_of(body, "posts")),
            ("get_posts", lambda body: list_of(body, "posts")),
            ("post_thread", lambda body: [body["thread"]["post"]]),
        ],
    )
    def test_all_parse(self, wire: Path, recording: str, records: Callable[[Any], list[Any]]) -> None:
        for body in bodies(wire / f"bluesky/{recording}.json"):
            found = records(body)
            mentions, rejected = read_posts(found, NOW, "")
            assert rejected == ()
            assert len(mentions) == len(found) > 0
            check(mentions, rejected)
            for mention in mentions:
                assert mention.author is not None
                assert mention.engagement.likes is not None
                assert mention.url.startswith("https://bsky.app/profile/did:")
            if recording == "quotes":
                assert {mention.kind for mention in mentions} == {Kind.QUOTE}

    def test_a_search(self, wire: Path, account: Account) -> None:
        account.server.on("POST", LOGIN, Answer(body=session()))
        (body,) = bodies(wire / "bluesky/search_posts.json")
        account.server.on("GET", SEARCH, Answer(body={**body, "cursor": None}))
        start, end = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
        pages = account.past(start, end)
        assert len(ids(pages)) == 25
        assert {m.kind for page in pages for m in page.mentions} == {Kind.POST, Kind.REPLY, Kind.QUOTE}

    def test_notifications(self, wire: Path, account: Account) -> None:
        account.server.on("POST", LOGIN, Answer(body=session()))
        (body,) = bodies(wire / "bluesky/list_notifications.json")
        account.server.on("GET", NOTIFICATIONS, Answer(body={**body, "cursor": None}))
        start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
        pages = account.past(start, end, handle="acme.bsky.social")
        said = [one for one in body["notifications"] if one["reason"] in ("mention", "reply", "quote")]
        assert sorted(ids(pages)) == sorted(one["uri"] for one in said)
        assert not [r for page in pages for r in page.rejected]

    def test_a_login(self, wire: Path, account: Account) -> None:
        """Its tokens were taken out: that is no session."""
        (body,) = bodies(wire / "bluesky/create_session.json")
        without = Answer(body=body)
        whole = Answer(body=body | {"accessJwt": token(), "refreshJwt": token()})
        account.server.on("POST", LOGIN, without, whole)
        account.server.on("GET", SEARCH, Answer(body={"posts": []}))
        with pytest.raises(SchemaChanged, match="session"):
            account.poll()
        assert len(account.poll()) == 1
        assert len(account.asked(SEARCH)) == 1

    def test_errors(self, wire: Path, account: Account) -> None:
        account.server.on("POST", LOGIN, Answer(body=session()))
        steps = json.loads((wire / "bluesky/errors.json").read_text(encoding="utf-8"))
        errors = [SchemaChanged, AuthFailed, RateLimited, SourceUnavailable]
        for step, error in zip(steps, errors, strict=True):
            reply = step["response"]
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            account.server._routes["GET", SEARCH, "*"][:] = [answer]
            with pytest.raises(error):
                account.poll()
