"""YouTube: replies that a thread does not show."""

from __future__ import annotations

from datetime import timedelta

from core.mention import Kind
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import refusal
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer


class TestReplies:
    def test_those_a_thread_does_not_show_are_asked_for_once(self, site: YouTubeScenario) -> None:
        site.publish(1, 2)
        site.reply(2, 5)
        pages = list(site.listener().poll(None))
        parent = site.external_id(2)
        assert {f"{parent}.r{n}" for n in range(5)} <= set(ids(pages))
        asked_for = [seen for seen in site.server.requests if seen.path == "/comments"]
        assert len(asked_for) == 3  # two a page
        reply = next(m for page in pages for m in page.mentions if m.external_id == f"{parent}.r3")
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, parent)
        assert reply.url.startswith(f"https://www.youtube.com/watch?v={VIDEO}")
        site.server.requests.clear()
        again = list(site.listener().poll(checkpoint(pages)))
        assert [seen.path for seen in site.server.requests] == ["/commentThreads"]
        site.reply(2, 6)
        late = list(site.listener().poll(checkpoint(again)))
        assert f"{parent}.r5" in ids(late)

    def test_a_late_reply_is_found_within_the_look_back(self, site: YouTubeScenario) -> None:
        site.publish(1, 2, 3, 4)
        stored = checkpoint(site.listener(look_back_hours=2).poll(None))
        site.reply(1, 3)
        pages = list(site.listener(look_back_hours=2).poll(stored))
        assert f"{site.external_id(1)}.r2" in ids(pages)

    def test_no_more_pages_than_allowed_and_the_next_poll_goes_on(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        (first,) = site.listener(max_reply_pages=1).poll(None)
        assert len(first.mentions) == 3
        assert "more replies of a long thread are read by the next poll" in first.truncated
        assert not first.lost
        got = [first]
        for missing in ([True], [False], []):
            site.server.requests.clear()
            pages = list(site.listener(max_reply_pages=1).poll(checkpoint(got)))
            assert [bool(page.truncated) for page in pages[1:]] == missing
            assert sum(seen.path == "/comments" for seen in site.server.requests) == len(missing)
            got += pages
        parent = site.external_id(1)
        replies = {m.external_id: m for page in got for m in page.mentions if m.external_id != parent}
        assert set(replies) == {f"{parent}.r{n}" for n in range(5)}
        assert replies[f"{parent}.r4"].url.startswith(f"https://www.youtube.com/watch?v={VIDEO}")

    def test_a_thread_that_grew_meanwhile_is_read_anew(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 3)
        got = list(site.listener(max_reply_pages=1).poll(None))
        site.reply(1, 4)
        pages = list(site.listener(max_reply_pages=2).poll(checkpoint(got)))
        assert len(pages) == 1
        assert {f"{site.external_id(1)}.r{n}" for n in range(4)} <= set(ids(pages))
        assert not pages[0].truncated

    def test_a_place_among_replies_that_is_no_longer_taken_is_told_as_lost(
        self, site: YouTubeScenario
    ) -> None:
        site.publish(1)
        site.reply(1, 5)
        got = list(site.listener(max_reply_pages=1).poll(None))
        site.server.on("GET", "/comments", refusal("invalidPageToken", 400))
        _, told = site.listener(max_reply_pages=1).poll(checkpoint(got))
        assert told.lost
        assert site.external_id(1) in told.truncated
        (again,) = site.listener(max_reply_pages=1).poll(told.checkpoint)
        assert not again.truncated

    def test_what_is_left_of_a_video_that_is_no_longer_listened_to_is_forgotten(
        self, site: YouTubeScenario
    ) -> None:
        site.publish(1)
        site.reply(1, 5)
        self.search(site, VIDEO)
        options = {"video": (), "query": "acme", "search_every_hours": 1, "max_reply_pages": 1, "videos": 1}
        stored = checkpoint(site.listener(**options).poll(None)) or ""
        assert site.external_id(1) in stored
        site.now += timedelta(hours=2)
        self.search(site, "vid00000002")
        site.records.clear()
        stored = checkpoint(site.listener(**options).poll(stored)) or ""
        assert "token" not in stored.partition("rests")[2]

    def search(self, site: YouTubeScenario, video: str) -> None:
        found = {"id": {"videoId": video}, "snippet": {"publishedAt": site.now.isoformat()}}
        site.server.play("GET", "/search", lambda _seen: Answer(body=site.envelope([found], None, "search")))

    def test_a_thread_that_went_away_meanwhile(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        site.server.on("GET", "/comments", refusal("commentNotFound", 404))
        (page,) = site.listener().poll(None)
        assert ids([page]) == [site.external_id(1)]

    def test_without(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        (page,) = site.listener(replies=False).poll(None)
        assert ids([page]) == [site.external_id(1)]
        assert site.server.requests[-1].query["part"] == "snippet"
