"""Each source as the contract suite sees it: a small platform that answers in the source's own wire shape."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from core.target import Listener
from listeners.base import Borrowed
from listeners.registry import SOURCES
from tests.replay import Answer, Replay, Seen

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-that-must-not-be-seen"
PER_PAGE = 3
RETRY_SECONDS = 600


def posted(number: int) -> datetime:
    """Record `number` is 20 minutes younger than the one before: further than any overlap reaches."""
    return NOW - timedelta(hours=40) + timedelta(minutes=20 * number)


class Scenario(ABC):
    """What the suite needs of a source."""

    source: str
    network = True
    short_timeout = 0.5

    def __init__(self, server: Replay, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.now = NOW
        self.records: dict[int, Any] = {}
        self.failure: tuple[Answer, int] | None = None
        self.pages_served = 0

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """A target of this source that points at the server."""

    @abstractmethod
    def record(self, number: int, kind: str) -> Any:
        """A record in the source's shape; kind is `good`, `broken` or `deleted`."""

    @abstractmethod
    def external_id(self, number: int) -> str: ...

    def too_many(self) -> Answer:
        """What it says when it wants us to wait for RETRY_SECONDS."""
        raise NotImplementedError

    def looping(self) -> Answer:
        """A page whose next page is always the same."""
        raise NotImplementedError

    def publish(self, *numbers: int, kind: str = "good") -> None:
        for number in numbers:
            self.records[number] = self.record(number, kind)

    def fail(self, answer: Answer, after_pages: int = 0) -> None:
        """From now on answer so, after so many good pages."""
        self.failure, self.pages_served = (answer, after_pages), 0

    def heal(self) -> None:
        self.failure = None

    def listener(self, **options: Any) -> Listener:
        source = SOURCES[self.source]
        checked = source.options.model_validate(
            {**self.options(), **options}, context={"folder": self.folder}
        )
        with httpx.Client() as http:
            borrowed = Borrowed(clock=lambda: self.now, secret=lambda _name: SECRET, http=http)
            return source.build(checked, borrowed)

    def serve(self, seen: Seen) -> Answer:
        if self.failure is not None and self.pages_served >= self.failure[1]:
            return self.failure[0]
        self.pages_served += 1
        return Answer(body=self.page(seen))

    def page(self, seen: Seen) -> Any:
        """The answer to one request for a page."""
        raise NotImplementedError


class XScenario(Scenario):
    source = "x"
    path = "/2/tweets/search/recent"

    def __init__(self, server: Replay, folder: Path) -> None:
        super().__init__(server, folder)
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        return {"query": "acme", "base_url": self.server.url, "timeout_seconds": self.short_timeout}

    def external_id(self, number: int) -> str:
        return str(1_990_000_000_000_000_000 + number)

    def record(self, number: int, kind: str) -> Any:
        post = {
            "id": self.external_id(number),
            "text": f"@acme this is post {number} &amp; it is mine",
            "author_id": "77",
            "created_at": posted(number).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": self.external_id(number),
        }
        if kind == "broken":
            del post["text"]
        if kind == "deleted":
            post["withheld"] = {"copyright": False, "country_codes": ["XX"]}
        return post

    def page(self, seen: Seen) -> Any:
        token = seen.query.get("next_token") or seen.query.get("pagination_token")
        below = int(token.removeprefix("below-")) if token else 2**62
        above = int(seen.query.get("since_id", 0))
        newest_first = sorted(self.records.values(), key=lambda post: -int(post["id"]))
        left = [post for post in newest_first if above < int(post["id"]) < below]
        return self.envelope(
            left[:PER_PAGE], f"below-{left[PER_PAGE - 1]['id']}" if left[PER_PAGE:] else None
        )

    def envelope(self, posts: list[Any], token: str | None = None) -> dict[str, Any]:
        meta: dict[str, Any] = {"result_count": len(posts)}
        if posts:
            meta |= {"newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"]}
        if token:
            meta["next_token"] = token
        if not posts:
            return {"meta": meta}
        user = {"id": "77", "username": "ann", "name": "Ann", "public_metrics": {"followers_count": 5}}
        return {"data": posts, "includes": {"users": [user]}, "meta": meta}

    def too_many(self) -> Answer:
        reset = str(int(self.now.timestamp()) + RETRY_SECONDS)
        headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        return Answer(status=429, headers=headers, body={"title": "Too Many Requests", "status": 429})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(1, "good")], "round-and-round"))


class RedditScenario(Scenario):
    source = "reddit"
    path = "/r/acme/new"

    def __init__(self, server: Replay, folder: Path) -> None:
        super().__init__(server, folder)
        token = {"access_token": SECRET, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        server.on("POST", "/api/v1/access_token", Answer(body=token))
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        urls = {"reddit_url": self.server.url, "oauth_url": self.server.url}
        return {"subreddit": "acme", "timeout_seconds": self.short_timeout, **urls}

    def external_id(self, number: int) -> str:
        return f"t3_a{number:03d}"

    def record(self, number: int, kind: str) -> Any:
        data = {
            "id": f"a{number:03d}",
            "name": self.external_id(number),
            "title": f"Post {number}",
            "selftext": "It broke again.",
            "author": "ann",
            "author_fullname": "t2_77",
            "created_utc": posted(number).timestamp(),
            "permalink": f"/r/acme/comments/a{number:03d}/post/",
            "score": 3,
            "num_comments": 1,
            "edited": False,
        }
        if kind == "broken":
            del data["title"]
        if kind == "deleted":
            data |= {"selftext": "[deleted]", "author": "[deleted]", "author_fullname": None}
        return {"kind": "t3", "data": data}

    def page(self, seen: Seen) -> Any:
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        names = [child["data"]["name"] for child in newest_first]
        start = names.index(seen.query["after"]) + 1 if "after" in seen.query else 0
        children = newest_first[start : start + PER_PAGE]
        more = len(newest_first) > start + PER_PAGE
        return self.envelope(children, children[-1]["data"]["name"] if more else None)

    def envelope(self, children: list[Any], after: str | None = None) -> dict[str, Any]:
        return {"kind": "Listing", "data": {"children": children, "after": after, "before": None}}

    def too_many(self) -> Answer:
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body={"error": 429})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(1, "good")], "t3_round"))


class ArchiveScenario(Scenario):
    source = "archive"
    network = False

    def __init__(self, server: Replay, folder: Path) -> None:
        super().__init__(server, folder)
        self.file = folder / "reviews.jsonl"
        self.file.touch()

    def options(self) -> dict[str, Any]:
        return {"path": "reviews.jsonl", "page_size": PER_PAGE}

    def external_id(self, number: int) -> str:
        return f"reviews:{number}"

    def record(self, number: int, kind: str) -> Any:
        record = {"id": number, "text": f"review {number}", "posted_at": posted(number).isoformat()}
        if kind == "broken":
            del record["text"]
        if kind == "deleted":
            record["visibility"] = "deleted"
        return record

    def publish(self, *numbers: int, kind: str = "good") -> None:
        super().publish(*numbers, kind=kind)
        with self.file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(self.records[number]) + "\n" for number in numbers)


SCENARIOS: dict[str, type[Scenario]] = {
    scenario.source: scenario for scenario in (XScenario, RedditScenario, ArchiveScenario)
}
"""Every registered source has one: the suite fails where it is missing."""
