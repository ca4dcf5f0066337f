"""The App Store's public feed: recorded answers, the contract suite, and what only the feed does."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from core.errors import AuthFailed, RateLimited, SourceUnavailable
from core.mention import Page
from core.target import Archivist
from listeners.appstore import SOURCE
from listeners.appstore.options import FEED_PAGE, AppStoreOptions
from listeners.appstore.read_feed import entries_of, read_feed
from listeners.base import Borrowed
from tests.listeners import appstore_reviews
from tests.listeners.contract import Pagination, Records, Trouble, checkpoint, ids, until_trouble
from tests.listeners.scenarios.appstore import APP, FeedScenario
from tests.listeners.scenarios.base import NOW, PER_PAGE, posted
from tests.replay import Answer, Seen

scenario = appstore_reviews.scenario


@pytest.fixture
def network(scenario: FeedScenario) -> FeedScenario:
    return scenario


class TestWire:
    def test_everything_parses(self, wire: Path) -> None:
        for name, count in (("customerreviews_page1", 50), ("customerreviews_edge", 1)):
            steps = json.loads((wire / f"appstore/{name}.json").read_text(encoding="utf-8"))
            entries = [entry for step in steps for entry in entries_of(step["response"]["body"])]
            mentions, rejected = read_feed(entries, NOW, "", app="284815942", country="us")
            assert (len(mentions), rejected) == (count, ())
            for mention in mentions:
                assert mention.rating is not None
                assert mention.author is not None
                assert mention.author.external_id.isdigit()
                assert mention.engagement.likes is not None
                assert mention.posted_at.utcoffset() == timedelta()

    def test_xml_instead_of_json(self, scenario: FeedScenario, wire: Path) -> None:
        body = (wire / "appstore/customerreviews_empty.xml").read_text(encoding="utf-8")
        scenario.fail(Answer(body=body, headers={"content-type": "text/xml"}))
        with pytest.raises(SourceUnavailable):
            list(scenario.listener().poll(None))


class TestFeedPagination(Pagination):
    def test_nothing_new_is_cheap_and_keeps_the_checkpoint(self, scenario: FeedScenario) -> None:  # type: ignore[override]
        """Where it shows what is older than the newest known one, which a feed of more than a few does."""
        scenario.publish(1, 2, 3)
        first = list(scenario.listener().poll(None))
        scenario.server.requests.clear()
        second = list(scenario.listener().poll(checkpoint(first)))
        assert (len(second), len(scenario.server.requests)) == (1, 1)


class TestFeedRecords(Records):
    pass


class TestFeedTrouble(Trouble):
    def test_the_same_token_for_ever(self, network: FeedScenario) -> None:  # type: ignore[override]
        """Pages have numbers: a feed that repeats itself comes to an end, and nothing is there twice."""
        network.fail(Answer(body=network.feed([network.record(1, "good"), network.record(2, "good")])))
        pages = list(network.listener().poll(None))
        assert len(network.server.requests) == 10
        assert set(ids(pages)) == {network.external_id(1), network.external_id(2)}


class TestFeed:
    def test_bad_gateway(self, scenario: FeedScenario) -> None:
        scenario.fail(Answer(status=502, body="<html>"))
        with pytest.raises(SourceUnavailable):
            list(scenario.listener().poll(None))

    def test_a_refused_machine(self, scenario: FeedScenario) -> None:
        scenario.fail(Answer(status=403))
        with pytest.raises(AuthFailed, match="needs no key"):
            list(scenario.listener().poll(None))

    def test_page_numbers_not_links(self, scenario: FeedScenario) -> None:
        scenario.publish(*range(1, 6))
        list(scenario.listener().poll(None))
        assert [seen.path for seen in scenario.server.requests] == [
            f"/gb/rss/customerreviews/page={n}/id={APP}/sortby=mostrecent/json" for n in (1, 2, 3)
        ]

    def test_ten_pages_are_a_wall(self, scenario: FeedScenario) -> None:
        scenario.publish(*range(1, 10 * PER_PAGE + 5))
        pages = list(scenario.listener().poll(None))
        assert len(pages) == 10
        assert "500 reviews" in pages[-1].truncated
        assert not any(page.truncated for page in pages[:-1])

    def test_nine_pages_are_none(self, scenario: FeedScenario) -> None:
        scenario.publish(*range(1, 9 * PER_PAGE + 1))
        pages = list(scenario.listener().poll(None))
        assert len(pages) == 10
        assert not any(page.truncated for page in pages)

    @pytest.mark.parametrize("max_pages", [10, 6])
    def test_a_resumed_walk_meets_the_wall(self, scenario: FeedScenario, max_pages: int) -> None:
        """With 6 pages a poll it comes to its end there, and what came meanwhile is left to the next one."""
        scenario.publish(*range(1, 10 * PER_PAGE + 5))
        got: list[Page] = []
        scenario.fail(Answer(status=503), after_pages=4)
        with pytest.raises(SourceUnavailable):
            got.extend(scenario.listener().poll(None))
        scenario.heal()
        scenario.publish(10 * PER_PAGE + 5)
        for _ in range(2):
            got += scenario.listener(max_pages=max_pages).poll(checkpoint(got))
        assert [page.truncated for page in got if page.lost] == [got[9].truncated]
        assert "500 reviews" in got[9].truncated
        assert not any(page.truncated for page in got[10:])

    def test_fewer_pages_a_poll_lose_nothing(self, scenario: FeedScenario) -> None:
        scenario.publish(*range(1, 16))
        got: list[Page] = []
        for _ in range(6):
            got += scenario.listener(max_pages=1).poll(checkpoint(got))
        assert set(ids(got)) == {scenario.external_id(n) for n in range(1, 16)}

    def test_an_empty_feed_that_had_reviews_is_said(self, scenario: FeedScenario) -> None:
        scenario.publish(1, 2, 3)
        first = list(scenario.listener().poll(None))
        reviews, scenario.records = scenario.records, {}
        (empty,) = scenario.listener().poll(checkpoint(first))
        assert "had reviews before" in empty.truncated
        assert empty.mentions == ()
        scenario.records = reviews
        scenario.publish(4)
        back = list(scenario.listener().poll(empty.checkpoint))
        assert scenario.external_id(4) in ids(back)
        assert not any(page.truncated for page in back)

    @pytest.fixture
    def full(self, scenario: FeedScenario) -> set[int]:
        """A feed with full pages; the set is of those that come empty."""
        empty: set[int] = set()

        def page(seen: Seen) -> Any:
            number = int(seen.path.split("/page=")[1].split("/")[0])
            newest_first = [scenario.records[n] for n in sorted(scenario.records, reverse=True)]
            shown = newest_first[(number - 1) * FEED_PAGE : number * FEED_PAGE]
            return scenario.feed([] if number in empty else shown)

        scenario.page = page  # type: ignore[method-assign]
        scenario.now = posted(300)
        return empty

    def test_an_empty_page_after_a_full_one_is_asked_for_again(
        self, scenario: FeedScenario, full: set[int]
    ) -> None:
        scenario.publish(*range(1, 131))
        got = list(scenario.listener().poll(None))
        scenario.publish(*range(131, 261))
        full.add(2)
        pages, trouble = until_trouble(scenario.listener().poll(checkpoint(got)))
        assert isinstance(trouble, SourceUnavailable)
        assert "page 2 came empty after a full one" in str(trouble)
        full.clear()
        got += pages
        got += scenario.listener().poll(checkpoint(got))
        assert set(ids(got)) == {scenario.external_id(n) for n in range(1, 261)}

    @pytest.mark.parametrize("meanwhile", [0, 1])
    def test_a_feed_that_ends_with_a_full_page(
        self, scenario: FeedScenario, full: set[int], meanwhile: int
    ) -> None:
        scenario.publish(*range(1, 2 * FEED_PAGE + 1))
        got, trouble = until_trouble(scenario.listener().poll(None))
        assert isinstance(trouble, SourceUnavailable)
        scenario.publish(*range(101, 101 + meanwhile))
        for _ in range(2):
            got += scenario.listener().poll(checkpoint(got))
        assert set(ids(got)) == {scenario.external_id(n) for n in range(1, 101 + meanwhile)}
        assert not any(page.lost for page in got)

    def test_one_country_in_trouble_does_not_stop_the_others(self, scenario: FeedScenario) -> None:
        scenario.publish(1, 2)
        scenario.server.play("GET", "/us/rss/", lambda _seen: Answer(status=503))
        got: list[Page] = []
        with pytest.raises(SourceUnavailable, match=r"App Store \(us\)"):
            got.extend(scenario.listener(countries=["us", "gb"]).poll(None))
        assert set(ids(got)) == {scenario.external_id(1), scenario.external_id(2)}

    def test_countries_take_turns_where_the_limit_ends_a_poll(self, scenario: FeedScenario) -> None:
        asked: list[str] = []

        def empty(seen: Seen) -> Answer:
            asked.append(seen.path.split("/")[1])
            return Answer(body=scenario.feed([]))

        countries = ["gb", "us", "de"]
        for country in countries:
            scenario.server.play("GET", f"/{country}/rss/", empty)
        options = AppStoreOptions.model_validate(scenario.options() | {"countries": countries})
        got: list[Page] = []
        for _ in range(3):
            left = iter([None])

            def permit(left: Any = left) -> None:
                if next(left, "over") is not None:
                    raise RateLimited("over", NOW)

            listener = SOURCE.build(
                options, Borrowed(clock=lambda: NOW, secret=str, http=scenario.http, permit=permit)
            )
            with pytest.raises(RateLimited):
                got.extend(listener.poll(checkpoint(got)))
        assert sorted(asked) == ["de", "gb", "us"]

    def test_another_app_begins_anew(self, scenario: FeedScenario) -> None:
        scenario.publish(1, 2, 3)
        first = list(scenario.listener().poll(None))
        again = list(scenario.listener(app="7777777").poll(checkpoint(first)))
        assert len(ids(again)) == 3

    def test_a_past_span(self, scenario: FeedScenario) -> None:
        scenario.publish(*range(1, 13))
        listener = scenario.listener()
        assert isinstance(listener, Archivist)
        wanted = {scenario.external_id(n) for n in (3, 4, 5)}
        assert set(ids(listener.past(posted(3), posted(6), None))) == wanted
        for stored in range(4):
            before = list(islice(scenario.listener().past(posted(3), posted(6), None), stored))
            after = list(scenario.listener().past(posted(3), posted(6), checkpoint(before)))
            assert set(ids([*before, *after])) == wanted
