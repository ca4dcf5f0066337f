"""Reddit: where a walk ends, and that praw neither sleeps nor retries on its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.target import Archivist
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.reddit import RedditScenario
from tests.replay import Answer, Replay


class TestWalk:
    def test_it_stops_at_what_is_known(self, reddit: RedditScenario) -> None:
        reddit.publish(*range(1, 20))
        stored = checkpoint(reddit.listener().poll(None))
        reddit.server.requests.clear()
        pages = list(reddit.listener().poll(stored))
        assert sum(seen.method == "GET" for seen in reddit.server.requests) == 1
        assert set(ids(pages)) == {reddit.external_id(19)}
        assert pages[-1].truncated == ""

    def test_what_a_page_limit_leaves_is_read_by_the_next_polls(self, reddit: RedditScenario) -> None:
        reddit.publish(1)
        stored = checkpoint(reddit.listener().poll(None))
        reddit.publish(*range(2, 12))
        first = list(reddit.listener(max_pages=2).poll(stored))
        assert "stopped at page 2" in first[-1].truncated
        assert first[0].truncated == ""
        reddit.publish(12)
        second = list(reddit.listener().poll(checkpoint(first)))
        assert set(ids([*first, *second])) == {reddit.external_id(n) for n in range(1, 13)}

    def test_a_past_span(self, reddit: RedditScenario) -> None:
        reddit.publish(*range(1, 20))
        listener = reddit.listener()
        assert isinstance(listener, Archivist)
        assert ids(listener.past(posted(5), posted(9), None)) == [reddit.external_id(n) for n in (8, 7, 6, 5)]

    def test_the_wall_of_a_thousand(self, reddit: RedditScenario) -> None:
        many = [reddit.record(1, "good") | {"kind": "t3"} for _ in range(100)]
        pages = [reddit.envelope(many, f"t3_{n}" if n < 9 else None) for n in range(10)]
        reddit.server.on("GET", reddit.path, *(Answer(body=page) for page in pages))
        polled = list(reddit.listener().poll(None))
        assert [bool(page.truncated) for page in polled] == [False] * 9 + [True]
        assert "1000" in polled[-1].truncated

    def test_an_old_item_pinned_to_the_top_does_not_end_the_walk(self, reddit: RedditScenario) -> None:
        reddit.publish(5)
        stored = checkpoint(reddit.listener().poll(None))
        first = [reddit.record(1, "good"), reddit.record(9, "good"), reddit.record(8, "good")]
        second = [reddit.record(7, "good"), reddit.record(5, "good"), reddit.record(4, "good")]
        reddit.server.on("GET", reddit.path, Answer(body=reddit.envelope(first, "t3_x")), cursor=None)
        reddit.server.on("GET", reddit.path, Answer(body=reddit.envelope(second)), cursor="t3_x")
        assert set(ids(reddit.listener().poll(stored))) == {reddit.external_id(n) for n in (9, 8, 7, 5)}

    def test_a_time_in_the_future_does_not_hide_what_comes(self, reddit: RedditScenario) -> None:
        reddit.publish(1)
        reddit.records[2] = reddit.record(2, "good")
        reddit.records[2]["data"]["created_utc"] = (NOW + timedelta(days=900)).timestamp()
        stored = checkpoint(reddit.listener().poll(None))
        reddit.publish(3)
        assert reddit.external_id(3) in ids(reddit.listener().poll(stored))
        assert posted(1).isoformat() in (stored or "")

    def test_search_asks_for_the_newest_everywhere(
        self, server: Replay, tmp_path: Path, http: httpx.Client
    ) -> None:
        reddit = RedditScenario(server, tmp_path, http)
        server.on("GET", "/r/all/search", Answer(body=reddit.envelope([reddit.record(1, "good")])))
        assert ids(reddit.listener(subreddit="all", listing="search", query="acme parcel").poll(None))
        asked = server.requests[-1].query
        assert (asked["q"], asked["sort"], asked["t"]) == ("acme parcel", "new", "all")


class TestTrouble:
    def test_an_allowance_that_is_used_up_is_not_slept_over(self, reddit: RedditScenario) -> None:
        reddit.publish(*range(1, 8))
        headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "100", "x-ratelimit-reset": "120"}
        body = reddit.envelope([reddit.records[7]], "t3_a007")
        reddit.server.on("GET", reddit.path, Answer(body=body, headers=headers))
        pages = reddit.listener().poll(None)
        assert len(ids([next(pages)])) == 1
        with pytest.raises(RateLimited) as raised:
            next(pages)
        assert raised.value.retry_at == NOW + timedelta(seconds=120)

    def test_headers_that_would_make_prawcore_pace_itself(self, reddit: RedditScenario) -> None:
        reddit.publish(*range(1, 8))
        headers = {"x-ratelimit-remaining": "50", "x-ratelimit-used": "50", "x-ratelimit-reset": "590"}
        reddit.serve = lambda seen: Answer(body=reddit.page(seen), headers=headers)  # type: ignore[method-assign]
        reddit.server.play("GET", reddit.path, reddit.serve)
        assert len(ids(reddit.listener().poll(None))) == 7

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(status=403, body={"reason": "private", "error": 403}), SourceGone),
            (
                Answer(status=403, body="<html>blocked</html>", headers={"content-type": "text/html"}),
                AuthFailed,
            ),
            (
                Answer(
                    status=403, body={}, headers={"www-authenticate": 'Bearer error="insufficient_scope"'}
                ),
                AuthFailed,
            ),
            (Answer(status=404, body={"reason": "banned", "error": 404}), SourceGone),
            (Answer(status=302, headers={"location": "/subreddits/search?q=acme"}), SourceGone),
            (Answer(status=451, body={}), SourceGone),
            (
                Answer(
                    status=429,
                    body="<html>",
                    headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9"},
                ),
                RateLimited,
            ),
            (Answer(status=429, body="<html>"), RateLimited),
            (Answer(status=400, body={"message": "Bad Request", "error": 400}), SchemaChanged),
            (Answer(status=204), SchemaChanged),
        ],
    )
    def test_each_is_named_by_what_to_do(
        self, reddit: RedditScenario, answer: Answer, error: type[Exception]
    ) -> None:
        reddit.fail(answer)
        with pytest.raises(error):
            list(reddit.listener().poll(None))
        assert len(reddit.server.requests) == 2  # the token, and one request: nobody tries again on its own

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(status=401, body={"error": 401}), AuthFailed),
            (Answer(status=400, body={"error": 400}), AuthFailed),
            (Answer(body={"error": "unauthorized_client"}), AuthFailed),
            (Answer(status=429, body={}), RateLimited),
            (Answer(status=503, body=""), SourceUnavailable),
            (Answer(body="<html>"), SourceUnavailable),
            (Answer(body={"hello": 1}), SourceError),
            (Answer(fault="reset"), SourceUnavailable),
        ],
    )
    def test_the_token_endpoint(
        self, server: Replay, tmp_path: Path, http: httpx.Client, answer: Answer, error: type[Exception]
    ) -> None:
        reddit = RedditScenario(Replay(), tmp_path, http)
        reddit.server._server.server_close()
        reddit.server = server
        server.on("POST", "/api/v1/access_token", answer)
        with pytest.raises(error):
            list(reddit.listener().poll(None))
        assert len(server.requests) == 1
