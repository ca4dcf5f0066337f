"""Reddit, as the contract suite sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, SECRET, Scenario, posted
from tests.replay import Answer, Replay, Seen


class RedditScenario(Scenario):
    source = "reddit"
    login_requests = 1
    many = 900
    """Fewer than the wall of about 1000."""
    path = "/r/acme/new"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        token = {"access_token": SECRET, "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        server.on("POST", "/api/v1/access_token", Answer(body=token))
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        urls = {"reddit_url": self.server.url, "oauth_url": self.server.url}
        return {"subreddit": "acme", "timeout_seconds": self.timeout_seconds, **urls}

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
        if "after" in seen.query and seen.query["after"] not in names:
            return self.envelope([])
        start = names.index(seen.query["after"]) + 1 if "after" in seen.query else 0
        children = newest_first[start : start + PER_PAGE]
        more = len(newest_first) > start + PER_PAGE
        return self.envelope(children, children[-1]["data"]["name"] if more else None)

    def envelope(self, children: list[Any], after: str | None = None) -> dict[str, Any]:
        return {"kind": "Listing", "data": {"children": children, "after": after, "before": None}}

    def too_many(self) -> Answer:
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body={"error": 429})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(max(self.records, default=1), "good")], "t3_round"))


SCENARIO = RedditScenario
