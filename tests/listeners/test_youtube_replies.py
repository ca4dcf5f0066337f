"""YouTube: replies that a thread does not show."""

from __future__ import annotations

from core.mention import Kind
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import refusal
from tests.listeners.youtube_platform import site as site


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

    def test_no_more_pages_than_allowed(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        (page,) = site.listener(max_reply_pages=1).poll(None)
        assert len(page.mentions) == 3
        assert "max_reply_pages" in page.truncated

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
