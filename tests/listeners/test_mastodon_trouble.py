"""Mastodon: what refusals are called, and when to ask again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceGone, SourceUnavailable
from listeners.mastodon import SOURCE
from tests.listeners.contract import ids
from tests.listeners.mastodon_platform import (
    NOTIFICATIONS,
    SEARCH,
    TAG,
    Server,
    mastodon_fixture,  # noqa: F401
    status,
)
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.mastodon import iso
from tests.replay import Answer


class TestTrouble:
    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (Answer(status=401, body={"error": "The access token is invalid"}), AuthFailed, "invalid"),
            (Answer(status=403, body={"error": "outside scopes"}), AuthFailed, "MASTODON_ACCESS_TOKEN"),
            (
                Answer(status=422, body={"error": "This method requires an authenticated user"}),
                AuthFailed,
                "requires",
            ),
            (Answer(status=422, body={"error": "Validation failed"}), SchemaChanged, "Validation"),
            (Answer(status=404, body={"error": "Not Found"}), SourceGone, "404"),
            (Answer(status=410, body=""), SourceGone, "410"),
            (Answer(status=429, body={}, headers={"retry-after": "60"}), RateLimited, "429"),
            (Answer(status=429, body={}), RateLimited, "429"),
            (Answer(status=429, body="<html>", headers={"x-ratelimit-reset": "?"}), RateLimited, "429"),
            (Answer(status=503, body="<html>"), SourceUnavailable, "503"),
            (Answer(status=200, body=""), SourceUnavailable, "JSON"),
            (Answer(body={"error": "x"}), SchemaChanged, "list"),
            (
                Answer(body="null", headers={"link": '<http://x/?max_id=1>; rel="next"'}),
                SchemaChanged,
                "Mastodon",
            ),
        ],
    )
    def test_each_is_named_by_what_to_do(
        self, mastodon: Server, answer: Answer, error: type[Exception], words: str
    ) -> None:
        mastodon.replay.on("GET", TAG, answer)
        with pytest.raises(error, match=words):
            mastodon.poll()
        assert len(mastodon.replay.requests) == 1

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"x-ratelimit-reset": "2026-11-22T12:05:00.123456Z"}, 300.123456),
            ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 77)}, 77),
            ({"x-ratelimit-reset": "2026-11-22T11:00:00Z"}, 0),
            ({"x-ratelimit-reset": "2036-01-01T00:00:00Z"}, 86_400),
            ({"x-ratelimit-reset": "9" * 30}, 900),
            ({"retry-after": "5", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, 5),
        ],
    )
    def test_when_to_ask_again(self, mastodon: Server, headers: dict[str, str], seconds: float) -> None:
        mastodon.replay.on("GET", TAG, Answer(status=429, body={}, headers=headers))
        with pytest.raises(RateLimited) as raised:
            mastodon.poll()
        assert raised.value.retry_at == NOW + timedelta(seconds=seconds)

    def test_an_allowance_that_is_used_up_is_neither_slept_over_nor_overdrawn(self, mastodon: Server) -> None:
        reset = iso(NOW + timedelta(minutes=4))
        first = mastodon.linked([status(5)], TAG, "9")
        spent = Answer(
            body=first.body,
            headers={**first.headers, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset},
        )
        mastodon.replay.on("GET", TAG, spent)
        listener = SOURCE.build(mastodon.options(), mastodon.borrowed())
        pages = listener.poll(None)
        assert len(ids([next(pages)])) == 1
        with pytest.raises(RateLimited) as raised:
            next(pages)
        assert raised.value.retry_at == NOW + timedelta(minutes=4)
        assert len(mastodon.replay.requests) == 1

    def test_headers_that_the_library_trips_over_are_kept_from_it(self, mastodon: Server) -> None:
        headers = {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "never", "deprecation": "@1"}
        mastodon.replay.on("GET", TAG, Answer(body=[status(1)], headers=headers))
        assert len(ids(mastodon.poll())) == 1

    @pytest.mark.parametrize("kind", ["tags", "mentions", "query"])
    def test_another_shape_is_told(self, mastodon: Server, kind: str) -> None:
        asked: dict[str, Any] = {"tags": ["acme"], "mentions": True, "query": "acme"}
        for path in (TAG, NOTIFICATIONS, SEARCH):
            mastodon.replay.on("GET", path, Answer(body={"statuses": {"a": 1}}))
        with pytest.raises(SchemaChanged):
            mastodon.poll(**{kind: asked[kind]})
