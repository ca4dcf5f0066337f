"""App Store Connect: signed requests, keys, answers, and reviews that are looked at again."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from core.errors import AuthFailed, ConfigError, SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Kind, Mention, Visibility
from core.target import Archivist, Known, Reviewer
from listeners.appstore import SOURCE
from listeners.appstore.options import AppStoreOptions
from tests.listeners import appstore_reviews
from tests.listeners.appstore_reviews import ANSWER, REVIEW, borrowed
from tests.listeners.contract import ids, until_trouble
from tests.listeners.scenarios.appstore import (
    ISSUER,
    KEY_ID,
    AppStoreScenario,
    FeedScenario,
    pem,
    private_key,
)
from tests.listeners.scenarios.base import NOW, posted
from tests.replay import Answer, Replay, Seen

scenario = appstore_reviews.scenario
connect = appstore_reviews.connect


class TestConnect:
    def test_the_request(self, connect: AppStoreScenario) -> None:
        connect.publish(*range(1, 6))
        list(connect.listener(countries=["GB", "us"]).poll(None))
        first, second = connect.server.requests
        assert first.query == {
            "sort": "-createdDate",
            "limit": "200",
            "include": "response",
            "filter[territory]": "GBR,USA",
        }
        assert second.query["cursor"] == connect.external_id(3)
        token = first.headers["Authorization"].removeprefix("Bearer ")
        assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": KEY_ID, "typ": "JWT"}
        said = jwt.decode(
            token,
            private_key().public_key(),
            algorithms=["ES256"],
            audience="appstoreconnect-v1",
            options={"verify_exp": False, "verify_iat": False},
        )
        assert said["iss"] == ISSUER
        assert said["iat"] == int(NOW.timestamp())
        assert 0 < said["exp"] - said["iat"] <= 20 * 60
        assert (
            first.headers["Authorization"] != second.headers["Authorization"]
        )  # ES256 never signs twice alike

    def test_an_individual_key_has_no_issuer(self, connect: AppStoreScenario) -> None:
        list(connect.listener(issuer_id=None).poll(None))
        token = connect.server.requests[0].headers["Authorization"].removeprefix("Bearer ")
        said = jwt.decode(token, options={"verify_signature": False})
        assert (said["sub"], "iss" in said) == ("user", False)

    def test_a_link_to_another_host_is_not_followed(self, connect: AppStoreScenario, server: Replay) -> None:
        elsewhere = {"next": "http://127.0.0.1:9/steal?cursor=abc"}
        body = {"data": [connect.record(2, "good")], "links": elsewhere}
        server.on("GET", connect.path, Answer(body=body), cursor=None)
        server.on("GET", connect.path, Answer(body={"data": [], "links": {}}), cursor="abc")
        assert ids(connect.listener().poll(None)) == [connect.external_id(2)]

    @pytest.mark.parametrize("link", ["http://[", "/v1/apps?page=2", 7, {}, ""])
    def test_a_link_without_a_cursor(self, connect: AppStoreScenario, server: Replay, link: Any) -> None:
        server.on("GET", connect.path, Answer(body={"data": [], "links": {"next": link}}))
        with pytest.raises(SchemaChanged):
            list(connect.listener().poll(None))

    @pytest.mark.parametrize(
        ("status", "code", "error", "hint"),
        [
            (401, "NOT_AUTHORIZED", AuthFailed, "clock"),
            (403, "FORBIDDEN_ERROR", AuthFailed, "Customer Support"),
            (404, "NOT_FOUND", SourceGone, "NOT_FOUND"),
        ],
    )
    def test_what_apple_says(
        self, connect: AppStoreScenario, status: int, code: str, error: type[Exception], hint: str
    ) -> None:
        connect.fail(Answer(status=status, body={"errors": [{"status": str(status), "code": code}]}))
        with pytest.raises(error, match=hint):
            list(connect.listener().poll(None))

    def test_the_key_is_never_told(self, connect: AppStoreScenario, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        connect.fail(Answer(status=401, body={}))
        with pytest.raises(AuthFailed) as raised:
            list(connect.listener().poll(None))
        token = connect.server.requests[0].headers["Authorization"].removeprefix("Bearer ")
        told = "".join(traceback.format_exception(raised.value)) + caplog.text
        assert token not in told
        assert pem().splitlines()[1] not in told
        assert pem().splitlines()[1] not in str(connect.server.requests)

    def test_keys_of_another_sort_are_refused_without_telling_them(self, connect: AppStoreScenario) -> None:
        form = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*form).decode()
        curve = ec.generate_private_key(ec.SECP384R1()).private_bytes(*form).decode()
        cut = pem()[:-60]
        options = AppStoreOptions.model_validate(connect.options())
        for wrong in ("", "hunter2-hunter2", rsa_key, curve, cut, pem().splitlines()[1]):
            with pytest.raises(ConfigError, match="APP_STORE_CONNECT_KEY") as raised:
                SOURCE.build(options, borrowed(connect, wrong))
            told = "".join(traceback.format_exception(raised.value))
            assert not any(line in told for line in wrong.splitlines() if line and not line.startswith("-"))

    def test_line_breaks_written_out(self, connect: AppStoreScenario) -> None:
        options = AppStoreOptions.model_validate(connect.options())
        one_line = pem().replace("\n", "\\n")
        assert list(SOURCE.build(options, borrowed(connect, one_line)).poll(None))

    def test_answers_are_kept_under_the_brands_handle(
        self, connect: AppStoreScenario, server: Replay
    ) -> None:
        body = {"data": [REVIEW], "included": [ANSWER], "links": {}}
        server.on("GET", connect.path, Answer(body=body))
        (page,) = connect.listener(own_handle="acme_care").poll(None)
        assert [mention.kind for mention in page.mentions] == [Kind.REVIEW, Kind.REPLY]
        (page,) = connect.listener().poll(None)
        assert [mention.engagement.replies for mention in page.mentions] == [1]

    def test_a_late_answer_does_not_hide_reviews(self, connect: AppStoreScenario, server: Replay) -> None:
        """The walk goes by the reviews' times: an answer of today says nothing about yesterday's reviews."""
        body = {"data": [REVIEW], "included": [ANSWER], "links": {}}
        server.on("GET", connect.path, Answer(body=body))
        pages = list(connect.listener(own_handle="acme_care").poll(None))
        assert ANSWER["attributes"]["lastModifiedDate"][:16] not in str(pages[-1].checkpoint)

    def test_a_past_span(self, connect: AppStoreScenario) -> None:
        connect.publish(*range(1, 13))
        listener = connect.listener()
        assert isinstance(listener, Archivist)
        wanted = {connect.external_id(n) for n in (3, 4, 5)}
        assert set(ids(listener.past(posted(3), posted(6), None))) == wanted


class TestLookingAgain:
    def known(self, scenario: AppStoreScenario, number: int) -> Known:
        own_id = scenario.external_id(number)
        at = posted(number)
        return Known(external_id=own_id, thread_id=own_id, posted_at=at, url="u", kind=Kind.REVIEW)

    def reviewer(self, scenario: AppStoreScenario) -> Reviewer:
        assert SOURCE.revisit is not None
        options = AppStoreOptions.model_validate(scenario.options())
        return SOURCE.revisit.build(options, borrowed(scenario))

    def look(self, scenario: AppStoreScenario, *known: Known) -> list[Mention]:
        pages = self.reviewer(scenario).look_again(known)
        return [mention for page in pages for mention in page.mentions]

    def serve(self, scenario: AppStoreScenario, found: Mapping[str, Any]) -> None:
        def platform(seen: Seen) -> Answer:
            own_id = seen.path.rsplit("/", 1)[1]
            return Answer(body={"data": found[own_id]}) if own_id in found else Answer(status=404, body={})

        scenario.server.play("GET", "/v1/customerReviews/", platform)

    def test_changed_and_deleted(self, connect: AppStoreScenario) -> None:
        changed = connect.record(1, "good")
        changed["attributes"]["body"] = "It works again."
        self.serve(connect, {connect.external_id(1): changed})
        two, one = self.look(connect, self.known(connect, 1), self.known(connect, 2))
        assert (one.text, one.visibility) == ("Review 1\n\nIt works again.", Visibility.LIVE)
        assert (two.text, two.visibility, two.external_id) == (
            "",
            Visibility.DELETED,
            connect.external_id(2),
        )
        assert two.kind is Kind.REVIEW

    def test_a_key_that_lost_the_app_deletes_nothing(self, connect: AppStoreScenario) -> None:
        self.serve(connect, {})
        connect.fail(Answer(status=404, body={}))
        with pytest.raises(SourceGone):
            self.look(connect, self.known(connect, 1))

    def test_one_that_always_fails_keeps_no_other_from_being_told(self, connect: AppStoreScenario) -> None:
        self.serve(connect, {connect.external_id(2): connect.record(2, "good")})
        bad = f"/v1/customerReviews/{connect.external_id(1)}"
        connect.server.on("GET", bad, Answer(status=500, body="down"))
        pages = self.reviewer(connect).look_again([self.known(connect, n) for n in (1, 2, 3)])
        got, trouble = until_trouble(pages)
        assert sorted(ids(got)) == [connect.external_id(2), connect.external_id(3)]
        assert isinstance(trouble, SourceUnavailable)
        assert connect.external_id(1) in str(trouble)

    def test_of_others_nothing_is_asked(self, connect: AppStoreScenario) -> None:
        of_the_feed = Known(external_id="8044879", thread_id="8044879", posted_at=NOW, url="")
        reply = Known(external_id=ISSUER, thread_id=connect.external_id(1), posted_at=NOW, url="")
        assert self.look(connect, of_the_feed, reply) == []
        assert connect.server.requests == []

    def test_the_feed_cannot(self, scenario: FeedScenario) -> None:
        assert self.look(scenario, self.known(scenario, 1)) == []
        assert scenario.server.requests == []
