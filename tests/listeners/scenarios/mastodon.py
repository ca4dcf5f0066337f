"""Mastodon, as the contract suite sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen

ANN = {
    "id": "77",
    "acct": "ann@example.social",
    "display_name": "Ann",
    "url": "https://example.social/@ann",
    "uri": "https://example.social/users/ann",
    "followers_count": 5,
}


def own_id(number: int) -> str:
    return str((int(posted(number).timestamp() * 1000) << 16) + 7)


def iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class MastodonScenario(Scenario):
    source = "mastodon"
    path = "/api/v1/timelines/tag/acme"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        return {"tags": ["acme"], "base_url": self.server.url, "timeout_seconds": self.timeout_seconds}

    def external_id(self, number: int) -> str:
        return f"{self.server.url.removeprefix('http://')}/{own_id(number)}"

    def record(self, number: int, kind: str) -> Any:
        status: dict[str, Any] = {
            "id": own_id(number),
            "created_at": iso(posted(number)),
            "visibility": "public",
            "content": f"<p>Acme lost my parcel {number}</p>",
            "spoiler_text": "",
            "language": "en",
            "in_reply_to_id": None,
            "account": ANN,
            "url": f"https://example.social/@ann/{own_id(number)}",
            "edited_at": None,
        }
        if kind == "broken":
            del status["content"]
        if kind == "deleted":
            status["account"] = ANN | {"suspended": True}
        return status

    def serve(self, seen: Seen) -> Answer:
        answer = super().serve(seen)
        shown = answer.body
        if answer.status != 200 or not isinstance(shown, list) or not shown or not isinstance(shown[0], dict):
            return answer
        return self.linked(shown, shown[-1]["id"]) if not answer.headers else answer

    def page(self, seen: Seen) -> Any:
        below = int(seen.query.get("max_id", 2**63))
        newest_first = sorted(self.records.values(), key=lambda status: -int(status["id"]))
        return [status for status in newest_first if int(status["id"]) < below][:PER_PAGE]

    def linked(self, statuses: list[Any], below: str) -> Answer:
        """A page as Mastodon sends it: it names a next one for as long as there is anything on it."""
        url = f"{self.server.url}{self.path}"
        first = statuses[0]["id"]
        link = f'<{url}?max_id={below}>; rel="next", <{url}?min_id={first}>; rel="prev"'
        return Answer(body=statuses, headers={"link": link})

    def too_many(self) -> Answer:
        reset = self.now + timedelta(seconds=RETRY_SECONDS)
        headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "0", "x-ratelimit-reset": iso(reset)}
        return Answer(status=429, headers=headers, body={"error": "Too many requests"})

    def looping(self) -> Answer:
        return self.linked([self.record(6, "good")], "7")  # newer than anything known


SCENARIO = MastodonScenario
