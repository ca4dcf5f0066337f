"""YouTube: videos whose comments cannot be had, poll after poll."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import QuotaExhausted, SourceGone
from core.mention import Page
from core.target import Archivist
from tests.listeners.contract import checkpoint, ids, until_trouble
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import refusal
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer, Seen

OTHER = "vid00000002"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOUND = {"video": (), "query": "acme", "search_every_hours": 24 * 30}


def close(site: YouTubeScenario, *videos: str) -> None:
    """From now on these, and no others; the comments are those of VIDEO."""

    def threads(seen: Seen) -> Answer:
        video = seen.query["videoId"]
        if video in videos:
            return refusal("commentsDisabled")
        return site.serve(seen) if video == VIDEO else Answer(body=site.envelope([], None))

    site.server.play("GET", "/commentThreads", threads)


def finds(site: YouTubeScenario, *videos: str) -> None:
    items = [{"id": {"videoId": video}, "snippet": {"publishedAt": NOW.isoformat()}} for video in videos]
    site.server.play("GET", "/search", lambda _seen: Answer(body=site.envelope(items, None, "search")))


def poll(site: YouTubeScenario, got: list[Page], after: timedelta, **options: Any) -> list[Page]:
    """One more poll, so long after the last; requests are those of this one."""
    site.now += after
    site.server.requests.clear()
    pages = list(site.listener(**options).poll(checkpoint(got)))
    got += pages
    return pages


def asked(site: YouTubeScenario) -> set[str]:
    return {seen.query["videoId"] for seen in site.server.requests if seen.path == "/commentThreads"}


def told(pages: list[Page]) -> list[str]:
    return [page.truncated for page in pages if page.truncated]


@pytest.mark.parametrize("options", [{"video": [OTHER, VIDEO]}, FOUND], ids=["named", "found"])
class TestOneOfSeveral:
    def test_it_is_told_once_and_asked_again_once_a_day(
        self, site: YouTubeScenario, options: dict[str, Any]
    ) -> None:
        finds(site, OTHER, VIDEO)
        close(site, OTHER)
        got: list[Page] = []
        assert told(poll(site, got, HOUR, **options)) == [f"the video {OTHER} has its comments switched off"]
        for _ in range(2):
            for after, expected in ((HOUR, {VIDEO}), (DAY - HOUR, {VIDEO, OTHER})):
                assert told(poll(site, got, after, **options)) == []
                assert asked(site) == expected

    def test_one_that_opens_is_read_on_from_where_it_was(
        self, site: YouTubeScenario, options: dict[str, Any]
    ) -> None:
        finds(site, OTHER, VIDEO)
        close(site)
        site.publish(1, 2, 3)
        got: list[Page] = []
        poll(site, got, HOUR, **options)
        close(site, VIDEO)
        assert [len(told(poll(site, got, HOUR, **options))) for _ in range(3)] == [1, 0, 0]
        close(site)
        site.publish(4)
        new = ids(poll(site, got, DAY, **options))
        assert {site.external_id(4)} <= set(new) <= {site.external_id(n) for n in (3, 4)}
        poll(site, got, HOUR, **options)
        assert asked(site) == {VIDEO, OTHER}
        close(site, VIDEO)
        assert len(told(poll(site, got, HOUR, **options))) == 1  # anew


class TestAll:
    def test_a_target_that_names_them_is_gone_until_one_opens(self, site: YouTubeScenario) -> None:
        options = {"video": [OTHER, VIDEO]}
        close(site, OTHER, VIDEO)
        got: list[Page] = []
        for _ in range(3):
            site.now += HOUR
            pages, trouble = until_trouble(site.listener(**options).poll(checkpoint(got)))
            got += pages
            assert isinstance(trouble, SourceGone)
            assert str(trouble).count("switched off") == 2
        assert len(told(got)) == 2
        close(site, OTHER)
        site.publish(1)
        assert ids(poll(site, got, HOUR, **options)) == [site.external_id(1)]

    def test_the_last_that_closes_makes_it_gone(self, site: YouTubeScenario) -> None:
        got: list[Page] = []
        close(site, OTHER)
        poll(site, got, HOUR, video=[OTHER, VIDEO])
        close(site, OTHER, VIDEO)
        with pytest.raises(SourceGone, match=VIDEO):
            poll(site, got, HOUR, video=[OTHER, VIDEO])

    def test_found_ones_end_no_target(self, site: YouTubeScenario) -> None:
        finds(site, VIDEO)
        close(site, VIDEO)
        got: list[Page] = []
        poll(site, got, HOUR, **FOUND)
        (page,) = poll(site, got, HOUR, **FOUND)
        assert (page.truncated, asked(site)) == ("", set())

    def test_with_used_up_searches_nothing_is_left_to_read(self, site: YouTubeScenario) -> None:
        finds(site, VIDEO)
        close(site, VIDEO)
        got: list[Page] = []
        poll(site, got, HOUR, video=(), query="acme")
        site.server.on("GET", "/search", refusal("quotaExceeded"))
        with pytest.raises(QuotaExhausted):
            poll(site, got, DAY, video=(), query="acme")


def test_a_past_span_comes_to_its_end(site: YouTubeScenario) -> None:
    site.publish(4)
    close(site, OTHER)
    listener = site.listener(video=[OTHER, VIDEO])
    assert isinstance(listener, Archivist)
    first = list(listener.past(posted(3), posted(6), None))
    assert (ids(first), len(told(first))) == ([site.external_id(4)], 1)
    assert told(list(listener.past(posted(3), posted(6), checkpoint(first)))) == []
