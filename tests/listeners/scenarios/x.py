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
        server.play("GET", "/2/users", self.users)

    def options(self) -> dict[str, Any]:
        asked = {"query": "acme", "monthly_budget_usd": 1000}
        return asked | {"base_url": self.server.url, "timeout_seconds": self.timeout_seconds}

    def external_id(self, number: int) -> str:
        return str(1_990_000_000_000_000_000 + number)

    def record(self, number: int, kind: str) -> Any:
        post: dict[str, Any] = {
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

    def serve(self, seen: Seen) -> Answer:
        token = seen.query.get("next_token", "below-")
        if not token.startswith("below-") and self.failure is None:
            error = {"parameters": {"next_token": [token]}, "message": "not a token of this query"}
            return Answer(status=400, body={"errors": [error]})
        return super().serve(seen)

    def page(self, seen: Seen) -> Any:
        token = seen.query.get("next_token") or seen.query.get("pagination_token")
        below = int(token.removeprefix("below-")) if token else 2**62
        above = int(seen.query.get("since_id", 0))
        newest_first = sorted(self.records.values(), key=lambda post: -int(post["id"]))
        left = [post for post in newest_first if above < int(post["id"]) < below]
        size = min(PER_PAGE, int(seen.query["max_results"]))
        return self.envelope(left[:size], f"below-{left[size - 1]['id']}" if left[size:] else None)

    def envelope(self, posts: list[Any], token: str | None = None) -> dict[str, Any]:
        meta: dict[str, Any] = {"result_count": len(posts)}
        if posts:
            meta |= {"newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"]}
        if token:
            meta["next_token"] = token
        if not posts:
            return {"meta": meta}
        return {"data": posts, "meta": meta}

    def users(self, seen: Seen) -> Answer:
        """Whoever is asked for."""
        metrics = {"followers_count": 5}
        found = [
            {"id": number, "username": f"user{number}", "name": "Ann", "public_metrics": metrics}
            for number in seen.query["ids"].split(",")
        ]
        return Answer(body={"data": found})

    def too_many(self) -> Answer:
        reset = str(int(self.now.timestamp()) + RETRY_SECONDS)
        headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        return Answer(status=429, headers=headers, body={"title": "Too Many Requests", "status": 429})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(1, "good")], "round-and-round"))


SCENARIO = XScenario
