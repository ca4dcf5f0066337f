"""X, as the contract suite sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen


class XScenario(Scenario):
    source = "x"
    path = "/2/tweets/search/recent"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
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


SCENARIO = XScenario
