"""Bluesky: the walk by time through a search, and what its refusals are called."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceUnavailable
from tests.listeners.bluesky_platform import Account, account_fixture, bluesky_fixture  # noqa: F401
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.bluesky import SEARCH, BlueskyScenario, iso, uri
from tests.replay import Answer


class TestWalk:
    @pytest.mark.parametrize("together", [(2, 3), (1, 2), (3, 4, 5), (1, 2, 3)])
    def test_posts_of_one_millisecond_all_come_once(
        self, bluesky: BlueskyScenario, together: tuple[int, ...]
    ) -> None:
        bluesky.publish(*range(1, 7))
        for number in together:
            time = iso(posted(together[0]))
            bluesky.records[number]["record"]["createdAt"] = bluesky.records[number]["indexedAt"] = time
        assert sorted(ids(bluesky.listener().poll(None))) == [uri(n) for n in range(1, 7)]

    def test_pages_are_asked_for_by_time(self, account: Account, bluesky: BlueskyScenario) -> None:
        bluesky.publish(*range(1, 6))
        account.poll()
        asked = [(seen.query.get("until"), "cursor" in seen.query) for seen in account.asked(SEARCH)]
        assert asked == [(None, False), (iso(posted(3) + timedelta(milliseconds=1)), False)]
        assert {seen.query["sort"] for seen in account.asked(SEARCH)} == {"latest"}

    def test_a_late_claim_does_not_skip_posts(self, bluesky: BlueskyScenario) -> None:
        """The last of a page claims a time that lies after the page: the walk goes on by the others."""
        bluesky.publish(*range(1, 8))
        listing = [bluesky.records[n] for n in (7, 6, 5, 4, 3, 2, 1)]
        odd = json.loads(json.dumps(listing[4]))
        odd["record"]["createdAt"] = odd["indexedAt"] = iso(posted(90))
        odd_page = bluesky.envelope([listing[2], listing[3], odd], "x")
        bluesky.server.on(
            "GET",
            SEARCH,
            Answer(body=bluesky.envelope(listing[:3], "x")),
            Answer(body=odd_page),
            Answer(body=bluesky.envelope(listing[3:])),
        )
        got = ids(bluesky.listener().poll(None))
        assert {uri(n) for n in (7, 6, 5, 4, 3, 2, 1)} == set(got)

    def test_each_alternative_is_asked_alone(self, account: Account, bluesky: BlueskyScenario) -> None:
        bluesky.publish(*range(1, 6))
        pages = account.poll(query='acme -toy OR "acme air"')
        assert {seen.query["q"] for seen in account.asked(SEARCH)} == {"acme -toy", '"acme air"'}
        account.server.requests.clear()
        bluesky.publish(6)
        pages = account.poll(checkpoint(pages), query='acme -toy OR "acme air"')
        assert {seen.query["q"] for seen in account.asked(SEARCH)} == {"acme -toy", '"acme air"'}
        assert set(ids(pages)) == {uri(6), uri(5)}

    def test_a_past_span(self, account: Account, bluesky: BlueskyScenario) -> None:
        bluesky.publish(*range(1, 12))
        pages = account.past(posted(3), posted(9))
        assert sorted(ids(pages)) == [uri(n) for n in range(3, 9)]
        assert account.asked(SEARCH)[0].query["until"] == iso(posted(9))
        assert {seen.query["since"] for seen in account.asked(SEARCH)} == {iso(posted(3))}

    def test_a_past_span_is_resumed(self, account: Account, bluesky: BlueskyScenario) -> None:
        bluesky.publish(*range(1, 12))
        got, since = [], None
        for _ in range(9):
            pages = account.past(posted(1), posted(11), since, max_pages=1)
            got += ids(pages)
            since = checkpoint(pages) or since
        assert sorted(got) == [uri(n) for n in range(1, 11)]

    @pytest.mark.parametrize("page", [{"posts": 3}, {"posts": None}, {}, [], {"feed": []}])
    def test_another_shape_is_told(self, account: Account, bluesky: BlueskyScenario, page: Any) -> None:
        bluesky.server.on("GET", SEARCH, Answer(body=page))
        with pytest.raises(SchemaChanged):
            account.poll()

    def test_a_page_without_a_single_time_is_told(self, account: Account, bluesky: BlueskyScenario) -> None:
        bluesky.server.on("GET", SEARCH, Answer(body={"posts": [{"uri": uri(1)}], "cursor": "x"}))
        with pytest.raises(SchemaChanged):
            account.poll()


@pytest.mark.usefixtures("bluesky")
class TestTrouble:
    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (Answer(status=403, body="<html>Forbidden"), AuthFailed, "403"),
            (Answer(status=400, body={"error": "InvalidRequest", "message": "q?"}), SchemaChanged, "q?"),
            (Answer(status=429, body={}), RateLimited, "429"),
            (Answer(status=429, body={}, headers={"ratelimit-reset": "soon"}), RateLimited, "429"),
            (Answer(status=502, body={"error": "UpstreamFailure"}), SourceUnavailable, "502"),
            (Answer(status=504, body=""), SourceUnavailable, "504"),
        ],
    )
    def test_each_is_named_by_what_to_do(
        self, account: Account, answer: Answer, error: type[Exception], words: str
    ) -> None:
        account.server.on("GET", SEARCH, answer)
        with pytest.raises(error, match=words):
            account.poll()
        assert len(account.asked(SEARCH)) == 1

    def test_a_reset_far_away_is_not_believed(self, account: Account) -> None:
        account.server.on("GET", SEARCH, Answer(status=429, headers={"ratelimit-reset": "9999999999"}))
        with pytest.raises(RateLimited) as raised:
            account.poll()
        assert raised.value.retry_at == NOW + timedelta(days=1)
