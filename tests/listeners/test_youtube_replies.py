"""YouTube: replies that a thread does not show."""

from __future__ import annotations

from datetime import timedelta

from core.errors import SourceError, SourceUnavailable
from core.mention import Kind, Page
from listeners.patience import IN_A_ROW
from tests.listeners.contract import checkpoint, ids, until_trouble
from tests.listeners.scenarios.youtube import VIDEO, YouTubeScenario
from tests.listeners.youtube_platform import refusal
from tests.listeners.youtube_platform import site as site
from tests.replay import Answer


def poll(site: YouTubeScenario, got: list[Page]) -> SourceError | None:
    """One poll that goes on from there; the trouble that it met."""
    pages, trouble = until_trouble(site.listener().poll(checkpoint(got)))
    got += pages
    return trouble


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

    def test_a_thread_whose_replies_fail_keeps_no_other_from_being_read(self, site: YouTubeScenario) -> None:
        site.publish(1, 2)
        site.reply(1, 5)
        site.reply(2, 5)
        self.fail(site, 1)
        got: list[Page] = []
        for number in (3, 4, 5):
            site.publish(number)
            trouble = poll(site, got)
            assert isinstance(trouble, SourceUnavailable)
            assert f"the thread {site.external_id(1)}: YouTube: answered 500" in str(trouble)
            assert site.external_id(number) in ids(got)
        threads = {site.external_id(number) for number in range(1, 6)}
        replies = {f"{site.external_id(2)}.r{n}" for n in range(5)} | {f"{site.external_id(1)}.r0"}
        assert set(ids(got)) == threads | replies
        self.fail(site)
        assert poll(site, got) is None
        assert {f"{site.external_id(1)}.r{n}" for n in range(5)} <= set(ids(got))
        site.server.requests.clear()
        assert poll(site, got) is None
        assert {seen.path for seen in site.server.requests} == {"/commentThreads"}

    def test_pages_of_replies_before_one_that_fails_are_kept(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        site.server.on("GET", "/comments", Answer(status=500), cursor="2")
        got: list[Page] = []
        assert isinstance(poll(site, got), SourceUnavailable)
        assert set(ids(got)) == {site.external_id(1), *(f"{site.external_id(1)}.r{n}" for n in (0, 1))}
        site.server.requests.clear()
        assert isinstance(poll(site, got), SourceUnavailable)
        assert [seen.cursor for seen in site.server.requests if seen.path == "/comments"] == ["2"]

    def test_where_no_replies_can_be_had_only_a_few_are_asked_for(self, site: YouTubeScenario) -> None:
        numbers = range(1, 11)
        site.publish(*numbers)
        for number in numbers:
            site.reply(number, 5)
        self.fail(site, *numbers)
        got: list[Page] = []
        for _ in range(2):
            site.server.requests.clear()
            assert isinstance(poll(site, got), SourceUnavailable)
            assert sum(seen.path == "/comments" for seen in site.server.requests) == IN_A_ROW
        assert {site.external_id(number) for number in numbers} <= set(ids(got))
        self.fail(site)
        assert poll(site, got) is None
        assert {f"{site.external_id(n)}.r4" for n in numbers} <= set(ids(got))

    def test_replies_that_fail_for_days_are_given_up_and_told_as_lost(self, site: YouTubeScenario) -> None:
        site.publish(1)
        site.reply(1, 5)
        self.fail(site, 1)
        got: list[Page] = []
        for _ in range(4):
            assert isinstance(poll(site, got), SourceUnavailable)
            site.now += timedelta(days=1)
        assert poll(site, got) is None
        (told,) = [page for page in got if page.lost]
        assert "cannot be had: it has failed for 3 days: YouTube: answered 500" in told.truncated
        site.server.requests.clear()
        assert poll(site, got) is None
        assert {seen.path for seen in site.server.requests} == {"/commentThreads"}

    def fail(self, site: YouTubeScenario, *numbers: int) -> None:
        bad = {site.external_id(number) for number in numbers}
        site.server.play(
            "GET",
            "/comments",
            lambda seen: Answer(status=500) if seen.query["parentId"] in bad else site.comments(seen),
        )

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
