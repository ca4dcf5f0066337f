"""Feeds: encodings, documents that are broken or no feed at all, and the recorded ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SchemaChanged, SourceUnavailable
from listeners.feed.document import decoded
from tests.listeners import feed_documents
from tests.listeners.any_json import check
from tests.listeners.contract import checkpoint, ids
from tests.listeners.feed_documents import read, rss
from tests.listeners.scenarios.feed import RSS, FeedScenario
from tests.replay import Answer

feed = feed_documents.feed


class TestEncodings:
    @pytest.mark.parametrize(
        ("encoding", "declared", "content_type"),
        [
            ("utf-8", "", ""),
            ("utf-8", "iso-8859-1", "text/xml"),  # says one thing, is another
            ("utf-8", "", "text/plain; charset=iso-8859-1"),  # what Apache says of everything
            ("utf-8-sig", "", ""),
            ("utf-16", "utf-16", ""),
            ("utf-16-le", "utf-16", ""),
            ("utf-16-be", "utf-16", ""),
            ("utf-32-le", "utf-32", ""),
            ("windows-1252", "iso-8859-1", "text/xml"),
            ("windows-1252", "windows-1252", "text/xml; charset=us-ascii"),
            ("windows-1252", "", "text/xml; charset=iso-8859-1"),
            ("windows-1252", "klingon", ""),
        ],
    )
    def test_of_all_sorts(self, encoding: str, declared: str, content_type: str) -> None:
        said = f' encoding="{declared}"' if declared else ""
        body = f'<?xml version="1.0"{said}?>' + rss("<item><title>“Zug fällt aus”: 5 € zurück</title></item>")
        ((mention,), _) = read(body.encode(encoding), content_type)
        assert mention.text == "“Zug fällt aus”: 5 € zurück"

    @pytest.mark.parametrize(
        ("encoding", "declared"),
        [("shift_jis", "Shift_JIS"), ("iso-2022-jp", "ISO-2022-JP"), ("euc-jp", "euc-jp")],
    )
    def test_japanese(self, encoding: str, declared: str) -> None:
        text = "電車が二時間遅れました"
        body = f'<?xml version="1.0" encoding="{declared}"?>' + rss(f"<item><title>{text}</title></item>")
        ((mention,), _) = read(body.encode(encoding))
        assert mention.text == text

    def test_a_name_that_is_no_encoding_of_texts_is_not_tried(self) -> None:
        for name in ("punycode", "undefined", "base64", "unicode_escape", "utf-8\x00"):
            assert decoded("é".encode("latin-1"), f"text/xml; charset={name}")

    def test_characters_that_no_xml_may_have(self) -> None:
        ((mention,), _) = read(rss("<item><title>a\x0bb\x00c\ufffe</title></item>"))
        assert mention.text == "abc"


class TestNoFeed:
    def test_a_page_that_names_its_feeds(self) -> None:
        page = (
            "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/feed/'>"
            "<link rel=alternate type=application/atom+xml href='http://[bad'></head><body>Hello</body></html>"
        )
        with pytest.raises(SchemaChanged, match=r"web page's.*https://blog\.example/feed/"):
            read(page)

    @pytest.mark.parametrize(
        "body", ["<html><body>sign in</body></html>", "\n<!doctype HTML><p>wall", "", "  \n"]
    )
    def test_a_page_in_place_of_the_feed_may_pass(self, body: str) -> None:
        with pytest.raises(SourceUnavailable):
            read(body, "text/html")

    @pytest.mark.parametrize(
        "body", ["<svg/>", "hello", '{"version": "1", "items": []}', '{"items": []}', "7"]
    )
    def test_something_else(self, body: str) -> None:
        with pytest.raises(SchemaChanged, match="check the target's url"):
            read(body, "application/json" if body[0] in "{7" else "")


class TestBroken:
    def test_what_can_be_read_is(self) -> None:
        mentions, _ = read(
            rss("<item><title>one &nbsp;<b>two</title></item><item><title>three</title></item>")
        )
        assert [mention.text for mention in mentions] == ["one two", "three"]

    def test_half_a_document_is_told_and_read_again(self, feed: FeedScenario) -> None:
        feed.publish(1, 2)
        whole = feed.page(None)  # type: ignore[arg-type]
        half = whole[: whole.index("</title><pubDate>", 200)]
        feed.fail(Answer(body=half, headers={**RSS, "etag": '"half"'}))
        pages = list(feed.listener().poll(None))
        assert "ends before its end" in pages[-1].truncated
        assert not pages[-1].lost
        feed.heal()
        second = list(feed.listener().poll(checkpoint(pages)))
        assert "If-None-Match" not in feed.server.requests[-1].headers
        assert set(ids([*pages, *second])) == {feed.external_id(1), feed.external_id(2)}
        assert second[-1].truncated == ""


RECORDED: dict[str, list[str]] = {
    "encoding_bozo_http_text_plain.xml": [],
    "encoding_double-encoded-html.xml": ["…"],
    "encoding_utf-16le-bom.xml": [],
    "illformed_rss_incomplete_cdata.xml": [],
    "illformed_rss_item_link_corrupted_ampersands.xml": [],
    "illformed_undeclared_namespace.xml": [],
    "json_example.json": ["post 2\n\nThis is a second item.", "Hello, world!"],
    "wellformed_atom10_atom10_version.xml": [],
    "wellformed_atom10_entry_content_type.xml": ["Example Atom"],
    "wellformed_atom10_entry_id.xml": [],
    "wellformed_http_headers_content_location-relative.xml": [],
    "wellformed_http_headers_etag.xml": [],
    "wellformed_rss_item_content_encoded.xml": ["Example content"],
    "wellformed_rss_item_dc_creator.xml": [],
    "wellformed_rss_item_description_escaped_markup.xml": ["Example description"],
    "wellformed_rss_item_pubDate.xml": [],
}
"""Recording -> the texts in it; entries that have none are rejected."""


class TestRecorded:
    def test_all_of_them(self, wire: Path) -> None:
        for path in sorted((wire / "rss").iterdir()):
            if path.name == "illformed_rss_empty_document.xml":
                with pytest.raises(SchemaChanged):
                    read(path.read_bytes(), "application/xml")
                continue
            mentions, rejected = read(path.read_bytes(), "application/xml")
            check(mentions, rejected)
            if path.name in RECORDED:
                assert [mention.text for mention in mentions] == RECORDED[path.name], path.name

    def test_shift_jis_that_nobody_declared(self, wire: Path) -> None:
        ((mention,), _) = read((wire / "rss/illformed_chardet_shiftjis.xml").read_bytes())
        assert mention.text.startswith("DrecomRSSに")
