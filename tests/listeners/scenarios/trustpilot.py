"""Trustpilot, as the contract suite sees it: pages by number, newest first, and single reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen

UNIT = "46d6a890ffa235a75b00021d"


class TrustpilotScenario(Scenario):
    source = "trustpilot"
    path = f"/v1/business-units/{UNIT}/reviews"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", self.path, self.serve)
        server.play("GET", "/v1/reviews/", self.single)
        server.play("GET", "/v1/business-units/find", self.find)

    def options(self) -> dict[str, Any]:
        return {
            "business_unit": UNIT,
            "base_url": f"{self.server.url}/v1",
            "max_pages": 200,
            "overlap_hours": 0.1,
            "timeout_seconds": self.timeout_seconds,
        }

    def external_id(self, number: int) -> str:
        return f"{number:024x}"

    def record(self, number: int, kind: str) -> Any:
        review: dict[str, Any] = {
            "links": [],
            "id": self.external_id(number),
            "consumer": {"id": "c77", "displayName": "ann", "numberOfReviews": 3},
            "businessUnit": {"id": UNIT, "identifyingName": "acme.example", "displayName": "Acme"},
            "stars": 1,
            "title": "Never again",
            "text": f"Order {number} never came & nobody answers.",
            "language": "en",
            "createdAt": posted(number).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "updatedAt": None,
            "companyReply": None,
            "isVerified": False,
            "numberOfLikes": 0,
            "status": "active",
            "reportData": None,
        }
        if kind == "broken":
            review |= {"title": "", "text": None}
        if kind == "deleted":
            review["status"] = "deleted"
        return review

    def page(self, seen: Seen) -> Any:
        number, size = int(seen.query["page"]), min(PER_PAGE, int(seen.query["perPage"]))
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        return self.envelope(
            newest_first[size * (number - 1) : size * number], size * number < len(newest_first)
        )

    def envelope(self, reviews: list[Any], more: bool = False) -> dict[str, Any]:
        link = {"href": f"{self.server.url}{self.path}?page=2", "method": "GET", "rel": "next-page"}
        return {"links": [link] if more else [], "reviews": reviews}

    def single(self, seen: Seen) -> Answer:
        own_id = seen.path.rsplit("/", 1)[1]
        found = (review for review in self.records.values() if review["id"] == own_id)
        review = next(found, None)
        return Answer(body=review) if review else Answer(status=404, body={"message": "Not Found"})

    def find(self, seen: Seen) -> Answer:
        if seen.query.get("name") != "acme.example":
            return Answer(status=404, body={"message": "Not Found"})
        return Answer(body={"id": UNIT, "displayName": "Acme", "status": "active"})

    def too_many(self) -> Answer:
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body={"message": "Too Many"})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(1, "good")], more=True))


SCENARIO = TrustpilotScenario
