"""Reddit: known items looked at again."""

from __future__ import annotations

from core.mention import Kind, Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.reddit import SOURCE
from listeners.reddit.options import TERMS, RedditOptions
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.reddit import RedditScenario
from tests.replay import Answer


class TestRevisit:
    def known(self, *names: str) -> list[Known]:
        return [
            Known(external_id=name, thread_id="t3_a001", posted_at=posted(1), url="u", kind=Kind.REPLY)
            for name in names
        ]

    def pages(self, reddit: RedditScenario, *names: str) -> list[Page]:
        assert SOURCE.revisit is not None
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "secret", http=reddit.http)
        options = RedditOptions.model_validate(reddit.options())
        return list(SOURCE.revisit.build(options, borrowed).look_again(self.known(*names)))

    def test_as_they_are_now(self, reddit: RedditScenario) -> None:
        here = [reddit.record(1, "good"), reddit.record(2, "deleted")]
        here[0]["data"]["edited"] = posted(2).timestamp()
        reddit.server.on("GET", "/api/info", Answer(body=reddit.envelope(here)))
        (page,) = self.pages(reddit, "t3_a001", "t3_a002", "t1_c3")
        live, deleted, absent = page.mentions
        assert (live.visibility, bool(live.text)) == (Visibility.EDITED, True)
        assert (deleted.visibility, deleted.text, deleted.author) == (Visibility.DELETED, "", None)
        assert (absent.external_id, absent.visibility, absent.text) == ("t1_c3", Visibility.DELETED, "")
        assert (absent.kind, absent.posted_at, absent.terms) == (Kind.REPLY, posted(1), TERMS)
        assert page.checkpoint is None
        assert reddit.server.requests[-1].query["id"] == "t3_a001,t3_a002,t1_c3"

    def test_a_hundred_at_a_time(self, reddit: RedditScenario) -> None:
        reddit.server.on("GET", "/api/info", Answer(body=reddit.envelope([reddit.record(1, "good")])))
        pages = self.pages(reddit, *(f"t3_a{n:03d}" for n in range(1, 251)), "not-a-name")
        assert len(pages) == 3
        asked = [seen.query["id"].split(",") for seen in reddit.server.requests if seen.path == "/api/info"]
        assert [len(names) for names in asked] == [100, 100, 50]

    def test_one_that_cannot_be_read_is_not_taken_for_gone(self, reddit: RedditScenario) -> None:
        bad = reddit.record(1, "broken")
        reddit.server.on("GET", "/api/info", Answer(body=reddit.envelope([bad, reddit.record(2, "good")])))
        (page,) = self.pages(reddit, "t3_a001", "t3_a002")
        assert ids([page]) == ["t3_a002"]
        assert page.rejected[0].external_id == "t3_a001"

    def test_where_one_is_not_even_named_nothing_is_taken_for_gone(self, reddit: RedditScenario) -> None:
        reddit.server.on("GET", "/api/info", Answer(body=reddit.envelope([{"kind": "t3"}])))
        (page,) = self.pages(reddit, "t3_a001", "t3_a002")
        assert page.mentions == ()

    def test_an_empty_answer_is_believed_the_second_time_only(self, reddit: RedditScenario) -> None:
        good = Answer(body=reddit.envelope([reddit.record(1, "good")]))
        reddit.server.on("GET", "/api/info", Answer(body=reddit.envelope([])), good)
        (page,) = self.pages(reddit, "t3_a001")
        assert page.mentions[0].visibility is Visibility.LIVE

    def test_nothing_known_asks_nothing(self, reddit: RedditScenario) -> None:
        assert self.pages(reddit) == []
        assert reddit.server.requests == []
