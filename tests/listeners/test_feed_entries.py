"""Feeds: what becomes of the entries of RSS, of Atom and of JSON Feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.mention import Kind, Mention, Visibility
from tests.listeners.feed_documents import ITEM, read, rss
from tests.listeners.scenarios.base import NOW


def one(items: str) -> Mention:
    ((mention,), rejected) = read(rss(items))
    assert rejected == ()
    return mention


def atom(entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">{entries}</feed>'


class TestRss:
    def test_a_whole_entry(self) -> None:
        mention = one(
            "<item><guid isPermaLink='false'>12</guid><title>Acme &amp;amp; its <![CDATA[trains]]></title>"
            "<link>/a/12?x=1&amp;y=2</link><description>In short.</description>"
            "<content:encoded><![CDATA[<p>All of it &amp; more.</p><script>x()</script><p>End.</p>]]>"
            "</content:encoded>"
            "<dc:creator>ann</dc:creator><slash:comments>4</slash:comments>"
            "<pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate></item>"
        )
        assert (mention.source, mention.kind) == ("feed", Kind.ARTICLE)
        assert mention.external_id == "blog.example/feeds/all.xml#12"
        assert mention.text == "Acme & its trains\n\nAll of it & more.\n\nEnd."
        assert mention.url == "https://blog.example/a/12?x=1&y=2"
        assert mention.posted_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
        assert mention.author is not None
        assert (mention.author.external_id, mention.author.handle) == ("blog.example:ann", "ann")
        assert (mention.language, mention.engagement.replies) == ("en-gb", 4)
        assert (mention.edited_at, mention.visibility) == (None, Visibility.LIVE)

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            (
                "<guid>https://blog.example/?p=1</guid><link>https://b.example/x</link>",
                "https://blog.example/?p=1",
            ),
            ("<guid isPermaLink='false'>tag:blog.example,2026:1</guid>", "tag:blog.example,2026:1"),
            ("<guid isPermaLink='false'>urn:uuid:1</guid>", "urn:uuid:1"),
            ("<link>https://blog.example/a</link>", "https://blog.example/a"),
            ("<link>/a</link>", "https://blog.example/a"),
            ("<guid>12</guid>", "blog.example/feeds/all.xml#12"),  # two feeds of a host may both have it
            ("<guid>a/12</guid><link>/a</link>", "blog.example/feeds/all.xml#a/12"),
        ],
    )
    def test_ids(self, fields: str, expected: str) -> None:
        assert one(f"<item><title>t</title>{fields}</item>").external_id == expected

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ("<guid>12</guid><link>a/12</link>", "https://blog.example/feeds/a/12"),
            ("<guid>/a/12</guid>", "https://blog.example/a/12"),
            ("<guid>12</guid>", ""),
            ("<guid>https://b.example/12</guid>", "https://b.example/12"),
        ],
    )
    def test_addresses(self, fields: str, expected: str) -> None:
        assert one(f"<item><title>t</title>{fields}</item>").url == expected

    def test_an_entry_without_any_id_has_one_that_stays_while_its_text_does(self) -> None:
        first, second, other = (
            one(f"<item><title>{title}</title>{more}</item>").external_id
            for title, more in (("a", ""), ("a", "<comments>https://b.example/c</comments>"), ("b", ""))
        )
        assert first == second != other
        assert first.startswith("blog.example/feeds/all.xml#~")
        assert len(one(f"<item><title>t</title><guid>x{'y' * 900}</guid></item>").external_id) < 100

    @pytest.mark.parametrize(
        ("fields", "text"),
        [
            ("<title>Only a title</title>", "Only a title"),
            (
                "<description>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; &amp;euro;5&lt;br&gt;on</description>",
                "Bold & €5\non",
            ),
            (
                "<title>It broke…</title><description>It broke again, and how.</description>",
                "It broke again, and how.",
            ),
            ("<title>…</title>", "…"),
            ("<description>a &lt; b and 5 &gt; 3</description>", "a < b and 5 > 3"),
        ],
    )
    def test_texts(self, fields: str, text: str) -> None:
        assert one(f"<item>{fields}</item>").text == text

    @pytest.mark.parametrize(
        ("author", "handle"),
        [
            ("jo@shop.example (Jo)", "Jo"),
            ("jo@shop.example", "jo"),  # no e-mail address is kept
            ("Jo", "Jo"),
            ("  ", None),
        ],
    )
    def test_authors(self, author: str, handle: str | None) -> None:
        mention = one(f"<item><title>t</title><author>{author}</author></item>")
        assert (mention.author.handle if mention.author else None) == handle

    @pytest.mark.parametrize(
        "date",
        [
            "",
            "<pubDate>yesterday</pubDate>",
            "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>",
            "<pubDate>Tue, 01 Jan 2030 00:00:00 GMT</pubDate>",
        ],
    )
    def test_without_a_usable_date_it_is_of_now(self, date: str) -> None:
        assert one(f"<item><title>t</title>{date}</item>").posted_at == NOW

    def test_addresses_that_lead_nowhere_are_dropped(self) -> None:
        assert one("<item><title>t</title><guid>1</guid><link>javascript:alert(1)</link></item>").url == ""

    def test_an_entry_with_nothing_in_it_is_kept_as_rejected(self) -> None:
        mentions, rejected = read(rss("<item><guid>1</guid></item><item><title>t</title></item>"))
        assert len(mentions) == 1
        assert "neither title nor text" in rejected[0].reason
        assert rejected[0].place == "GET blog.example/feeds/all.xml"

    def test_what_the_target_says_counts(self) -> None:
        ((mention,), _) = read(rss("<item><title>t</title></item>"), kind=Kind.COMMENT, language="fr")
        assert (mention.kind, mention.language) == (Kind.COMMENT, "fr")


class TestAtom:
    def test_a_google_alert(self) -> None:
        ((mention,), _) = read(
            atom(
                "<entry><id>tag:google.com,2013:googlealerts/feed:1</id>"
                "<title type='html'>&lt;b&gt;Acme&lt;/b&gt; &amp;amp; Co late</title>"
                "<link href='https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://n.example/a%3Fb%3D1&amp;ct=ga'/>"
                "<published>2026-11-20T10:00:00Z</published><updated>2026-11-20T10:00:00Z</updated>"
                "<content type='html'>Trains of &lt;b&gt;Acme&lt;/b&gt;&amp;nbsp;...</content>"
                "<author><name></name></author></entry>"
            )
        )
        assert mention.external_id == "tag:google.com,2013:googlealerts/feed:1"
        assert mention.text == "Acme & Co late\n\nTrains of Acme ..."
        assert mention.url == "https://n.example/a?b=1"
        assert (mention.author, mention.language, mention.edited_at) == (None, "de", None)

    def test_an_updated_entry(self) -> None:
        ((mention,), _) = read(
            atom(
                "<author><name>ann</name><uri>/~ann</uri></author>"
                "<entry><id>urn:1</id><title>a &lt; b</title><published>2026-11-20T10:00:00+01:00</published>"
                "<updated>2026-11-21T10:00:00Z</updated>"
                "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One &amp; two</p></div>"
                "</content>"
                "</entry>"
            )
        )
        assert mention.text == "a < b\n\nOne & two"
        assert mention.posted_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
        assert (mention.edited_at, mention.visibility) == (
            datetime(2026, 11, 21, 10, tzinfo=UTC),
            Visibility.EDITED,
        )
        assert mention.author is not None
        assert (mention.author.handle, mention.author.url) == ("ann", "https://blog.example/~ann")

    def test_an_entry_with_one_date_only_is_of_that_date(self) -> None:
        ((mention,), _) = read(atom("<entry><title>t</title><updated>2026-11-21T10:00:00Z</updated></entry>"))
        assert (mention.posted_at, mention.edited_at) == (datetime(2026, 11, 21, 10, tzinfo=UTC), None)

    def test_a_picture_is_no_text(self) -> None:
        ((mention,), _) = read(
            atom("<entry><title>t</title><content type='image/png'>iVBORw0KGgo=</content></entry>")
        )
        assert mention.text == "t"


def json_feed(*items: Any, **more: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "B", "items": items, **more})


class TestJsonFeed:
    def test_a_whole_item(self) -> None:
        ((mention,), _) = read(json_feed(ITEM))
        assert (mention.external_id, mention.url) == ("https://blog.example/1", "https://blog.example/1")
        assert mention.text == "Late again\n\nTwo hours & no word."
        assert mention.posted_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
        assert (mention.edited_at, mention.language) == (datetime(2026, 11, 20, 12, tzinfo=UTC), "en")
        assert mention.author is not None
        assert mention.author.handle == "ann"

    def test_version_one_and_what_the_feed_says_for_all(self) -> None:
        ((first, second), _) = read(
            json_feed(
                {"id": 7, "content_text": "5 < 6 &amp; so", "author": {"name": "you"}},
                {"id": "8", "summary": "only this"},
                author={"name": "me"},
                language="fr",
            )
        )
        assert (first.text, second.text) == ("5 < 6 &amp; so", "only this")  # plain text has no entities
        assert first.external_id == "blog.example/feeds/all.xml#7"
        assert first.author is not None
        assert second.author is not None
        assert (first.author.handle, second.author.handle, first.language) == ("you", "me", "fr")

    def test_one_bad_item_costs_one(self) -> None:
        mentions, rejected = read(json_feed(ITEM, "x", {"id": "9"}))
        assert len(mentions) == 1
        assert len(rejected) == 2
