"""Feeds: what is new in a document, and what a poll remembers of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core.errors import SchemaChanged, SourceUnavailable
from core.mention import Lost, Page
from listeners.feed.poll import PER_PAGE
from tests.listeners import feed_documents
from tests.listeners.contract import checkpoint, ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.feed import RSS, FeedScenario
from tests.replay import Answer

feed = feed_documents.feed


class TestPolling:
    def test_nothing_new_is_one_cheap_answer(self, feed: FeedScenario) -> None:
        feed.publish(1, 2)
        first = list(feed.listener().poll(None))
        (page,) = feed.listener().poll(checkpoint(first))
        assert page == Page(checkpoint=checkpoint(first))
        assert "If-None-Match" in feed.server.requests[-1].headers

    def test_last_modified_is_asked_with_too(self, feed: FeedScenario) -> None:
        date = "Sun, 22 Nov 2026 10:00:00 GMT"
        feed.publish(1)
        body = feed.page(None)  # type: ignore[arg-type]
        feed.server.on(
            "GET", feed.path, Answer(body=body, headers={**RSS, "last-modified": date}), Answer(status=304)
        )
        stored = checkpoint(feed.listener().poll(None))
        assert ids(feed.listener().poll(stored)) == []
        assert feed.server.requests[-1].headers["If-Modified-Since"] == date

    def test_after_a_day_the_whole_document_is_asked_for(self, feed: FeedScenario) -> None:
        feed.publish(1)
        stored = checkpoint(feed.listener().poll(None))
        feed.now = NOW + timedelta(hours=25)
        assert ids(feed.listener().poll(stored)) == []
        assert "If-None-Match" not in feed.server.requests[-1].headers

    def test_a_validator_that_is_no_header_is_not_sent(self, feed: FeedScenario) -> None:
        feed.publish(1)
        body = feed.page(None)  # type: ignore[arg-type]
        feed.server.on(
            "GET", feed.path, Answer(body=body, headers={**RSS, "etag": '"\xe9"', "last-modified": "x" * 900})
        )
        stored = checkpoint(feed.listener().poll(None))
        assert ids(feed.listener().poll(stored)) == []
        assert "If-None-Match" not in feed.server.requests[-1].headers

    def test_nobody_asked_whether_it_changed(self, feed: FeedScenario) -> None:
        feed.fail(Answer(status=304))
        with pytest.raises(SourceUnavailable, match="nothing changed"):
            list(feed.listener().poll(None))

    def test_an_edited_entry_comes_again_and_others_do_not(self, feed: FeedScenario) -> None:
        feed.publish(1, 2)
        stored = checkpoint(feed.listener().poll(None))
        feed.records[1] = feed.records[1].replace("me, 1", "me, one")
        assert ids(feed.listener().poll(stored)) == [feed.external_id(1)]

    def test_an_entry_without_a_date_keeps_the_time_of_its_first_sight(self, feed: FeedScenario) -> None:
        feed.records[1] = "<item><guid>u:1</guid><title>first</title></item>"
        stored = checkpoint(feed.listener().poll(None))
        feed.now = NOW + timedelta(hours=3)
        feed.records[1] = "<item><guid>u:1</guid><title>second</title></item>"
        ((mention,),) = [page.mentions for page in feed.listener().poll(stored)]
        assert (mention.text, mention.posted_at, mention.fetched_at) == ("second", NOW, feed.now)

    def test_what_left_the_feed_and_comes_back_is_not_new(self, feed: FeedScenario) -> None:
        feed.publish(1, 2)
        stored = checkpoint(feed.listener().poll(None))
        gone = feed.records.pop(1)
        stored = checkpoint(feed.listener().poll(stored))
        feed.records[1] = gone
        assert ids(feed.listener().poll(stored)) == []

    def test_when_nothing_is_known_any_more_there_may_be_a_hole(self, feed: FeedScenario) -> None:
        feed.publish(1, 2)
        stored = checkpoint(feed.listener().poll(None))
        feed.records.clear()
        feed.publish(7, 8)
        (page,) = feed.listener().poll(stored)
        assert "none of the feed's 2 entries is known" in page.truncated
        assert page.lost == Lost(until=page.mentions[-1].posted_at)
        feed.publish(9)
        (page,) = feed.listener().poll(page.checkpoint)
        assert (page.truncated, page.lost) == ("", None)

    @pytest.mark.parametrize("hours", [{1: 8, 2: 9}, {1: 9, 2: 8}])
    def test_of_two_entries_with_one_id_the_newer_counts(
        self, feed: FeedScenario, hours: dict[int, int]
    ) -> None:
        for number, hour in hours.items():
            date = f"<pubDate>Fri, 20 Nov 2026 0{hour}:00 GMT</pubDate>"
            feed.records[number] = f"<item><guid>u:1</guid><title>at {hour}</title>{date}</item>"
        (page,) = feed.listener().poll(None)
        assert [mention.text for mention in page.mentions] == ["at 9"]
        assert [record.raw for record in page.rejected] == ["at 8"]
        assert ids(feed.listener().poll(page.checkpoint)) == []

    def test_a_long_feed_is_stored_in_pieces_and_remembered_at_the_end(self, feed: FeedScenario) -> None:
        feed.publish(*range(1, PER_PAGE + 2))
        pages = list(feed.listener(timeout_seconds=20).poll(None))
        assert [len(page.mentions) for page in pages] == [PER_PAGE, 1]
        assert [page.checkpoint is None for page in pages] == [True, False]

    def test_another_address_begins_anew(self, feed: FeedScenario) -> None:
        feed.publish(1)
        stored = checkpoint(feed.listener().poll(None))
        again = feed.listener(url=f"{feed.server.url}{feed.path}?all")
        assert ids(again.poll(stored)) == [feed.external_id(1)]

    def test_a_checkpoint_with_a_time_that_is_none_is_named(self, feed: FeedScenario) -> None:
        feed.publish(1)
        stored = json.loads(checkpoint(feed.listener().poll(None)) or "")
        stored["seen"] = {"a": "b@soon"}
        with pytest.raises(SchemaChanged, match="checkpoint"):
            list(feed.listener().poll(json.dumps(stored)))
