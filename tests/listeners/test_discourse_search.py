"""Discourse: posts that a search finds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.errors import SourceError, SourceUnavailable
from core.mention import Page
from core.target import Archivist
from listeners.patience import IN_A_ROW
from tests.listeners.contract import checkpoint, ids, until_trouble
from tests.listeners.discourse_platform import forum as forum
from tests.listeners.scenarios.base import NOW, posted
from tests.listeners.scenarios.discourse import DiscourseScenario
from tests.replay import Answer, Seen


class TestSearch:
    def topics(self, forum: DiscourseScenario, *numbers: int) -> None:
        for number in numbers:
            forum.records[number] = forum.record(number, "good", topic_id=1000 + number, post_number=1)

    def test_the_whole_text_comes_topic_by_topic(self, forum: DiscourseScenario) -> None:
        self.topics(forum, *range(1, 8))
        pages = list(forum.listener(listing="search", query="parcel").poll(None))
        assert sorted(ids(pages)) == [forum.external_id(n) for n in range(1, 8)]
        texts = {m.external_id: m.text for page in pages for m in page.mentions}
        assert texts[forum.external_id(3)] == "Parcels\n\nParcel 3 is gone & nobody answers"
        search = [seen for seen in forum.server.requests if seen.path == "/search.json"]
        assert [seen.query["page"] for seen in search] == ["1", "2", "3"]
        assert search[0].query["q"] == "parcel order:latest"

    def test_what_is_known_costs_no_request_for_its_text(self, forum: DiscourseScenario) -> None:
        self.topics(forum, *range(1, 5))
        stored = checkpoint(forum.listener(listing="search", query="parcel").poll(None))
        self.topics(forum, 5)
        forum.server.requests.clear()
        pages = list(forum.listener(listing="search", query="parcel").poll(stored))
        assert set(ids(pages)) == {forum.external_id(4), forum.external_id(5)}
        assert sum(seen.path.startswith("/t/") for seen in forum.server.requests) == 2

    def test_beyond_ten_pages_it_goes_on_by_days(self, forum: DiscourseScenario) -> None:
        for number in range(1, 41):
            time = (NOW - timedelta(days=5) + timedelta(hours=2 * number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            forum.records[number] = forum.record(number, "good", topic_id=1000 + number, created_at=time)
        pages = list(forum.listener(listing="search", query="parcel").poll(None))
        assert set(ids(pages)) == {forum.external_id(n) for n in range(1, 41)}
        assert not any(page.truncated for page in pages)

    def test_a_day_with_more_than_a_search_shows_is_a_hole(self, forum: DiscourseScenario) -> None:
        for number in range(1, 61):
            time = (NOW - timedelta(hours=11) + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            forum.records[number] = forum.record(number, "good", topic_id=1000 + number, created_at=time)
        pages = list(forum.listener(listing="search", query="parcel").poll(None))
        assert "500 results" in pages[-1].truncated

    def test_a_resumed_walk_tells_it_too(self, forum: DiscourseScenario) -> None:
        for number in range(1, 61):
            time = (NOW - timedelta(hours=11) + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            forum.records[number] = forum.record(number, "good", topic_id=1000 + number, created_at=time)
        search = {"listing": "search", "query": "parcel"}
        whole = list(forum.listener(**search).poll(None))
        got = whole[:4]
        for _ in range(2):
            got += forum.listener(**search, max_pages=len(whole) - 4).poll(checkpoint(got))
        assert [page.truncated for page in got if page.truncated] == [whole[-1].truncated]
        assert got[len(whole) - 1].lost

    def test_a_topic_that_went_away_meanwhile(self, forum: DiscourseScenario) -> None:
        self.topics(forum, 1, 2)
        forum.server.on("GET", "/t/1001/posts.json", Answer(status=404, body={"error_type": "not_found"}))
        assert ids(forum.listener(listing="search", query="parcel").poll(None)) == [forum.external_id(2)]

    def poll(self, forum: DiscourseScenario, got: list[Page]) -> SourceError | None:
        """One poll that goes on from there; the trouble that it met."""
        listener = forum.listener(listing="search", query="parcel OR gone")
        pages, trouble = until_trouble(listener.poll(checkpoint(got)))
        got += pages
        return trouble

    def break_topics(self, forum: DiscourseScenario, *topics: int) -> None:
        def topic(seen: Seen) -> Answer:
            number = int(seen.path.split("/")[2].removesuffix(".json"))
            return Answer(status=500, body="down") if number in topics else forum.topic(seen)

        forum.server.play("GET", "/t/", topic)

    def test_a_topic_that_fails_starves_no_other_and_comes_once_it_can_be_had(
        self, forum: DiscourseScenario
    ) -> None:
        self.topics(forum, 1)
        self.break_topics(forum, 1001)
        got: list[Page] = []
        for number in (2, 3, 4):
            self.topics(forum, number)
            trouble = self.poll(forum, got)
            assert isinstance(trouble, SourceUnavailable)
            assert "the topic 1001: Discourse: answered 500" in str(trouble)
            assert forum.external_id(number) in ids(got)
        assert forum.external_id(1) not in ids(got)
        self.break_topics(forum)
        assert self.poll(forum, got) is None
        texts = {m.external_id: m.text for page in got for m in page.mentions}
        assert texts[forum.external_id(1)] == "Parcels\n\nParcel 1 is gone & nobody answers"
        before = len(got)
        assert self.poll(forum, got) is None
        assert set(ids(got[before:])) == {forum.external_id(4)}

    def test_where_no_topic_answers_only_a_few_are_asked_for(self, forum: DiscourseScenario) -> None:
        self.topics(forum, *range(1, 11))
        self.break_topics(forum, *range(1001, 1011))
        got: list[Page] = []
        for _ in range(2):
            forum.server.requests.clear()
            assert isinstance(self.poll(forum, got), SourceUnavailable)
            assert sum(seen.path.startswith("/t/") for seen in forum.server.requests) == IN_A_ROW
        self.break_topics(forum)
        assert self.poll(forum, got) is None
        assert set(ids(got)) == {forum.external_id(n) for n in range(1, 11)}

    def test_a_topic_that_fails_for_days_is_given_up_and_told_as_lost(self, forum: DiscourseScenario) -> None:
        self.topics(forum, 1, 2)
        self.break_topics(forum, 1001)
        got: list[Page] = []
        for _ in range(4):
            assert isinstance(self.poll(forum, got), SourceUnavailable)
            forum.now += timedelta(days=1)
        assert self.poll(forum, got) is None
        (told,) = [page for page in got if page.lost]
        assert (
            "posts of the topic 1001 could not be had for 3 days: Discourse: answered 500" in told.truncated
        )
        assert self.poll(forum, got) is None

    def test_what_was_given_up_is_left_alone_as_long_as_the_search_shows_it(
        self, forum: DiscourseScenario
    ) -> None:
        self.topics(forum, 1, 2)
        self.break_topics(forum, 1002)
        got: list[Page] = []
        troubles = []
        for _ in range(20):
            troubles.append(self.poll(forum, got))
            forum.now += timedelta(hours=12)
        assert [page.truncated[:25] for page in got if page.lost] == ["posts of the topic 1002 c"]
        assert [bool(trouble) for trouble in troubles] == [True] * 7 + [False] * 13
        forum.now += timedelta(days=30)  # nobody polled
        assert self.poll(forum, got) is None
        assert forum.external_id(2) not in ids(got)

    def test_another_post_of_a_topic_that_was_given_up_comes(self, forum: DiscourseScenario) -> None:
        self.topics(forum, 1, 2)
        got = self.given_up(forum, 1002)
        self.break_topics(forum)
        forum.records[3] = forum.record(3, "good", topic_id=1002, post_number=2)
        assert self.poll(forum, got) is None
        assert forum.external_id(3) in ids(got)

    def test_what_the_search_no_longer_shows_is_forgotten(self, forum: DiscourseScenario) -> None:
        self.topics(forum, 1, 2)
        got = self.given_up(forum, 1002)
        self.topics(forum, 3)
        for remembered in ([forum.external_id(2)], [forum.external_id(2)], []):
            assert self.poll(forum, got) is None
            assert list(json.loads(checkpoint(got) or "")["more"]["given_up"]) == remembered
            forum.now += timedelta(days=2)

    def given_up(self, forum: DiscourseScenario, topic: int) -> list[Page]:
        """The pages of the polls until a topic is given up."""
        self.break_topics(forum, topic)
        got: list[Page] = []
        while not any(page.lost for page in got):
            self.poll(forum, got)
            forum.now += timedelta(days=1)
        return got

    def test_alternatives_category_and_tag(self, forum: DiscourseScenario) -> None:
        listener = forum.listener(listing="search", query='"acme air" OR acmeair', category=4, tag="cargo")
        list(listener.poll(None))
        assert [seen.query["q"] for seen in forum.server.requests] == [
            '"acme air" category:4 tags:cargo order:latest',
            "acmeair category:4 tags:cargo order:latest",
        ]

    def test_past(self, forum: DiscourseScenario) -> None:
        self.topics(forum, *range(1, 12))
        listener = forum.listener(listing="search", query="parcel")
        assert isinstance(listener, Archivist)
        pages = list(listener.past(posted(3), posted(6), None))
        assert set(ids(pages)) == {forum.external_id(n) for n in (3, 4, 5)}
        assert forum.server.requests[0].query["q"].endswith("before:2026-11-21")

    def test_an_overloaded_search_is_no_empty_one(self, forum: DiscourseScenario) -> None:
        body = {"posts": [], "topics": [], "grouped_search_result": {"error": "extreme load"}}
        forum.server.on("GET", "/search.json", Answer(body=body))
        with pytest.raises(SourceUnavailable):
            list(forum.listener(listing="search", query="parcel").poll(None))
