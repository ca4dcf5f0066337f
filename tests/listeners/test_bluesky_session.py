"""Bluesky: signing in once, renewing the session, and what is kept of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceUnavailable
from listeners.base import Borrowed
from listeners.sealed import seal, unseal
from tests.listeners.bluesky_platform import POST, Account, account_fixture, bluesky_fixture  # noqa: F401
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW, SECRET
from tests.listeners.scenarios.bluesky import LOGIN, RENEW, SEARCH, session, token
from tests.replay import Answer


@pytest.mark.usefixtures("bluesky")
class TestSession:
    def test_one_login_serves_many_polls_and_targets(self, account: Account) -> None:
        for query in ("acme", "acme", "akme"):
            account.poll(query=query)
        assert len(account.asked(LOGIN)) == 1
        assert json.loads(account.asked(LOGIN)[0].body)["password"] == SECRET
        assert len(account.asked(SEARCH)) == 3
        assert {seen.headers["Authorization"] for seen in account.asked(SEARCH)} == {f"Bearer {token()}"}

    def test_listeners_of_a_process_share_what_is_remembered(self, account: Account) -> None:
        one, other = (
            Borrowed(clock=lambda: NOW, secret=lambda _name: SECRET, http=account.http) for _ in range(2)
        )
        assert one.memory is other.memory

    def test_targets_asked_side_by_side_sign_in_once(self, account: Account) -> None:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda query: account.poll(query=query), ["acme", "akme", "akmee", "acmee"]))
        assert (len(account.asked(LOGIN)), len(account.asked(SEARCH))) == (1, 4)

    def test_nobody_is_sent_on_to_the_server_that_the_answer_names(self, account: Account) -> None:
        account.poll()
        account.poll()
        assert len(account.asked(SEARCH)) == 2  # pds.example.org cannot be reached from a test

    def test_a_session_that_ends_soon_is_renewed_without_the_password(self, account: Account) -> None:
        ended = Answer(body=session(until=1_700_000_000, mark="old0"))
        account.server._routes["POST", LOGIN, "*"][:] = [ended]
        account.server.on("POST", RENEW, Answer(body=session(mark="new0")))
        account.poll()
        account.poll()
        assert (len(account.asked(LOGIN)), len(account.asked(RENEW))) == (1, 1)
        (renewed,) = account.asked(RENEW)
        assert httpx.Headers(renewed.headers)["authorization"].endswith(".old0")
        assert renewed.body == ""
        assert all(seen.headers["Authorization"].endswith(".new0") for seen in account.asked(SEARCH))

    @pytest.mark.parametrize(
        "refusal",
        [
            Answer(status=400, body={"error": "ExpiredToken", "message": "Token has expired"}),
            Answer(status=401, body={"error": "InvalidToken", "message": "Token could not be verified"}),
        ],
    )
    def test_one_that_is_taken_no_longer_is_replaced_once(self, account: Account, refusal: Answer) -> None:
        account.poll()
        account.server.on("GET", SEARCH, refusal, Answer(body={"posts": [POST]}))
        assert len(ids(account.poll())) == 1
        assert len(account.asked(LOGIN)) == 2

    def test_a_server_that_takes_no_session_is_told_and_not_stormed(self, account: Account) -> None:
        account.server.on("GET", SEARCH, Answer(status=400, body={"error": "ExpiredToken"}))
        with pytest.raises(AuthFailed):
            account.poll()
        assert (len(account.asked(LOGIN)), len(account.asked(SEARCH))) == (2, 2)

    def test_a_renewal_that_is_refused_leads_to_the_password(self, account: Account) -> None:
        old = Answer(body=session(until=1_700_000_000, mark="old0"))
        account.server._routes["POST", LOGIN, "*"].insert(0, old)
        account.server.on("POST", RENEW, Answer(status=400, body={"error": "ExpiredToken"}))
        account.poll()
        assert (len(account.asked(LOGIN)), len(account.asked(RENEW))) == (2, 1)

    def test_a_new_password_begins_a_new_session(self, account: Account) -> None:
        account.poll()
        account.password = "another-app-password"
        account.poll()
        assert len(account.asked(LOGIN)) == 2

    def test_what_is_remembered_says_nothing_without_the_password(self, account: Account) -> None:
        account.poll()
        ((key, kept),) = account.memory.items()
        assert key == f"bluesky {account.server.url} {SECRET}"  # the account; here they have the same name
        assert token() not in kept
        assert token() in (unseal(kept, SECRET, SECRET) or "")
        assert unseal(kept, SECRET, "another-app-password") is None
        assert unseal(kept, "another.example.com", SECRET) is None

    def test_what_is_remembered_by_mistake_is_forgotten(self, account: Account) -> None:
        account.poll()
        for logins, garbage in enumerate(("garbage", "", "ä", seal("garbage", SECRET, SECRET)), 2):
            account.memory.update(dict.fromkeys(account.memory, garbage))
            account.poll()
            assert len(account.asked(LOGIN)) == logins

    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (Answer(status=401, body={"error": "AuthenticationRequired"}), AuthFailed, "app password"),
            (Answer(status=400, body={"error": "InvalidRequest"}), AuthFailed, "BLUESKY_HANDLE"),
            (Answer(status=401, body={"error": "AuthFactorTokenRequired"}), AuthFailed, "AuthFactor"),
            (
                Answer(status=429, body={}, headers={"ratelimit-reset": "1795348800"}),
                RateLimited,
                "signing in",
            ),
            (Answer(status=429, body={}), RateLimited, "429"),
            (Answer(status=503, body=""), SourceUnavailable, "503"),
            (Answer(body="<html>"), SourceUnavailable, "JSON"),
            (Answer(body={"hello": 1}), SchemaChanged, "client library"),
            (Answer(fault="reset"), SourceUnavailable, "no complete answer"),
        ],
    )
    def test_a_login_that_fails(
        self, account: Account, answer: Answer, error: type[Exception], words: str
    ) -> None:
        account.server._routes["POST", LOGIN, "*"][:] = [answer]
        with pytest.raises(error, match=words):
            account.poll()
        assert len(account.server.requests) == 1
        assert account.memory == {}
