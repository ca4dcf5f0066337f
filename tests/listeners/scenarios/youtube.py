"""YouTube, as the contract suite sees it: one video and its threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen

VIDEO = "vid00000001"


class YouTubeScenario(Scenario):
    source = "youtube"
    path = "/commentThreads"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        self.replies: dict[str, list[Any]] = {}
        """A thread's id -> all of its replies; it shows one itself."""
        server.play("GET", self.path, self.serve)
        server.play("GET", "/comments", self.comments)

    def options(self) -> dict[str, Any]:
        return {
            "video": VIDEO,
            "base_url": self.server.url,
            "look_back_hours": 0.25,
            "timeout_seconds": self.timeout_seconds,
        }

    def external_id(self, number: int) -> str:
        return f"Ugthread{number:04d}"

    def comment(self, own_id: str, number: int, **more: Any) -> dict[str, Any]:
        time = posted(number).strftime("%Y-%m-%dT%H:%M:%SZ")
        snippet = {
            "authorDisplayName": "@ann",
            "authorChannelUrl": "http://www.youtube.com/@ann",
            "authorChannelId": {"value": "UCann"},
            "textDisplay": f"Parcel {number} is gone &amp; nobody answers<br>Bye",
            "likeCount": 2,
            "publishedAt": time,
            "updatedAt": time,
        }
        return {"kind": "youtube#comment", "id": own_id, "snippet": snippet | more}

    def record(self, number: int, kind: str) -> Any:
        top = self.comment(self.external_id(number), number, videoId=VIDEO)
        if kind == "broken":
            del top["snippet"]["textDisplay"]
        if kind == "deleted":
            top["snippet"]["moderationStatus"] = "rejected"
        snippet = {"videoId": VIDEO, "topLevelComment": top, "totalReplyCount": 0, "isPublic": True}
        return {"kind": "youtube#commentThread", "id": self.external_id(number), "snippet": snippet}

    def reply(self, number: int, count: int) -> None:
        """Thread `number` gets so many replies."""
        parent = self.external_id(number)
        self.replies[parent] = [
            self.comment(f"{parent}.r{index}", number, parentId=parent) for index in range(count)
        ]
        self.records[number]["snippet"]["totalReplyCount"] = count
        self.records[number]["replies"] = {"comments": self.replies[parent][:1]}

    def page(self, seen: Seen) -> Any:
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        names = [thread["id"] for thread in newest_first]
        start = names.index(seen.query["pageToken"]) if "pageToken" in seen.query else 0
        following = names[start + PER_PAGE] if len(names) > start + PER_PAGE else None
        return self.envelope(newest_first[start : start + PER_PAGE], following)

    def envelope(self, items: list[Any], token: str | None, kind: str = "commentThread") -> dict[str, Any]:
        more = {"nextPageToken": token} if token else {}
        return {"kind": f"youtube#{kind}ListResponse", "pageInfo": {}, "items": items, **more}

    def comments(self, seen: Seen) -> Answer:
        """comments.list, of a thread or of ids, two a page."""
        if "id" in seen.query:
            every = {thread["id"]: thread["snippet"]["topLevelComment"] for thread in self.records.values()}
            every |= {reply["id"]: reply for replies in self.replies.values() for reply in replies}
            found = [every[own_id] for own_id in seen.query["id"].split(",") if own_id in every]
            return Answer(body=self.envelope(found, None, "comment"))
        replies = self.replies.get(seen.query["parentId"], [])
        start = int(seen.query.get("pageToken", 0))
        following = str(start + 2) if len(replies) > start + 2 else None
        return Answer(body=self.envelope(replies[start : start + 2], following, "comment"))

    def too_many(self) -> Answer:
        body = {"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}]}}
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body=body)

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(number, "good") for number in (6, 5)], "round"))


SCENARIO = YouTubeScenario
