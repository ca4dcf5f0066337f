"""A feed, as the contract suite sees it: one document with everything, and an ETag."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen

PER_PAGE = 3
"""Tests of paging set it; a feed has no pages."""
RSS = {"content-type": "application/rss+xml"}


class FeedScenario(Scenario):
    source = "feed"
    needs_secret = False
    paged = False
    tells_deletions = False
    follows_redirects = True
    path = "/feed.xml"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        return {"url": f"{self.server.url}{self.path}", "timeout_seconds": self.timeout_seconds}

    def external_id(self, number: int) -> str:
        return f"https://news.example/{number}"

    def record(self, number: int, kind: str) -> Any:
        words = "" if kind == "broken" else f"<title>Acme &amp;amp; me, {number}</title>"
        date = format_datetime(posted(number), usegmt=True)
        return f"<item><guid>{self.external_id(number)}</guid>{words}<pubDate>{date}</pubDate></item>"

    def page(self, seen: Seen) -> Any:
        items = "".join(self.records[number] for number in sorted(self.records, reverse=True))
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'

    def serve(self, seen: Seen) -> Answer:
        answer = super().serve(seen)
        if answer.status != 200 or not str(answer.body).startswith("<?xml"):
            return answer
        etag = f'"{hashlib.sha256(answer.body.encode()).hexdigest()}"'
        if seen.headers.get("If-None-Match") == etag:
            return Answer(status=304)
        return Answer(body=answer.body, headers={**RSS, "etag": etag})

    def too_many(self) -> Answer:
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)})

    def looping(self) -> Answer:
        """It has no pages; what can go round are addresses."""
        return Answer(status=302, headers={"location": self.path})


SCENARIO = FeedScenario
