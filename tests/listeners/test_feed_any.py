"""Feeds: whatever stands in a document, it gives mentions and rejected records, never an exception."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SchemaChanged, SourceUnavailable
from listeners.feed.document import Document
from listeners.feed.read import Feed, read_document
from tests.listeners.any_json import JSON, check, like
from tests.listeners.feed_documents import ITEM, read
from tests.listeners.scenarios.base import NOW


@settings(max_examples=150, deadline=None)
@given(st.lists(like(ITEM), max_size=4), JSON)
def test_any_items(items: list[Any], author: Any) -> None:
    about = {"author": author, "authors": author, "language": author}
    document = Document(url="https://b.example/f", entries=items, json=True, about=about)
    mentions, rejected = read_document(document, Feed(address="b.example/f"), NOW)
    assert len(mentions) + len(rejected) == len(items)
    check(mentions, rejected)


ENTRY: dict[str, Any] = {
    "id": "urn:1",
    "link": "https://blog.example/1",
    "title_detail": {"type": "text/html", "value": "T &amp; t", "language": "en"},
    "content": [{"type": "text/html", "value": "<p>x</p>"}],
    "summary": "s",
    "published_parsed": datetime(2026, 11, 20, tzinfo=UTC).timetuple(),
    "updated_parsed": datetime(2026, 11, 21, tzinfo=UTC).timetuple(),
    "author": "jo@shop.example (Jo)",
    "author_detail": {"name": "Jo", "href": "https://jo.example"},
    "slash_comments": "3",
}


@settings(max_examples=150, deadline=None)
@given(st.lists(like(ENTRY), max_size=4), JSON)
def test_any_entries(entries: list[Any], language: Any) -> None:
    document = Document(
        url="https://b.example/f", entries=entries, about={"language": language, "author_detail": language}
    )
    mentions, rejected = read_document(document, Feed(address="b.example/f"), NOW)
    assert len(mentions) + len(rejected) == len(entries)
    check(mentions, rejected)


HEADS = (
    "",
    "<rss version='2.0'><channel>",
    "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>",
)
PIECES = (
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "</rss>",
    ),
    *(
        "<guid>",
        "</guid>",
        "<author>",
        "<pubDate>",
        "<content type='html'>",
        "<link href='/x'/>",
        "<description>",
    ),
    *("&amp;", "&#226;", "&bad;", "&lt;b&gt;", "Fri, 20 Nov 2026", "@", "{", "1", "é", "\x00"),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=15),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "shift_jis", "utf-7", "latin-1"]),
    st.sampled_from(["", "text/xml", "text/html; charset=koi8-r", "application/json", "x; charset=punycode"]),
)
def test_any_document(head: str, pieces: list[str], encoding: str, content_type: str) -> None:
    try:
        mentions, rejected = read((head + "".join(pieces)).encode(encoding, "replace"), content_type)
    except (SourceUnavailable, SchemaChanged):
        return
    check(mentions, rejected)
