"""Hacker News, as the contract suite sees it."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen


class HackerNewsScenario(Scenario):
    source = "hackernews"
    needs_secret = False
    path = "/search_by_date"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", self.path, self.serve)
        server.play("GET", "/items/", self.item)

    def options(self) -> dict[str, Any]:
        return {
            "query": "acme",
            "base_url": self.server.url,
            "page_size": PER_PAGE,
            "timeout_seconds": self.timeout_seconds,
        }

    def external_id(self, number: int) -> str:
        return str(40_000_000 + number)

    def record(self, number: int, kind: str) -> Any:
        time = posted(number)
        hit: dict[str, Any] = {
            "objectID": self.external_id(number),
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "created_at_i": int(time.timestamp()),
            "author": "ann",
            "comment_text": f"acme lost parcel {number}<p>It&#x27;s gone",
            "title": None,
            "story_id": 39_000_000,
            "parent_id": 39_000_000,
            "points": None,
            "_tags": ["comment", "author_ann", "story_39000000"],
        }
        if kind == "broken":
            hit["comment_text"] = ["acme"]
        if kind == "deleted":
            hit |= {"author": None, "comment_text": None, "story_title": "acme"}
        return hit

    def page(self, seen: Seen) -> Any:
        """The search: by time, newest first, the first 1000 hits of a query only."""
        told = seen.query.get("numericFilters", "created_at_i<=9999999999")
        size, number = int(seen.query["hitsPerPage"]), int(seen.query.get("page", 0))
        if told.startswith("["):
            seconds = {int(one.split("=")[1]) for one in json.loads(told)[0]}
            found = [hit for hit in self.records.values() if hit["created_at_i"] in seconds]
        else:
            bound = int(re.fullmatch(r"created_at_i<=(\d+)", told)[1])  # type: ignore[index]
            found = [hit for hit in self.records.values() if hit["created_at_i"] <= bound]
        found.sort(key=lambda hit: (-hit["created_at_i"], hit["objectID"]))
        words = re.findall(r"\w+", seen.query.get("query", "").lower())
        matching = (hit for hit in found if all(word in json.dumps(hit).lower() for word in words))
        start = size * number
        shown = list(islice(matching, start, min(start + size, 1000)))
        return self.envelope(shown, len(shown) + len(list(islice(matching, 1))) + start)

    def envelope(self, hits: list[Any], total: int) -> dict[str, Any]:
        return {"hits": hits, "nbHits": total, "page": 0, "nbPages": 1, "hitsPerPage": PER_PAGE}

    def item(self, seen: Seen) -> Answer:
        """One item, in the shape of the items endpoint."""
        own_id = seen.path.rsplit("/", 1)[1]
        hit = next((hit for hit in self.records.values() if hit["objectID"] == own_id), None)
        if hit is None:
            return Answer(status=404, body={"status": 404, "error": "Not Found"})
        return Answer(
            body={
                "id": int(own_id),
                "created_at": hit["created_at"],
                "created_at_i": hit["created_at_i"],
                "type": "comment",
                "author": hit["author"],
                "text": hit["comment_text"],
                "points": None,
                "parent_id": hit["parent_id"],
                "story_id": hit["story_id"],
                "children": [],
            }
        )

    def too_many(self) -> Answer:
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body={"message": "slow down"})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(number, "good") for number in (6, 5, 4)], 99))


SCENARIO = HackerNewsScenario
