"""A Discourse forum, as the contract suite sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen


class DiscourseScenario(Scenario):
    source = "discourse"
    path = "/posts.json"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        self.old = False
        """Whether `before` means what it meant until 2025: a window of numbers, up to and with it."""
        server.play("GET", self.path, self.serve)
        server.play("GET", "/posts/", self.single)
        server.play("GET", "/t/", self.topic)
        server.play("GET", "/search.json", self.search)

    def options(self) -> dict[str, Any]:
        return {
            "base_url": self.server.url,
            "api_key_env": "FORUM_KEY",
            "api_username": "earful",
            "timeout_seconds": self.timeout_seconds,
        }

    def external_id(self, number: int) -> str:
        return f"{self.server.url.removeprefix('http://')}/{number}"

    def record(self, number: int, kind: str, **more: Any) -> Any:
        post = {
            "id": number,
            "username": "ann",
            "name": "Ann",
            "user_id": 77,
            "created_at": posted(number).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "updated_at": posted(number).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "cooked": f"<p>Parcel {number} is gone &amp; nobody answers</p>",
            "post_number": number,
            "post_type": 1,
            "topic_id": 500,
            "topic_slug": "parcels",
            "topic_title": "Parcels",
            "category_id": 4,
            "version": 1,
            "reply_to_post_number": None,
            "actions_summary": [{"id": 2, "count": 3}],
        }
        if kind == "broken":
            del post["created_at"]
        if kind == "deleted":
            post |= {"user_deleted": True, "cooked": "<p>(post deleted by author)</p>"}
        return post | more

    def page(self, seen: Seen) -> Any:
        before = int(seen.query.get("before", 0))
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        if self.old:
            top = before or max(self.records, default=0)
            return self.envelope([post for post in newest_first if top - 50 < post["id"] <= top])
        return self.envelope([post for post in newest_first if not before or post["id"] < before][:PER_PAGE])

    def envelope(self, posts: list[Any]) -> dict[str, Any]:
        return {"latest_posts": posts}

    def single(self, seen: Seen) -> Answer:
        number = int(seen.path.rsplit("/", 1)[1].removesuffix(".json"))
        if number not in self.records:
            return Answer(status=404, body={"errors": ["gone"], "error_type": "not_found"})
        return Answer(body=_without_title(self.records[number]))

    def topic(self, seen: Seen) -> Answer:
        """A topic with its first two posts; its posts.json, with all of them (the query holds one number)."""
        number = int(seen.path.split("/")[2].removesuffix(".json"))
        posts = [post for _, post in sorted(self.records.items()) if post["topic_id"] == number]
        if not posts:
            return Answer(status=404, body={"errors": ["gone"], "error_type": "not_found"})
        shown = posts if seen.path.endswith("/posts.json") else posts[:2]
        stream = {"posts": [_without_title(post) for post in shown]}
        return Answer(body={"id": number, "title": posts[0]["topic_title"], "post_stream": stream})

    def search(self, seen: Seen) -> Answer:
        """The newest matching post of each topic, three a page, with the beginning of its text."""
        words = [word for word in seen.query["q"].lower().split() if ":" not in word]
        below = next((w.removeprefix("before:") for w in seen.query["q"].split() if "before:" in w), "9")
        newest: dict[int, Any] = {}
        for _, post in sorted(self.records.items()):
            if post["created_at"] < below and all(word in post["cooked"].lower() for word in words):
                newest[post["topic_id"]] = post
        found = sorted(newest.values(), key=lambda post: post["created_at"], reverse=True)
        start = (int(seen.query.get("page", 1)) - 1) * PER_PAGE
        keys = ("id", "username", "name", "created_at", "topic_id", "post_number")
        posts = [
            {key: post[key] for key in keys} | {"blurb": "Par"} for post in found[start : start + PER_PAGE]
        ]
        topics = [
            {"id": post["topic_id"], "title": post["topic_title"], "slug": post["topic_slug"]}
            for post in found
        ]
        more = True if len(found) > start + PER_PAGE else None
        body = {"posts": posts, "topics": topics, "grouped_search_result": {"more_full_page_results": more}}
        return Answer(body=body)

    def too_many(self) -> Answer:
        body = {
            "errors": ["slow down"],
            "error_type": "rate_limit",
            "extras": {"wait_seconds": RETRY_SECONDS},
        }
        return Answer(status=429, body=body)

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(number, "good") for number in (6, 5)]))


def _without_title(post: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in post.items() if key != "topic_title"}


SCENARIO = DiscourseScenario
