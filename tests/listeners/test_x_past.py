"""X: past spans, and how many posts there were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from core.errors import QuotaExhausted
from core.mention import Page
from core.target import Archivist, Counter
from listeners.base import Borrowed
from listeners.x import SOURCE
from listeners.x.options import XOptions
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW, PER_PAGE, posted
from tests.listeners.scenarios.x import XScenario
from tests.replay import Answer, Replay, Seen

COUNTS = "/2/tweets/counts/recent"


class Archive(XScenario):
    """X with times: what was posted in a span, newest first."""

    def page(self, seen: Seen) -> Any:
        start, end = seen.query.get("start_time", ""), seen.query.get("end_time", "9999")
        token = seen.query.get("next_token")
        below = int(token.removeprefix("below-")) if token else 2**62
        posts = sorted(self.records.values(), key=lambda post: -int(post["id"]))
        posts = [
            p for p in posts if start <= p["created_at"].replace(".000", "") < end and int(p["id"]) < below
        ]
        more = f"below-{posts[PER_PAGE - 1]['id']}" if posts[PER_PAGE:] else None
        return self.envelope(posts[:PER_PAGE], more)


@pytest.fixture
def archive(server: Replay, tmp_path: Any, http: Any) -> Archive:
    archive = Archive(server, tmp_path, http)
    archive.publish(*range(1, 31))
    return archive


def past(archive: Archive, start: datetime, end: datetime, since: str | None = None) -> Any:
    listener = archive.listener()
    assert isinstance(listener, Archivist)
    return listener.past(start, end, since)


class TestPast:
    def test_a_span(self, archive: Archive) -> None:
        pages = list(past(archive, posted(5), posted(15)))
        assert sorted(ids(pages)) == [archive.external_id(n) for n in range(5, 15)]
        asked = [seen.query for seen in archive.server.requests if seen.path == archive.path]
        assert {(q["start_time"], q["end_time"]) for q in asked} == {
            (f"{posted(5):%Y-%m-%dT%H:%M:%SZ}", f"{posted(15):%Y-%m-%dT%H:%M:%SZ}")
        }
        assert not any(page.truncated for page in pages)

    @pytest.mark.parametrize("stored", range(5))
    def test_a_crash_loses_nothing_and_pays_nothing_twice(self, archive: Archive, stored: int) -> None:
        before = list(islice(past(archive, posted(5), posted(15)), stored))
        after = list(past(archive, posted(5), posted(15), checkpoint(before)))
        assert sorted(ids([*before, *after])) == [archive.external_id(n) for n in range(5, 15)]

    def test_a_span_that_was_read_is_not_read_again(self, archive: Archive) -> None:
        done = checkpoint(list(past(archive, posted(5), posted(15))))
        archive.server.requests.clear()
        assert list(past(archive, posted(5), posted(15), done)) == []
        assert archive.server.requests == []
        assert ids(past(archive, posted(5), posted(6), done)) == [archive.external_id(5)]  # another one is

    def test_up_to_now(self, archive: Archive) -> None:
        assert len(ids(past(archive, posted(25), NOW))) == 6
        assert "end_time" not in archive.server.requests[0].query

    def test_what_search_no_longer_reaches_is_a_hole(self, archive: Archive) -> None:
        pages = list(past(archive, NOW - timedelta(days=30), posted(3)))
        assert sorted(ids(pages)) == [archive.external_id(1), archive.external_id(2)]
        assert "reaches back seven days" in pages[0].truncated
        assert pages[0].lost
        archive.server.requests.clear()
        (page,) = past(archive, NOW - timedelta(days=30), NOW - timedelta(days=20))
        assert page.truncated
        assert page.lost
        assert archive.server.requests == []

    def test_a_token_that_x_no_longer_takes(self, archive: Archive) -> None:
        before: list[Page] = list(islice(past(archive, posted(5), posted(15)), 1))
        refuse = Answer(
            status=400, body={"errors": [{"parameters": {"next_token": ["x"]}, "message": "bad"}]}
        )
        archive.server.on("GET", archive.path, refuse, cursor=f"below-{archive.external_id(12)}")
        archive.server.on("GET", archive.path, Answer(body=archive.envelope([])), cursor=None)
        list(past(archive, posted(5), posted(15), checkpoint(before)))
        searches = [seen for seen in archive.server.requests if seen.path == archive.path]
        assert searches[-1].query["start_time"] == f"{posted(5):%Y-%m-%dT%H:%M:%SZ}"


def hour(number: int) -> datetime:
    return datetime(2026, 11, 22, number, tzinfo=UTC)


class TestVolume:
    def listener(self, server: Replay, spent: float = 0.0, **options: Any) -> Counter:
        given = {"base_url": server.url, "timeout_seconds": 1} | (options or {"query": "acme OR @acme"})
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "t", http=None, spent_usd=spent)  # type: ignore[arg-type]
        listener = SOURCE.build(XOptions.model_validate(given), borrowed)
        assert isinstance(listener, Counter)
        return listener

    def counts(self, *numbers: int) -> Answer:
        data = [
            {"start": hour(n).isoformat(), "end": hour(n + 1).isoformat(), "tweet_count": n * 10}
            for n in numbers
        ]
        return Answer(body={"data": data, "meta": {"total_tweet_count": 1}})

    def test_by_the_hour(self, server: Replay) -> None:
        server.on("GET", COUNTS, self.counts(7, 8, 9, 10))
        listener = self.listener(server)
        assert listener.volume_usd == 0.005
        volume = listener.volume(hour(8) - timedelta(minutes=20), hour(10) + timedelta(minutes=20))
        assert volume == {hour(8): 80, hour(9): 90}
        asked = server.requests[0].query
        assert (asked["query"], asked["granularity"]) == ("acme OR @acme", "hour")
        assert (asked["start_time"], asked["end_time"]) == ("2026-11-22T08:00:00Z", "2026-11-22T10:00:00Z")

    def test_as_far_as_x_still_counts(self, server: Replay) -> None:
        server.on("GET", COUNTS, self.counts(9))
        self.listener(server).volume(NOW - timedelta(days=30), NOW)
        asked = server.requests[0].query
        assert (asked["start_time"], asked["end_time"]) == ("2026-11-15T13:00:00Z", "2026-11-22T11:00:00Z")

    def test_mentions_are_counted_by_the_handle(self, server: Replay) -> None:
        server.on("GET", COUNTS, self.counts(9))
        assert self.listener(server, user="@acme").volume(hour(8), hour(10)) == {hour(9): 90}
        assert server.requests[0].query["query"] == "@acme"
        assert self.listener(server, user="4242").volume(hour(8), hour(10)) == {}
        assert self.listener(server).volume(hour(8), hour(8)) == {}
        assert len(server.requests) == 1

    def test_within_the_budget_only(self, server: Replay) -> None:
        with pytest.raises(QuotaExhausted, match="counting posts"):
            self.listener(server, spent=19.996).volume(hour(8), hour(10))
        assert server.requests == []
