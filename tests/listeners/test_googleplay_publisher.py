"""Google Play: the service account and the API's walk."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.errors import AuthFailed, ConfigError, RateLimited, SchemaChanged, SourceGone
from core.mention import Kind, Visibility
from core.target import Archivist
from listeners.base import Borrowed
from listeners.googleplay import SOURCE
from listeners.googleplay.options import GooglePlayOptions
from tests.listeners.contract import checkpoint, ids
from tests.listeners.googleplay_platform import (
    ANSWERED,
    publisher_fixture,  # noqa: F401
)
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.googleplay import APP, EMAIL, TOKEN_PATH, GooglePlayScenario, pem, private_key
from tests.replay import Answer, Replay


class TestPublisher:
    def borrowed(self, scenario: GooglePlayScenario, secret: str) -> Borrowed:
        return Borrowed(clock=lambda: scenario.now, secret=lambda _name: secret, http=scenario.http)

    def test_the_requests(self, publisher: GooglePlayScenario) -> None:
        publisher.publish(*range(1, 6))
        list(publisher.listener().poll(None))
        login, first, second = publisher.server.requests
        form = parse_qs(login.body)
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        (assertion,) = form["assertion"]
        assert jwt.get_unverified_header(assertion)["alg"] == "RS256"
        address = f"{publisher.server.url}{TOKEN_PATH}"
        said = jwt.decode(
            assertion,
            private_key().public_key(),
            algorithms=["RS256"],
            audience=address,
            options={"verify_exp": False, "verify_iat": False},
        )
        assert (said["iss"], said["scope"]) == (
            publisher.email,
            "https://www.googleapis.com/auth/androidpublisher",
        )
        assert 0 < said["exp"] - said["iat"] <= 3600
        assert first.headers["Authorization"] == f"Bearer {SECRET}"
        assert first.query == {"maxResults": "100"}
        assert second.query == {"maxResults": "100", "token": "below-3"}

    def test_an_old_token_is_renewed(self, publisher: GooglePlayScenario) -> None:
        publisher.publish(1)
        listener = publisher.listener()
        list(listener.poll(None))
        publisher.now += timedelta(minutes=50)
        list(listener.poll(None))
        publisher.now += timedelta(minutes=50)
        list(listener.poll(None))
        assert [seen.path for seen in publisher.server.requests].count(TOKEN_PATH) == 2

    def test_one_token_serves_all_listeners_of_an_account(self, publisher: GooglePlayScenario) -> None:
        for _ in range(3):
            list(publisher.listener().poll(None))
        assert [seen.path for seen in publisher.server.requests].count(TOKEN_PATH) == 1
        publisher.fail(Answer(status=401, body={}))
        with pytest.raises(AuthFailed):
            list(publisher.listener().poll(None))
        publisher.heal()
        list(publisher.listener().poll(None))
        assert [seen.path for seen in publisher.server.requests].count(TOKEN_PATH) == 2

    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_a_refused_account(self, publisher: GooglePlayScenario, http: httpx.Client, status: int) -> None:
        with Replay() as google:
            google.on("POST", "/token", Answer(status=status, body={"error": "invalid_grant"}))
            with pytest.raises(AuthFailed, match="invalid_grant"):
                list(publisher.listener(token_url=f"{google.url}/token").poll(None))

    @pytest.mark.parametrize("body", [{}, [], {"access_token": 7}, {"access_token": "a\nb"}])
    def test_no_token(self, publisher: GooglePlayScenario, body: Any) -> None:
        with Replay() as google:
            google.on("POST", "/token", Answer(body=body))
            with pytest.raises(SchemaChanged, match="access token"):
                list(publisher.listener(token_url=f"{google.url}/token").poll(None))

    @pytest.mark.parametrize(
        ("status", "error", "expected", "hint"),
        [
            (
                403,
                {"status": "PERMISSION_DENIED", "errors": [{"reason": "permissionDenied"}]},
                AuthFailed,
                "Reply",
            ),
            (403, {"details": [{"reason": "SERVICE_DISABLED"}]}, AuthFailed, "SERVICE_DISABLED"),
            (403, {"errors": [{"reason": "quotaExceeded"}]}, RateLimited, "200 requests"),
            (403, {"errors": [{"reason": "rateLimitExceeded"}]}, RateLimited, "200 requests"),
            (404, {"errors": [{"reason": "applicationNotFound"}]}, SourceGone, APP),
            (429, {}, RateLimited, "429"),
        ],
    )
    def test_what_google_says(
        self, publisher: GooglePlayScenario, status: int, error: Any, expected: type[Exception], hint: str
    ) -> None:
        publisher.fail(Answer(status=status, body={"error": error}))
        with pytest.raises(expected, match=hint) as raised:
            list(publisher.listener().poll(None))
        if isinstance(raised.value, RateLimited) and status == 403:
            assert raised.value.retry_at == NOW + timedelta(hours=1)

    def test_the_key_is_never_told(
        self, publisher: GooglePlayScenario, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        publisher.fail(Answer(status=401, body={}))
        with pytest.raises(AuthFailed) as raised:
            list(publisher.listener().poll(None))
        (assertion,) = parse_qs(publisher.server.requests[0].body)["assertion"]
        told = "".join(traceback.format_exception(raised.value)) + caplog.text
        assert assertion not in told
        assert pem().splitlines()[1] not in told + str(publisher.server.requests)

    def test_accounts_of_another_sort_are_refused_without_telling_them(
        self, publisher: GooglePlayScenario
    ) -> None:
        form = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()
        options = GooglePlayOptions.model_validate(publisher.options())
        for wrong in (
            "",
            "hunter2-hunter2",
            "[1]",
            json.dumps({"client_email": EMAIL}),
            json.dumps({"client_email": EMAIL, "private_key": "hunter2-hunter2"}),
            json.dumps({"client_email": EMAIL, "private_key": curve}),
            json.dumps({"client_email": EMAIL, "private_key": pem()[:-80]}),
        ):
            with pytest.raises(ConfigError, match="GOOGLE_PLAY_SERVICE_ACCOUNT") as raised:
                SOURCE.build(options, self.borrowed(publisher, wrong))
            told = "".join(traceback.format_exception(raised.value))
            assert "hunter2-hunter2" not in told
            assert curve.splitlines()[1] not in told
            assert pem().splitlines()[1] not in told

    def test_an_edited_review_comes_again(self, publisher: GooglePlayScenario) -> None:
        publisher.publish(1, 2, 3)
        first = list(publisher.listener().poll(None))
        edited = publisher.record(9, "good") | {"reviewId": publisher.external_id(1)}
        edited["comments"].append(
            {"developerComment": ANSWERED | {"lastModified": {"seconds": "1790000000"}}}
        )
        publisher.records = {2: publisher.records[2], 3: publisher.records[3], 9: edited}
        again = list(publisher.listener().poll(checkpoint(first)))
        found = {m.external_id: m for page in again for m in page.mentions}[publisher.external_id(1)]
        assert (found.visibility, found.edited_at) == (Visibility.EDITED, posted(9))

    def test_answers_are_kept_under_the_brands_handle(self, publisher: GooglePlayScenario) -> None:
        record = publisher.record(1, "good")
        record["comments"].append(
            {"developerComment": ANSWERED | {"lastModified": {"seconds": "1795348000"}}}
        )
        publisher.records[1] = record
        (page,) = publisher.listener(own_handle="acme_care").poll(None)
        assert [mention.kind for mention in page.mentions] == [Kind.REVIEW, Kind.REPLY]
        (page,) = publisher.listener().poll(None)
        assert [mention.engagement.replies for mention in page.mentions] == [1]

    def test_a_past_span_says_that_a_week_is_all(self, publisher: GooglePlayScenario) -> None:
        publisher.publish(*range(1, 6))
        listener = publisher.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(NOW - timedelta(days=30), posted(3), None))
        assert set(ids(pages)) == {publisher.external_id(1), publisher.external_id(2)}
        assert "seven days" in pages[-1].truncated

    def test_what_is_missed_for_a_week_is_lost(self) -> None:
        assert SOURCE.forgets_after(GooglePlayOptions(app=APP)) == timedelta(days=7)
        assert SOURCE.forgets_after(GooglePlayOptions(app=APP, public=True)) is None
