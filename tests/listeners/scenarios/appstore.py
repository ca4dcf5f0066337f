"""App Store Connect, as the contract suite sees it, and beside it the public feed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, Scenario, posted
from tests.replay import Answer, Replay, Seen

APP = "1234567890"
KEY_ID = "2X9R4HXF34"
ISSUER = "57246542-96fe-1a63-e053-0824d011072a"


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem() -> str:
    """As the file that App Store Connect gives."""
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private_key().private_bytes(serialization.Encoding.PEM, form, no_password).decode()


class AppStoreScenario(Scenario):
    source = "appstore"
    needs_secret = False  # the key signs, and is never sent
    tells_deletions = False
    short_timeout = 1.0
    path = f"/v1/apps/{APP}/customerReviews"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        key = {"key_id": KEY_ID, "issuer_id": ISSUER}
        limits = {"timeout_seconds": self.timeout_seconds, "overlap_minutes": 10}
        return {"app": APP, "connect_url": self.server.url, **key, **limits}

    def secret(self, _name: str) -> str:
        return pem()

    def external_id(self, number: int) -> str:
        return f"00000028-b08c-0014-729e-{number:012d}"

    def record(self, number: int, kind: str) -> Any:
        said = {
            "rating": 2,
            "title": f"Review {number}",
            "body": "It lost my booking & nobody answers.",
            "reviewerNickname": "ann_b",
            "createdDate": posted(number).isoformat(),
            "territory": "GBR",
        }
        if kind == "broken":
            del said["createdDate"]
        return {"type": "customerReviews", "id": self.external_id(number), "attributes": said}

    def serve(self, seen: Seen) -> Answer:
        """A cursor that it did not give is refused."""
        answer = super().serve(seen)
        if answer.body is None:
            error = {"status": "400", "code": "PARAMETER_ERROR.INVALID"}
            return Answer(status=400, body={"errors": [error]})
        return answer

    def page(self, seen: Seen) -> Any:
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        ids = [review["id"] for review in newest_first]
        cursor = seen.query.get("cursor")
        if cursor is not None and cursor not in ids:
            return None
        start = ids.index(cursor) + 1 if cursor else 0
        reviews = newest_first[start : start + PER_PAGE]
        return self.envelope(reviews, reviews[-1]["id"] if newest_first[start + PER_PAGE :] else None)

    def envelope(self, reviews: list[Any], cursor: str | None = None) -> dict[str, Any]:
        address = f"https://api.appstoreconnect.apple.com{self.path}"
        links = {"self": address} | ({"next": f"{address}?limit=3&cursor={cursor}"} if cursor else {})
        return {"data": reviews, "links": links, "meta": {"paging": {"total": 9, "limit": PER_PAGE}}}

    def too_many(self) -> Answer:
        error = {"status": "429", "code": "RATE_LIMIT_EXCEEDED"}
        headers = {"retry-after": str(RETRY_SECONDS), "x-rate-limit": "user-hour-lim:3500;user-hour-rem:0;"}
        return Answer(status=429, headers=headers, body={"errors": [error]})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(6, "good")], "round-and-round"))


class FeedScenario(AppStoreScenario):
    """The public feed of two countries; all reviews are British."""

    path = "/gb/rss/customerreviews/"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("GET", "/us/rss/customerreviews/", lambda _seen: Answer(body=self.feed([])))

    def options(self) -> dict[str, Any]:
        limits = {"timeout_seconds": self.timeout_seconds, "overlap_minutes": 10}
        return {"app": APP, "countries": ["gb"], "base_url": self.server.url, **limits}

    def external_id(self, number: int) -> str:
        return str(8_000_000_000 + number)

    def record(self, number: int, kind: str) -> Any:
        entry = {
            "author": {
                "uri": label("https://itunes.apple.com/gb/reviews/id77"),
                "name": label("ann_b"),
                **label(""),
            },
            "updated": label(posted(number).isoformat()),
            "im:rating": label("2"),
            "im:version": label("8.1"),
            "id": label(self.external_id(number)),
            "title": label(f"Review {number}"),
            "content": label("It lost my booking & nobody answers.") | {"attributes": {"type": "text"}},
            "im:voteSum": label("3"),
            "im:voteCount": label("4"),
        }
        if kind == "broken":
            del entry["updated"]
        return entry

    def page(self, seen: Seen) -> Any:
        number = int(seen.path.split("/page=")[1].split("/")[0])
        newest_first = [self.records[number] for number in sorted(self.records, reverse=True)]
        return self.feed(newest_first[(number - 1) * PER_PAGE : number * PER_PAGE])

    def feed(self, entries: list[Any]) -> dict[str, Any]:
        """One entry comes without a list, none without the key; the links lead to its XML form."""
        to_xml = f"https://itunes.apple.com/gb/rss/customerreviews/page=2/id={APP}/sortby=mostrecent/xml"
        feed: dict[str, Any] = {
            "author": {"name": label("iTunes Store")},
            "updated": label(self.now.isoformat()),
            "link": [{"attributes": {"rel": "next", "href": to_xml}}],
        }
        if entries:
            feed["entry"] = entries if len(entries) > 1 else entries[0]
        return {"feed": feed}


def label(text: str) -> dict[str, Any]:
    return {"label": text}


SCENARIO = AppStoreScenario
