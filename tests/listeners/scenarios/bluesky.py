"""Bluesky, as the contract suite sees it."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, SECRET, Scenario, posted
from tests.replay import Answer, Replay, Seen

ANN = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
ACME = "did:plc:cccccccccccccccccccccccc"
SEARCH = "/xrpc/app.bsky.feed.searchPosts"
LOGIN = "/xrpc/com.atproto.server.createSession"
RENEW = "/xrpc/com.atproto.server.refreshSession"
FAR = 4_000_000_000
"""A time in 2096: when a session of ours ends."""


def token(until: int = FAR, mark: str = SECRET) -> str:
    """A JSON web token that is good until then (Unix time)."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    return f"{part(b'{}')}.{part(json.dumps({'exp': until}).encode())}.{mark}"


def session(until: int = FAR, mark: str = SECRET) -> dict[str, Any]:
    """What signing in gives. The address in it must not be asked: nobody is there."""
    service = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": "https://pds.example.org",
    }
    return {
        "did": ACME,
        "handle": "acme.bsky.social",
        "accessJwt": token(until, mark),
        "refreshJwt": token(FAR, mark),
        "active": True,
        "didDoc": {"id": ACME, "alsoKnownAs": [], "verificationMethod": [], "service": [service]},
    }


def iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def uri(number: int) -> str:
    return f"at://{ANN}/app.bsky.feed.post/3k{number:011d}"


class BlueskyScenario(Scenario):
    source = "bluesky"
    login_requests = 1
    path = SEARCH

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.on("POST", LOGIN, Answer(body=session()))
        server.play("GET", self.path, self.serve)

    def secret(self, name: str) -> str:
        """The handle is a name that everybody sees."""
        return "acme.bsky.social" if name == "BLUESKY_HANDLE" else super().secret(name)

    def options(self) -> dict[str, Any]:
        return {"query": "acme", "base_url": self.server.url, "timeout_seconds": self.timeout_seconds}

    def external_id(self, number: int) -> str:
        return uri(number)

    def record(self, number: int, kind: str) -> Any:
        post: dict[str, Any] = {
            "uri": uri(number),
            "cid": "bafyreib",
            "author": {"did": ANN, "handle": "ann.example.com", "displayName": "Ann", "labels": []},
            "record": {
                "$type": "app.bsky.feed.post",
                "createdAt": iso(posted(number)),
                "langs": ["en"],
                "text": f"Acme lost my parcel {number}",
            },
            "indexedAt": iso(posted(number)),
            "labels": [],
        }
        if kind == "broken":
            del post["record"]["text"]
        if kind == "deleted":
            post["labels"] = [{"src": "did:plc:mod", "uri": uri(number), "val": "!hide"}]
        return post

    def page(self, seen: Seen) -> Any:
        until = seen.query.get("until", "9")
        newest_first = sorted(self.records.values(), key=lambda post: post["indexedAt"], reverse=True)
        left = [post for post in newest_first if seen.query.get("since", "") <= post["indexedAt"] < until]
        return self.envelope(left[:PER_PAGE], str(PER_PAGE) if left[PER_PAGE:] else None)

    def envelope(self, posts: list[Any], cursor: str | None = None) -> dict[str, Any]:
        return {"posts": posts} | ({"cursor": cursor} if cursor else {})

    def too_many(self) -> Answer:
        headers = {
            "ratelimit-limit": "3000",
            "ratelimit-remaining": "0",
            "ratelimit-reset": str(int(self.now.timestamp()) + RETRY_SECONDS),
            "ratelimit-policy": "3000;w=300",
        }
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        return Answer(status=429, headers=headers, body=body)

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(1, "good")], "3"))


SCENARIO = BlueskyScenario
