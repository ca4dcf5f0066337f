"""The shared HTTP client, the meaning of statuses, and `Retry-After`."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import requests

from core.errors import (
    AuthFailed,
    ConfigError,
    QuotaExhausted,
    RateLimited,
    SchemaChanged,
    SourceGone,
    SourceUnavailable,
)
from listeners.base import usable_secret
from listeners.guard import GuardedAdapter
from listeners.http import DEFAULT_WAIT, from_status, new_client, retry_after
from tests.listeners.scenarios.base import NOW
from tests.replay import Answer, Replay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("1.5", 1.5),
        ("9" * 30, 86400),
        ("Sun, 22 Nov 2026 12:02:00 GMT", 120),
        ("Sun, 22 Nov 2020 12:02:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_after({"retry-after": value}, NOW) == expected


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthFailed),
        (403, AuthFailed),
        (402, QuotaExhausted),
        (404, SourceGone),
        (410, SourceGone),
        (429, RateLimited),
        (408, SourceUnavailable),
        (500, SourceUnavailable),
        (503, SourceUnavailable),
        (599, SourceUnavailable),
        (418, SchemaChanged),
        (302, SchemaChanged),
    ],
)
def test_statuses(status: int, error: type[Exception]) -> None:
    told = from_status("Somewhere", status, {}, NOW)
    assert type(told) is error
    assert str(status) in str(told)


def test_too_many_requests_without_a_time() -> None:
    told = from_status("Somewhere", 429, {}, NOW)
    assert isinstance(told, RateLimited)
    assert told.retry_at == NOW + DEFAULT_WAIT


class TestClient:
    def test_it_introduces_itself_and_follows_within_the_host(self, server: Replay) -> None:
        server.on("GET", "/old", Answer(status=301, headers={"location": "/new"}))
        server.on("GET", "/new", Answer(body={"ok": True}))
        with new_client() as client:
            assert client.get(server.url + "/old").json() == {"ok": True}
        assert server.requests[0].headers["User-Agent"].startswith("earful/")

    def test_no_address_is_logged(self, server: Replay, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        with new_client() as client:
            client.get(server.url + "/feed.xml?token=abc")
        assert "abc" not in caplog.text

    def test_it_does_not_follow_to_another_host(self, server: Replay) -> None:
        server.on("GET", "/old", Answer(status=302, headers={"location": "http://localhost:1/"}))
        with new_client() as client, pytest.raises(SourceUnavailable, match="another host"):
            client.get(server.url + "/old")

    def test_it_does_not_run_in_circles(self, server: Replay) -> None:
        server.on("GET", "/a", Answer(status=302, headers={"location": "/a"}))
        with new_client() as client, pytest.raises(httpx.TooManyRedirects):
            client.get(server.url + "/a")

    def test_it_breaks_off_what_is_too_large(self, server: Replay) -> None:
        server.on("GET", "/big", Answer(body="x" * 5000))
        with new_client(largest=4000) as client, pytest.raises(SourceUnavailable, match="too large"):
            client.get(server.url + "/big")

    @pytest.mark.parametrize("packed_as", ["zstd", "gzip, gzip", "gzip,zstd", "br", "GZIP, deflate"])
    def test_what_could_burst_is_not_unpacked(self, server: Replay, packed_as: str) -> None:
        twice = gzip.compress(gzip.compress(b"x" * 1000))
        server.on("GET", "/bomb", Answer(body=twice, headers={"content-encoding": packed_as}))
        with new_client() as client:
            assert client.get(server.url + "/bomb").content == twice
        assert server.requests[0].headers["Accept-Encoding"] == "gzip, deflate"

    @pytest.mark.parametrize(
        ("packed_as", "pack"),
        [("gzip", gzip.compress), ("Deflate", zlib.compress), ("identity", bytes), ("utf-8", bytes)],
    )
    def test_what_was_asked_for_is_unpacked(
        self, server: Replay, packed_as: str, pack: Callable[[bytes], bytes]
    ) -> None:
        server.on("GET", "/a", Answer(body=pack(b"[1, 2]"), headers={"content-encoding": packed_as}))
        with new_client() as client:
            assert client.get(server.url + "/a").json() == [1, 2]

    def test_it_does_not_wait_for_ever(self, server: Replay) -> None:
        server.on("GET", "/slow", Answer(fault="slow"))
        with new_client(timeout=0.2) as client, pytest.raises(httpx.TimeoutException):
            client.get(server.url + "/slow")


class TestGuard:
    def session(self, server: Replay, timeout: float = 1) -> requests.Session:
        session = requests.Session()
        adapter = GuardedAdapter(
            source="S", judge=lambda _: None, timeout=timeout, base_url=server.url + "/base"
        )
        session.mount("https://platform.invalid", adapter)
        return session

    def test_it_goes_where_it_is_told_and_hands_the_answer_on(self, server: Replay) -> None:
        server.on("GET", "/base/a", Answer(body={"ok": "ä"}))
        with self.session(server) as session:
            answer = session.get("https://platform.invalid/a", params={"q": "1"})
            assert answer.json() == {"ok": "ä"}
            assert answer.text == '{"ok": "\\u00e4"}'
        assert server.requests[0].query == {"q": "1"}

    def test_it_unpacks_and_limits(self, server: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("listeners.guard.LARGEST_ANSWER", 200_000)
        packed = {"content-encoding": "gzip"}
        server.on("GET", "/base/small", Answer(body=gzip.compress(b"x" * 100_000), headers=packed))
        server.on("GET", "/base/bomb", Answer(body=gzip.compress(b"x" * 10_000_000), headers=packed))
        server.on("GET", "/base/broken", Answer(body=b"no gzip", headers=packed))
        with self.session(server) as session:
            assert session.get("https://platform.invalid/small").text == "x" * 100_000
            with pytest.raises(SourceUnavailable, match="too large"):
                session.get("https://platform.invalid/bomb")
            with pytest.raises(SourceUnavailable):
                session.get("https://platform.invalid/broken")

    def test_a_timeout_of_the_library_is_overruled(self, server: Replay) -> None:
        server.on("GET", "/base/slow", Answer(fault="slow"))
        with (
            self.session(server, timeout=0.2) as session,
            pytest.raises(SourceUnavailable, match="ReadTimeout"),
        ):
            session.get("https://platform.invalid/slow", timeout=60)


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "a\x00b", "schlüssel"])
def test_secrets_that_cannot_be_right_are_refused_without_telling_them(value: str) -> None:
    with pytest.raises(ConfigError) as raised:
        usable_secret("X_BEARER_TOKEN", value)
    assert str(raised.value).startswith("X_BEARER_TOKEN: ")
    assert not value.strip() or value not in str(raised.value)


def test_white_space_around_a_secret_is_forgiven() -> None:
    assert usable_secret("X_BEARER_TOKEN", " abc\n") == "abc"
