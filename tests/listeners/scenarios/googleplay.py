"""The Android Publisher API, as the contract suite sees it, and beside it Google Play's own pages."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.listeners.scenarios.base import PER_PAGE, RETRY_SECONDS, SECRET, Scenario, posted
from tests.replay import Answer, Replay, Seen

APP = "com.example.travel"
EMAIL = "earful@example.iam.gserviceaccount.com"
TOKEN_PATH = "/token"
CALL_PATH = "/_/PlayStoreUi/data/batchexecute"
PAGE_PATH = "/store/apps/details"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def pem() -> str:
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private_key().private_bytes(serialization.Encoding.PEM, form, no_password).decode()


def account(email: str = EMAIL) -> str:
    """As the file that Google gives."""
    key = {"private_key_id": "a1b2", "private_key": pem()}
    return json.dumps({"type": "service_account", "client_email": email, **key})


class GooglePlayScenario(Scenario):
    source = "googleplay"
    login_requests = 1
    tells_deletions = False
    short_timeout = 1.0
    path = f"/androidpublisher/v3/applications/{APP}/reviews"

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        self.email = f"{uuid4().hex}@example.iam.gserviceaccount.com"  # nobody else signed in with it
        token = {"access_token": SECRET, "token_type": "Bearer", "expires_in": 3599}
        server.on("POST", TOKEN_PATH, Answer(body=token))
        server.play("GET", self.path, self.serve)

    def options(self) -> dict[str, Any]:
        urls = {"base_url": self.server.url, "token_url": f"{self.server.url}{TOKEN_PATH}"}
        return {"app": APP, "timeout_seconds": self.timeout_seconds, "overlap_minutes": 10, **urls}

    def secret(self, _name: str) -> str:
        return account(self.email)

    def external_id(self, number: int) -> str:
        return f"gp:AOqpTOE{number:05d}"

    def record(self, number: int, kind: str) -> Any:
        said = {
            "text": "It lost my booking & nobody answers.",
            "lastModified": {"seconds": str(int(posted(number).timestamp())), "nanos": 213000000},
            "starRating": 2,
            "reviewerLanguage": "en",
            "device": "klte",
            "androidOsVersion": 34,
            "appVersionCode": 81,
            "appVersionName": "8.1",
            "thumbsUpCount": 3,
            "thumbsDownCount": 0,
        }
        if kind == "broken":
            del said["lastModified"]
        return {
            "reviewId": self.external_id(number),
            "authorName": "ann b",
            "comments": [{"userComment": said}],
        }

    def serve(self, seen: Seen) -> Answer:
        """A token that it did not give is refused."""
        answer = super().serve(seen)
        if answer.body is None:
            return Answer(status=400, body={"error": {"code": 400, "status": "INVALID_ARGUMENT"}})
        return answer

    def page(self, seen: Seen) -> Any:
        if not seen.query.get("token", "below-").startswith("below-"):
            return None
        reviews, token = self.slice(seen.query.get("token"))
        return self.envelope(reviews, token)

    def slice(self, token: str | None) -> tuple[list[Any], str | None]:
        """The records after a token, and the next one."""
        numbers = sorted(self.records, reverse=True)
        below = int(token.removeprefix("below-")) if token else 2**62
        left = [number for number in numbers if number < below]
        following = f"below-{left[PER_PAGE - 1]}" if left[PER_PAGE:] else None
        return [self.records[number] for number in left[:PER_PAGE]], following

    def envelope(self, reviews: list[Any], token: str | None = None) -> dict[str, Any]:
        """An app without reviews gives an empty object."""
        following = {"tokenPagination": {"nextPageToken": token}} if token else {}
        return ({"reviews": reviews} if reviews else {}) | following

    def too_many(self) -> Answer:
        error = {"code": 429, "status": "RESOURCE_EXHAUSTED"}
        return Answer(status=429, headers={"retry-after": str(RETRY_SECONDS)}, body={"error": error})

    def looping(self) -> Answer:
        return Answer(body=self.envelope([self.record(6, "good")], "round-and-round"))


class PublicScenario(GooglePlayScenario):
    """What Google Play's pages are told."""

    login_requests = 0
    needs_secret = False

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        server.play("POST", CALL_PATH, self.serve)
        server.play("GET", PAGE_PATH, lambda _seen: Answer(body="<html>the app</html>"))

    def options(self) -> dict[str, Any]:
        limits = {"timeout_seconds": self.timeout_seconds, "overlap_minutes": 10}
        return {"app": APP, "public": True, "public_url": self.server.url, **limits}

    def record(self, number: int, kind: str) -> Any:
        time = [int(posted(number).timestamp()), 213000000]
        if kind == "broken":
            time = []
        text = "It lost my booking & nobody answers."
        author = ["1143", "ann b", None, [None, True]]
        name = ["ann b", [None, 2]]
        return [self.external_id(number), name, 2, None, text, time, 3, None, None, author, "8.1", None, []]

    def page(self, seen: Seen) -> Any:
        ((_, asked, _, _),) = json.loads(parse_qs(seen.body)["f.req"][0])[0]
        size = json.loads(asked)[1][2]
        if len(size) > 1 and not size[2].startswith("below-"):
            return self.said(None, [3])
        reviews, token = self.slice(size[2] if len(size) > 1 else None)
        return self.said([reviews, [None, token], []] if reviews else [])

    def said(self, payload: Any, problem: Any = None) -> str:
        """The answer to the call, in its envelope."""
        inner = None if problem is not None else json.dumps(payload)
        row = ["wrb.fr", "oCPfdb", inner, None, None, problem, "generic"]
        return ")]}'\n\n" + json.dumps([row, ["di", 68], ["af.httprm", 67, "5176974840164849000", 7]])

    def looping(self) -> Answer:
        return Answer(body=self.said([[self.record(6, "good")], [None, "round-and-round"], []]))


SCENARIO = GooglePlayScenario
