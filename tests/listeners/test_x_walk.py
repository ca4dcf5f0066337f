"""X: what it costs, and how a walk that was broken off goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import AuthFailed, QuotaExhausted, RateLimited, SchemaChanged, SourceGone
from core.mention import Lost
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.x import XScenario
from tests.listeners.test_x import MENTIONS, POST, SEARCH, USER, poll
from tests.replay import Answer, Replay, Seen


class TestMoney:
    def page(self, posts: int, token: str | None = None) -> Answer:
        data = [POST | {"id": str(1990000000000000100 - n)} for n in range(posts)]
        meta = {"result_count": posts} | ({"next_token": token} if token else {})
        return Answer(body={"data": data, "includes": {"users": [USER]}, "meta": meta})

    def test_search_and_own_mentions_have_their_prices(self, server: Replay) -> None:
        server.on("GET", SEARCH, self.page(10))
        server.on("GET", MENTIONS, self.page(10))
        assert poll(server)[-1].spend_usd == pytest.approx(10 * 0.005 + 0.010)
        assert poll(server, user="4242")[-1].spend_usd == pytest.approx(10 * 0.001 + 0.010)
        assert poll(server, user="4242", owned=False)[-1].spend_usd == pytest.approx(10 * 0.005 + 0.010)

    def test_a_handle_is_looked_up_once_and_paid_once(self, server: Replay) -> None:
        server.on(
            "GET", "/2/users/by/username/acme", Answer(body={"data": {"id": "4242", "username": "acme"}})
        )
        server.on("GET", MENTIONS, self.page(1))
        first = poll(server, user="@acme")
        assert [page.spend_usd for page in first] == [0.010, pytest.approx(0.011)]
        second = poll(server, since=checkpoint(first), user="@acme")
        assert sum(page.spend_usd for page in second) == pytest.approx(0.011)
        assert sum("username" in seen.path for seen in server.requests) == 1

    def test_the_page_shrinks_to_what_the_budget_pays(self, server: Replay) -> None:
        server.on("GET", SEARCH, self.page(10))
        poll(server, spent=19.60)  # 0.40 left pays for 26 posts with 26 authors
        assert server.requests[0].query["max_results"] == "26"

    def test_it_stops_before_the_budget_and_goes_on_next_month(self, server: Replay) -> None:
        server.on("GET", SEARCH, self.page(10, token="more"), cursor=None)
        server.on("GET", SEARCH, self.page(3), cursor="more")
        (page,) = poll(server, spent=0, monthly_budget_usd=0.20)
        assert page.spend_usd == pytest.approx(0.06)
        assert "budget of 0.20 USD" in page.truncated
        assert "2026-12-01" in page.truncated
        with pytest.raises(QuotaExhausted) as raised:
            poll(server, since=page.checkpoint, spent=0.06, monthly_budget_usd=0.20)
        assert raised.value.resets_at == datetime(2026, 12, 1, tzinfo=UTC)
        assert len(server.requests) == 1
        later = poll(server, since=page.checkpoint, now=NOW + timedelta(days=1), monthly_budget_usd=5)
        assert len(ids(later)) == 3 + 13  # the rest of the old walk, then a new one from the top
        assert server.requests[1].query["next_token"] == "more"

    def test_never_more_than_the_budget(self, server: Replay) -> None:
        users = [USER | {"id": str(n)} for n in range(10)]
        server.on("GET", "/2/users", *(Answer(body={"data": users[:n]}) for n in (10, 3, 0)))
        full = self.page(10, token="a").body
        full["data"] = [post | {"author_id": str(n)} for n, post in enumerate(full["data"])]
        bodies = [full | {"meta": {"result_count": 10, "next_token": f"t{n}"}} for n in range(50)]
        server.on("GET", SEARCH, *(Answer(body=body) for body in bodies))
        spent = sum(
            page.spend_usd for page in poll(server, monthly_budget_usd=1.0, page_size=10, max_pages=50)
        )
        assert 0.85 < spent <= 1.0
        assert sum(seen.path == "/2/users" for seen in server.requests) == 1  # each is paid for once


class TestWalk:
    def test_a_page_limit_is_told_and_the_rest_read_by_the_next_poll(self, x: XScenario) -> None:
        x.publish(*range(1, 11))
        first = list(x.listener(max_pages=2).poll(None))
        assert "stopped at page 2" in first[-1].truncated
        x.publish(11)
        second = list(x.listener(max_pages=5).poll(checkpoint(first)))
        got = ids([*first, *second])
        assert sorted(got) == [x.external_id(n) for n in range(1, 12)]  # each exactly once: each was paid for
        assert second[-1].truncated == ""

    def test_a_crash_pays_nothing_twice(self, x: XScenario) -> None:
        x.publish(*range(1, 8))
        pages = x.listener().poll(None)
        first = next(pages)
        rest = ids(x.listener().poll(first.checkpoint))
        assert sorted([*ids([first]), *rest]) == [x.external_id(n) for n in range(1, 8)]

    def test_another_question_starts_anew(self, x: XScenario) -> None:
        x.publish(1, 2)
        stored = checkpoint(x.listener().poll(None))
        assert len(ids(x.listener(query="acme OR acme_help").poll(stored))) == 2

    def test_a_page_token_that_x_no_longer_takes(self, x: XScenario) -> None:
        x.publish(*range(1, 8))
        first = next(x.listener().poll(None))
        refuse = Answer(
            status=400, body={"errors": [{"parameters": {"next_token": ["x"]}, "message": "bad"}]}
        )
        x.server.on("GET", x.path, refuse, cursor="below-" + x.external_id(5))
        x.server.on("GET", x.path, Answer(body=x.envelope([x.records[n] for n in (7, 6)])), cursor=None)
        again = list(x.listener().poll(first.checkpoint))
        assert sum(seen.path == x.path for seen in x.server.requests) == 3
        assert len(ids(again)) == 2

    def test_a_query_that_x_refuses_is_named(self, server: Replay) -> None:
        server.on("GET", SEARCH, Answer(status=400, body={"errors": [{"message": "missing EOF at ')'"}]}))
        with pytest.raises(SchemaChanged, match="missing EOF"):
            poll(server)
        assert len(server.requests) == 1

    def test_the_wall_of_the_mentions_timeline(self, server: Replay) -> None:
        def page(first: int, token: str | None) -> Answer:
            data = [POST | {"id": str(1990000000000001000 - n)} for n in range(first, first + 100)]
            return Answer(
                body={"data": data, "meta": {"result_count": 100} | ({"next_token": token} if token else {})}
            )

        server.on("GET", MENTIONS, *(page(n * 100, f"t{n}" if n < 7 else None) for n in range(8)))
        pages = poll(server, user="4242")
        assert [bool(p.truncated) for p in pages] == [False] * 7 + [True]
        assert "newest 800" in pages[-1].truncated
        assert [p.lost for p in pages if p.truncated] == [Lost(until=pages[-1].mentions[-1].posted_at)]


class TestSevenDays:
    TOO_OLD = Answer(
        status=400,
        body={
            "errors": [
                {"parameters": {"since_id": ["1"]}, "message": "'since_id' must be a tweet id created after"}
            ]
        },
    )

    def test_a_quiet_week_is_no_hole(self, x: XScenario) -> None:
        x.publish(1)
        stored = checkpoint(x.listener().poll(None))
        x.now = NOW + timedelta(days=5)
        stored = checkpoint(x.listener().poll(stored))
        x.now = NOW + timedelta(days=9)
        x.server.on("GET", x.path, self.TOO_OLD, Answer(body=x.envelope([])))
        (page,) = x.listener().poll(stored)
        assert page.truncated == ""
        asked = x.server.requests[-1].query
        assert "since_id" not in asked
        assert asked["start_time"] == "2026-11-27T11:59:00Z"  # the last complete poll less a minute

    def test_a_long_silence_is_a_hole(self, x: XScenario) -> None:
        x.publish(1)
        stored = checkpoint(x.listener().poll(None))
        x.now = NOW + timedelta(days=20)
        x.publish(2)
        x.server.on("GET", x.path, self.TOO_OLD, Answer(body=x.envelope([x.records[2]])))
        told, page = x.listener().poll(stored)
        assert "cannot be had any more" in told.truncated
        assert (told.lost, page.lost) == (Lost(until=datetime(2026, 12, 5, 12, 1, tzinfo=UTC)), None)
        searches = [seen for seen in x.server.requests if seen.path == x.path]
        assert searches[-1].query["start_time"] == "2026-12-05T12:01:00Z"
        assert json.loads(page.checkpoint or "")["since_id"] == x.external_id(2)

    def test_the_start_of_a_walk_that_rested_moves_on_with_the_seven_days(self, x: XScenario) -> None:
        x.publish(1)
        stored = checkpoint(x.listener().poll(None))
        x.now = NOW + timedelta(days=20)
        x.publish(*range(2, 8))

        def serve(seen: Seen) -> Answer:
            start = seen.query.get("start_time", "")
            if "since_id" in seen.query:
                return self.TOO_OLD
            if datetime.fromisoformat(start) < x.now - timedelta(days=7):
                error = {"parameters": {"start_time": [start]}, "message": "Invalid 'start_time'"}
                return Answer(status=400, body={"errors": [error]})
            return x.serve(seen)

        x.server.play("GET", x.path, serve)
        first = list(x.listener(max_pages=1).poll(stored))
        x.now += timedelta(hours=1)
        rest = list(x.listener(max_pages=1).poll(checkpoint(first)))
        assert x.external_id(2) in ids(rest)

    def test_a_walk_that_rested_too_long_is_a_hole(self, x: XScenario) -> None:
        x.publish(*range(1, 8))
        first = next(x.listener().poll(None))
        x.now = NOW + timedelta(days=10)
        pages = list(x.listener().poll(first.checkpoint))
        assert "cannot be had any more" in pages[0].truncated
        assert pages[-1].truncated == ""


class TestTrouble:
    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(status=429, body={"title": "UsageCapExceeded", "period": "Monthly"}), QuotaExhausted),
            (Answer(status=429, body={"connection_issue": "TooManyConnections"}), RateLimited),
            (Answer(status=429, body="slow down"), QuotaExhausted),
            (Answer(status=429, body={}, headers={"retry-after": "5"}), RateLimited),
            (Answer(status=429, body={}, headers={"x-rate-limit-reset": "soon"}), QuotaExhausted),
            (Answer(status=429, body={}, headers={"x-rate-limit-reset": "9" * 30}), QuotaExhausted),
            (Answer(status=402, body={"title": "CreditsDepleted"}), QuotaExhausted),
            (Answer(status=403, body={"reason": "client-not-enrolled", "detail": "no project"}), AuthFailed),
            (Answer(status=404, body={"title": "Not Found Error"}), SourceGone),
            (Answer(body={"errors": [{"title": "Not Found Error", "detail": "no user"}]}), SourceGone),
            (Answer(body={"errors": [{"title": "Forbidden", "resource_type": "user"}]}), SourceGone),
            (Answer(body={"meta": {"result_count": 3}}), SchemaChanged),
            (Answer(body={"data": [], "meta": {"next_token": 5}}), SchemaChanged),
        ],
    )
    def test_each_is_named_by_what_to_do(
        self, server: Replay, answer: Answer, error: type[Exception]
    ) -> None:
        server.on("GET", SEARCH, answer)
        with pytest.raises(error):
            poll(server)
        assert len(server.requests) == 1

    def test_a_reset_time_in_the_past_or_far_away_is_not_believed(self, server: Replay) -> None:
        for stamp, expected in ((1, NOW), (int(NOW.timestamp()) + 10**8, NOW + timedelta(days=1))):
            headers = {"x-rate-limit-reset": str(stamp)}
            with Replay() as other:
                other.on("GET", SEARCH, Answer(status=429, body={}, headers=headers))
                with pytest.raises(RateLimited) as raised:
                    poll(other)
            assert raised.value.retry_at == expected
