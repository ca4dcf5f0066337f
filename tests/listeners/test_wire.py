"""The recorded answers of the real platforms, replayed. Skipped where they are not on the machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import AuthFailed, QuotaExhausted, RateLimited, SchemaChanged, SourceUnavailable
from core.mention import Kind, Page, Visibility
from listeners.base import Borrowed
from listeners.reddit.read import read_items
from listeners.registry import SOURCES
from listeners.x.read import read_posts
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW
from tests.replay import Answer, Replay


def poll(source: str, options: dict[str, Any]) -> list[Page]:
    borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "secret", http=None)  # type: ignore[arg-type]
    kind = SOURCES[source]
    return list(kind.build(kind.options.model_validate(options), borrowed).poll(None))


def bodies(path: Path) -> list[Any]:
    return [step["response"]["body"] for step in json.loads(path.read_text(encoding="utf-8"))]


class TestX:
    def options(self, server: Replay, **more: Any) -> dict[str, Any]:
        return {"base_url": server.url, "timeout_seconds": 2, **({"query": "brand"} | more)}

    def test_four_pages(self, server: Replay, wire: Path) -> None:
        server.load(wire / "x/search_recent_four_pages.json")
        pages = poll("x", self.options(server))
        assert len(pages) == 4
        assert len(ids(pages)) == 100
        assert all(mention.author is not None for page in pages for mention in page.mentions)
        assert [record for page in pages for record in page.rejected] == []

    def test_two_pages_without_times(self, server: Replay, wire: Path) -> None:
        """The oldest recordings did not ask for `created_at`: each post is kept as rejected, none lost."""
        server.load(wire / "x/search_recent_two_pages.json")
        pages = poll("x", self.options(server))
        posts = sum(len(body.get("data", [])) for body in bodies(wire / "x/search_recent_two_pages.json"))
        assert sum(len(page.mentions) + len(page.rejected) for page in pages) == posts
        assert len(pages) == 3

    def test_own_mentions(self, server: Replay, wire: Path) -> None:
        server.load(wire / "x/users_mentions_metrics.json")
        server.on(
            "GET",
            "/2/users/2244994945/mentions",
            Answer(body={"meta": {"result_count": 0}}),
            cursor="7140dibdnow9c7btw3w3ixl43r8knib48jsfyzko1h5py",
        )
        pages = poll("x", {"base_url": server.url, "user": "2244994945"})
        assert len(ids(pages)) == 5

    def test_edited_deleted_and_withheld(self, wire: Path) -> None:
        before, after, reply, withheld = bodies(wire / "x/tweets_lookup_edited_deleted_withheld.json")
        ((one,), _), ((two,), _) = read_posts(before, NOW, ""), read_posts(after, NOW, "")
        assert one.external_id == two.external_id == "1576994746135764992"
        assert two.visibility is Visibility.EDITED
        assert two.posted_at == datetime(2022, 10, 3, 17, 57, 1, tzinfo=UTC)
        assert two.edited_at == datetime(2022, 10, 3, 17, 57, 11, tzinfo=UTC)
        (answer,), reported = read_posts(reply, NOW, "")
        assert (answer.kind, answer.parent_id) == (Kind.REPLY, "506694458445152256")
        assert len(reported) == 1
        (shown,), _ = read_posts(withheld, NOW, "")
        assert shown.visibility is Visibility.LIVE

    @pytest.mark.parametrize(
        ("index", "error"),
        [
            (0, RateLimited),
            (1, QuotaExhausted),
            (2, QuotaExhausted),
            (3, AuthFailed),
            (4, AuthFailed),
            (5, RateLimited),
            (6, SchemaChanged),
            (7, SourceUnavailable),
            (8, SourceUnavailable),
            (9, SourceUnavailable),
        ],
    )
    def test_errors(self, wire: Path, index: int, error: type[Exception]) -> None:
        reply = json.loads((wire / "x/errors.json").read_text())[index]["response"]
        with Replay(now=NOW.timestamp) as server:
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            server.on("GET", "/2/tweets/search/recent", answer)
            with pytest.raises(error):
                poll("x", self.options(server))


class TestReddit:
    def options(self, server: Replay, **more: Any) -> dict[str, Any]:
        return {"reddit_url": server.url, "oauth_url": server.url, "timeout_seconds": 2, **more}

    @pytest.mark.parametrize(
        ("recording", "options", "items"),
        [
            ("subreddit_comments", {"subreddit": "askreddit", "listing": "comments", "max_pages": 1}, 30),
            ("subreddit_new", {"subreddit": "askreddit", "max_pages": 1}, 25),
            ("search", {"listing": "search", "query": "praw oauth search"}, None),
            ("stream_comments_pause", {"subreddit": "kakapo", "listing": "comments", "max_pages": 1}, None),
        ],
    )
    def test_listings(
        self, server: Replay, wire: Path, recording: str, options: dict[str, Any], items: int | None
    ) -> None:
        server.on(
            "POST",
            "/api/v1/access_token",
            Answer(body={"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"}),
        )
        for step in json.loads((wire / f"reddit/{recording}.json").read_text()):
            if "/r/" in step["request"]["url"]:
                path = "/r/" + step["request"]["url"].split("?")[0].split("/r/")[1].rstrip("/")
                server.on(
                    "GET", path, Answer(body=step["response"]["body"], headers=step["response"]["headers"])
                )
        pages = poll("reddit", self.options(server, **options))
        assert [record for page in pages for record in page.rejected] == []
        assert len(ids(pages)) == (items or len(ids(pages))) > 0

    def test_deleted(self, wire: Path) -> None:
        steps = [
            body
            for body in bodies(wire / "reddit/deleted_items.json")
            if isinstance(body, dict) and body.get("kind") == "Listing"
        ]
        for body in steps:
            mentions, rejected = read_items(body["data"]["children"], NOW, "")
            assert rejected == ()
            for mention in mentions:
                assert (mention.visibility, mention.text, mention.author) == (Visibility.DELETED, "", None)
