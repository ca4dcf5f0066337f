"""X: past spans."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from core.mention import Page
from core.target import Archivist
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW, PER_PAGE, posted
from tests.listeners.scenarios.x import XScenario
from tests.replay import Answer, Replay, Seen


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
