"""Feeds: which addresses are asked, where they lead, and what is refused."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from pydantic import ValidationError

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from listeners.feed import SOURCE
from listeners.feed.options import FeedOptions
from listeners.feed.read import unwrapped
from tests.listeners import feed_documents
from tests.listeners.contract import ids
from tests.listeners.feed_documents import rss
from tests.listeners.scenarios.feed import FeedScenario
from tests.replay import Answer

feed = feed_documents.feed


class TestAddresses:
    def test_it_follows_within_the_host_and_tells_what_moved_for_good(
        self, feed: FeedScenario, caplog: pytest.LogCaptureFixture
    ) -> None:
        feed.publish(1)
        feed.server.on("GET", "/old.xml", Answer(status=301, headers={"location": "/newer.xml"}))
        feed.server.on(
            "GET", "/newer.xml", Answer(status=302, headers={"location": f"{feed.server.url}{feed.path}#x"})
        )
        caplog.set_level(logging.WARNING)
        assert ids(feed.listener(url=f"{feed.server.url}/old.xml").poll(None)) == [feed.external_id(1)]
        (record,) = caplog.records
        assert record.getMessage().endswith(
            f"has moved for good: set its target's url to {feed.server.url}/newer.xml"
        )

    def test_a_token_is_in_no_log_and_in_no_mention(
        self, feed: FeedScenario, caplog: pytest.LogCaptureFixture
    ) -> None:
        items = "<item><guid>12</guid><title>A</title><link>#12</link></item><item><title>B</title></item>"
        feed.server.on("GET", "/old.xml", Answer(status=301, headers={"location": "/new.xml?token=abc"}))
        feed.server.on("GET", "/new.xml", Answer(body=rss(items + "<item/>")))
        urls = [f"{feed.server.url}/old.xml?token=abc{reader}" for reader in ("", "d", "")]
        pages = [next(iter(feed.listener(url=url).poll(None))) for url in urls]
        assert "/new.xml?… (the rest is not shown" in caplog.text
        assert "abc" not in caplog.text + repr(pages)
        first, other, again = ([mention.external_id for mention in page.mentions] for page in pages)
        assert first == again
        assert set(first).isdisjoint(other)

    def test_every_step_asks_leave(self, feed: FeedScenario) -> None:
        feed.server.on("GET", "/old.xml", Answer(status=308, headers={"location": feed.path}))
        list(feed.listener(url=f"{feed.server.url}/old.xml").poll(None))
        assert feed.permits == len(feed.server.requests) == 2

    def test_it_does_not_follow_for_ever(self, feed: FeedScenario) -> None:
        for number in range(9):
            feed.server.on(
                "GET", f"/{number}.xml", Answer(status=302, headers={"location": f"/{number + 1}.xml"})
            )
        with pytest.raises(SchemaChanged, match="more than 5 times"):
            list(feed.listener(url=f"{feed.server.url}/0.xml").poll(None))
        assert len(feed.server.requests) == 6

    @pytest.mark.parametrize(
        "location", ["http://localhost:1/feed.xml", "http://[bad", "//other.example/x", "ftp://127.0.0.1/x"]
    )
    def test_it_does_not_go_elsewhere(self, feed: FeedScenario, location: str) -> None:
        feed.fail(Answer(status=301, headers={"location": location}))
        with pytest.raises(SourceError) as raised:
            list(feed.listener().poll(None))
        assert raised.type is SourceUnavailable
        assert len(feed.server.requests) == 1

    @pytest.mark.parametrize(
        ("status", "error", "said"),
        [
            (401, AuthFailed, "public feeds only"),
            (403, AuthFailed, "turns programs away"),
            (404, SourceGone, "no feed at the target's url"),
            (410, SourceGone, "gone for good"),
        ],
    )
    def test_statuses_say_what_to_do(
        self, feed: FeedScenario, status: int, error: type[SourceError], said: str
    ) -> None:
        feed.fail(Answer(status=status))
        with pytest.raises(error, match=said) as raised:
            list(feed.listener(url=f"{feed.server.url}{feed.path}?token=abc").poll(None))
        assert "abc" not in str(raised.value)

    @pytest.mark.parametrize(
        ("link", "target"),
        [
            ("https://www.google.com/url?q=https://n.example/a&sa=x", "https://n.example/a"),
            ("https://www.google.co.uk/url?url=http://n.example/?a%3D1%26b%3D2", "http://n.example/?a=1&b=2"),
            ("https://www.google.com/url?url=javascript:alert(1)", None),
            ("https://www.google.com/search?url=https://n.example/", None),
            ("https://google.com.evil.example/url?url=https://n.example/", None),
            ("http://[bad/url?url=https://n.example/", None),
            ("", None),
        ],
    )
    def test_links_of_google_alerts_lead_where_they_lead(self, link: str, target: str | None) -> None:
        assert unwrapped(link) == (target or link)


class TestOptions:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "blog.example/feed",
            "ftp://blog.example/feed",
            "https://",
            "https://ann:pw@blog.example/f",
            "https://blog.example/a b",
            "https://blog.example:x/f",
            "http://[bad",
        ],
    )
    def test_wrong_addresses_are_refused(self, url: str) -> None:
        with pytest.raises(ValidationError):
            FeedOptions(url=url)

    def test_they_are_made_usable(self) -> None:
        assert FeedOptions(url=" feed://blog.example/f.xml#top ").url == "https://blog.example/f.xml"
        terms = FeedOptions(url="https://b.example/f", keep_days=30, may_train=True).terms
        assert (terms.keep_for, terms.may_train, terms.may_export_text) == (timedelta(days=30), True, False)

    def test_what_is_told_of_words_is_what_is_done(self) -> None:
        options = FeedOptions(url="https://blog.example.com/feed")
        assert SOURCE.asked is not None
        (told,) = [reason for reason in SOURCE.asked(options).cannot if "cannot search" in reason]
        assert "counts as about the brand" in told
        assert "relevance: words" in told
        assert not SOURCE.by_words(options)
