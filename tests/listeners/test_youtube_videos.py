"""YouTube: walks of channels, of videos, and of videos found by a search."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core.errors import QuotaExhausted, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.mention import Page
from core.target import Archivist
from tests.listeners.contract import checkpoint, ids, until_trouble
from tests.listeners.scenarios.base import NOW, SECRET, posted
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import CHANNEL, refusal, used_up
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer, Seen


class TestVideos:
    def test_a_channel(self, site: YouTubeScenario) -> None:
        site.publish(1)
        assert ids(site.listener(video=(), channel=CHANNEL).poll(None)) == [site.external_id(1)]
        assert site.server.requests[-1].query["allThreadsRelatedToChannelId"] == CHANNEL
        assert site.server.requests[-1].headers["X-goog-api-key"] == SECRET

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (refusal("commentsDisabled"), "has its comments switched off"),
            (refusal("forbidden", domain="youtube.commentThread"), "may not be seen"),
        ],
    )
    def test_one_that_cannot_be_asked_is_skipped_and_told(
        self, site: YouTubeScenario, answer: Answer, why: str
    ) -> None:
        site.publish(1)
        closed = "vidclosed01"

        def threads(seen: Seen) -> Answer:
            return answer if seen.query.get("videoId") in (closed, None) else site.serve(seen)

        site.server.play("GET", "/commentThreads", threads)
        pages = list(site.listener(video=[closed, VIDEO]).poll(None))
        assert ids(pages) == [site.external_id(1)]
        assert [page.truncated for page in pages if page.truncated] == [f"the video {closed} {why}"]
        with pytest.raises(SourceGone, match=f"the video {closed} {why}"):
            list(site.listener(video=closed).poll(None))
        with pytest.raises(SourceGone, match=f"the channel {CHANNEL} {why}"):
            list(site.listener(video=(), channel=CHANNEL).poll(None))

    def search(self, site: YouTubeScenario, videos: dict[str, datetime]) -> None:
        items = [
            {"id": {"kind": "youtube#video", "videoId": video}, "snippet": {"publishedAt": time.isoformat()}}
            for video, time in videos.items()
        ]
        items.append({"id": {"kind": "youtube#channel"}, "snippet": {"publishedAt": NOW.isoformat()}})
        site.server.play("GET", "/search", lambda _seen: Answer(body=site.envelope(items, "more", "search")))

    def test_a_query_finds_them_once_a_day(self, site: YouTubeScenario) -> None:
        site.publish(1)
        self.search(site, {VIDEO: NOW - timedelta(days=2), "vid00000002": NOW - timedelta(days=1)})
        options = {"video": (), "query": "acme air", "videos": 2}
        pages = list(site.listener(**options).poll(None))
        assert ids(pages) == [site.external_id(1)] * 2
        search = site.server.requests[0]
        assert (search.query["q"], search.query["type"], search.query["order"]) == (
            "acme air",
            "video",
            "date",
        )
        assert search.query["publishedAfter"] == "2026-10-23T12:00:00Z"
        asked_for = [seen.query["videoId"] for seen in site.server.requests[1:]]
        assert sorted(asked_for) == [VIDEO, "vid00000002"]
        site.server.requests.clear()
        site.now = NOW + timedelta(hours=20)
        again = list(site.listener(**options).poll(checkpoint(pages)))
        assert {seen.path for seen in site.server.requests} == {"/commentThreads"}
        site.now = NOW + timedelta(hours=25)
        self.search(site, {"vid00000003": NOW})
        site.server.requests.clear()
        list(site.listener(**options).poll(checkpoint(again)))
        assert [seen.query.get("videoId") for seen in site.server.requests] == [
            None,
            "vid00000003",
            "vid00000002",
        ]

    def test_a_search_is_not_paid_for_twice(self, site: YouTubeScenario) -> None:
        self.search(site, {VIDEO: NOW - timedelta(days=2)})
        options = {"video": (), "query": "acme"}
        site.server.on("GET", "/commentThreads", Answer(status=503, body="down"))
        got: list[Page] = []
        with pytest.raises(SourceUnavailable):
            got.extend(site.listener(**options).poll(None))
        kept = next(iter(site.listener(**options).poll(None))).checkpoint
        site.server.requests.clear()
        with pytest.raises(SourceUnavailable):
            list(site.listener(**options).poll(kept))
        assert {seen.path for seen in site.server.requests} == {"/commentThreads"}

    def search_anew(self, site: YouTubeScenario, answer: Answer) -> tuple[list[Page], SourceError | None]:
        """A day after a video was found and read: another comment, and a search that is answered so."""
        site.publish(1)
        self.search(site, {VIDEO: NOW - timedelta(days=2)})
        options = {"video": (), "query": "acme"}
        stored = checkpoint(site.listener(**options).poll(None))
        site.publish(2)
        site.now = NOW + timedelta(hours=25)
        site.server.play("GET", "/search", lambda _seen: answer)
        pages, trouble = until_trouble(site.listener(**options).poll(stored))
        assert site.external_id(2) in ids(pages)
        site.server.requests.clear()
        self.search(site, {})
        list(site.listener(**options).poll(checkpoint(pages)))
        assert site.server.requests[0].path == "/search"  # it is still to be made
        return pages, trouble

    @pytest.mark.parametrize(
        "answer", [refusal("quotaExceeded"), used_up("Search Queries", "per day", "1/d/{project}")]
    )
    def test_known_videos_are_read_where_the_searches_are_used_up(
        self, site: YouTubeScenario, answer: Answer
    ) -> None:
        pages, trouble = self.search_anew(site, answer)
        assert trouble is None  # it would keep the target from being asked until midnight
        (told,) = [page for page in pages if page.truncated]
        assert "no videos were searched for, those known were read" in told.truncated
        assert not told.lost

    def test_known_videos_are_read_where_the_search_fails(self, site: YouTubeScenario) -> None:
        _, trouble = self.search_anew(site, Answer(status=503, body="down"))
        assert isinstance(trouble, SourceUnavailable)
        assert "the search for videos: YouTube: answered 503" in str(trouble)

    def test_with_no_video_known_a_used_up_search_ends_the_poll(self, site: YouTubeScenario) -> None:
        site.server.on("GET", "/search", refusal("quotaExceeded"))
        with pytest.raises(QuotaExhausted):
            list(site.listener(video=(), query="acme").poll(None))
        assert [seen.path for seen in site.server.requests] == ["/search"]

    def test_one_found_without_comments_is_told_once(self, site: YouTubeScenario) -> None:
        self.search(site, {VIDEO: NOW - timedelta(days=2)})
        site.server.on("GET", "/commentThreads", refusal("commentsDisabled"))
        options = {"video": (), "query": "acme"}
        first = list(site.listener(**options).poll(None))
        assert "switched off" in first[-1].truncated
        second = list(site.listener(**options).poll(checkpoint(first)))
        assert not any(page.truncated for page in second)

    def test_a_quota_that_ends_does_not_always_end_before_the_same_one(self, site: YouTubeScenario) -> None:
        site.publish(1)
        videos = ("vid0000000a", "vid0000000b")
        pages: list[Page] = []
        polling = site.listener(video=videos).poll(None)
        pages.append(next(polling))
        site.fail(refusal("quotaExceeded"))
        with pytest.raises(QuotaExhausted):
            pages.extend(polling)
        site.heal()
        site.server.requests.clear()
        list(site.listener(video=videos).poll(checkpoint(pages)))
        assert [seen.query["videoId"] for seen in site.server.requests] == list(reversed(videos))

    def test_past(self, site: YouTubeScenario) -> None:
        site.publish(*range(1, 12))
        site.reply(4, 3)
        site.reply(9, 3)
        listener = site.listener()
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(3), posted(6), None))
        threads = {own_id for own_id in ids(pages) if ".r" not in own_id}
        assert threads == {site.external_id(n) for n in (3, 4, 5)}
        assert not any(own_id.startswith(site.external_id(9)) for own_id in ids(pages))
        assert sum(".r" in own_id for own_id in ids(pages)) == 3
        assert ids(listener.past(posted(3), posted(6), checkpoint(pages))) == []

    def test_a_token_that_is_forgotten(self, site: YouTubeScenario) -> None:
        site.publish(*range(1, 8))
        first = next(iter(site.listener().poll(None)))

        def threads(seen: Seen) -> Answer:
            known = seen.query.get("pageToken") != site.external_id(4)
            return site.serve(seen) if known else refusal("invalidPageToken", 400)

        site.server.play("GET", "/commentThreads", threads)
        with pytest.raises(SchemaChanged):
            list(site.listener().poll(first.checkpoint))
        site.server.play("GET", "/commentThreads", site.serve)
        site.publish(8)
        assert site.external_id(1) in ids(site.listener().poll(first.checkpoint))
