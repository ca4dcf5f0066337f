"""Hacker News: known items looked at again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import SourceUnavailable
from core.mention import Kind, Mention, Page, Visibility
from core.target import Known
from listeners.base import Borrowed
from listeners.hackernews import SOURCE
from listeners.hackernews.options import HackerNewsOptions
from listeners.patience import IN_A_ROW
from tests.listeners.contract import ids, until_trouble
from tests.listeners.hackernews_platform import site as site
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.hackernews import HackerNewsScenario
from tests.replay import Answer


class TestRevisit:
    def pages(self, site: HackerNewsScenario, *numbers: int) -> Iterator[Page]:
        borrowed = Borrowed(clock=lambda: NOW, secret=lambda _: "", http=site.http)
        options = HackerNewsOptions.model_validate(site.options())
        assert SOURCE.revisit is not None
        known = [
            Known(
                external_id=site.external_id(n),
                thread_id="39000000",
                posted_at=posted(n),
                url=f"u{n}",
                kind=Kind.REPLY,
            )
            for n in numbers
        ]
        return SOURCE.revisit.build(options, borrowed).look_again(known)

    def look(self, site: HackerNewsScenario, *numbers: int) -> dict[str, Mention]:
        pages = self.pages(site, *numbers)
        return {mention.external_id: mention for page in pages for mention in page.mentions}

    def test_many_in_one_request_and_the_missing_by_themselves(self, site: HackerNewsScenario) -> None:
        site.publish(1, 2, 3, 4)
        site.records[2]["comment_text"] = "Found again"
        site.records[3] |= {"author": None, "comment_text": None}
        del site.records[4]
        found = self.look(site, 1, 2, 3, 4)
        assert len(found) == 4
        assert found[site.external_id(2)].text == "Found again"
        assert found[site.external_id(3)].visibility is Visibility.DELETED
        gone = found[site.external_id(4)]
        assert (gone.visibility, gone.text, gone.thread_id, gone.url) == (
            Visibility.DELETED,
            "",
            "39000000",
            "u4",
        )
        assert gone.kind is Kind.REPLY
        assert [seen.path for seen in site.server.requests] == ["/search_by_date", "/items/40000004"]

    def test_what_the_search_does_not_have_is_not_gone(self, site: HackerNewsScenario) -> None:
        site.publish(1)
        site.server.on("GET", "/search_by_date", Answer(body=site.envelope([], 0)))
        assert self.look(site, 1)[site.external_id(1)].visibility is Visibility.LIVE

    def test_more_than_a_request_holds(self, site: HackerNewsScenario) -> None:
        site.publish(*range(1, 121))
        assert len(self.look(site, *range(1, 121))) == 120
        assert len(site.server.requests) == 3

    def test_trouble_is_no_deletion(self, site: HackerNewsScenario) -> None:
        site.server.on("GET", "/search_by_date", Answer(body=site.envelope([], 0)))
        site.server.on("GET", "/items/40000001", Answer(status=503, body="down"))
        with pytest.raises(SourceUnavailable):
            self.look(site, 1)

    def test_those_that_always_fail_keep_no_other_from_being_told(self, site: HackerNewsScenario) -> None:
        for number in (1, 2, 3, 4):  # the longest unseen come first: there such items gather
            site.server.on("GET", f"/items/{site.external_id(number)}", Answer(status=500, body="down"))
        got, trouble = until_trouble(self.pages(site, *range(1, 9)))
        assert sorted(ids(got)) == [site.external_id(n) for n in (5, 6, 7, 8)]
        assert isinstance(trouble, SourceUnavailable)
        assert "the item 4000000" in str(trouble)

    def test_where_nothing_answers_only_a_few_are_asked_for(self, site: HackerNewsScenario) -> None:
        site.server.play("GET", "/items/", lambda _seen: Answer(status=500, body="down"))
        got, trouble = until_trouble(self.pages(site, *range(1, 121)))
        assert (ids(got), type(trouble)) == ([], SourceUnavailable)
        assert len(site.server.requests) == 1 + IN_A_ROW
