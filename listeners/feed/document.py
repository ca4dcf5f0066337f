"""Bytes to a feed's entries. feedparser parses; it fetches nothing, and the encoding is settled before.

What feeds say about their encoding is often wrong, and feedparser believes the most wrong of all, the HTTP
header, first. Text that is valid UTF-8 is UTF-8; only then the document's word counts, then the header's,
then a guess.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]
from bs4 import BeautifulSoup
from bs4.dammit import UnicodeDammit

from core.errors import SchemaChanged, SourceUnavailable
from core.text import plain
from listeners.feed.fetch import Fetched
from listeners.values import mapping

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_BRACKET = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_ENCODINGS = re.compile(r"(us-)?(ascii|utf|iso|windows|cp|shift|sjis|euc|gb|big5|koi8|latin|mac|tis)")
_LARGER = {  # what browsers take for it, as writers do
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_END = re.compile(r"</\s*(rss|feed|([a-z]+:)?rdf|channel)\s*>", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FEED_TYPES = re.compile(r"application/(rss\+xml|atom\+xml|feed\+json)")
_HEAD = 100_000  # characters of a page in which its feeds are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a feed says of itself, and its entries as the parser gives them."""

    url: str
    """Where it lay: what its links are relative to."""
    entries: Sequence[object]
    json: bool = False
    """JSON Feed's own objects; else feedparser's."""
    about: Mapping[str, Any]
    """Of the feed as a whole."""
    cut: bool = False
    """It ended before its end: there was more, and the last entry may be half of one."""


def parse(fetched: Fetched, source: str) -> Document:
    """Take a document apart.

    Args:
        fetched: what came.
        source: whose it is, for messages.

    Raises:
        SourceUnavailable: it is empty, half of a JSON document, or a page (an error, a login).
        SchemaChanged: it is no feed.
    """
    text = _NO_XML.sub("", decoded(fetched.body, fetched.content_type)).lstrip()
    if not text:
        raise SourceUnavailable(f"{source}: the answer is empty; it is tried again later")
    if text[0] in "{[" or ("json" in fetched.content_type.lower() and text[0] != "<"):
        return _json(text, fetched.url, source)
    return _xml(text, fetched.url, source)


def decoded(body: bytes, content_type: str) -> str:
    """The text of a document of any encoding; never fails."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _FIRST_BRACKET:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    for encoding in _encodings(body, content_type):
        try:
            return body.decode(encoding)
        except (ValueError, LookupError):
            continue
    return UnicodeDammit(body).unicode_markup or body.decode("windows-1252", "replace")


def _encodings(body: bytes, content_type: str) -> Iterator[str]:
    declared, charset = _DECLARED.match(body), _CHARSET.search(content_type)
    named = [declared[1].decode().lower()] if declared else []
    named += [charset[1].lower()] if charset else []
    if b"\x1b" not in body:  # ISO 2022 is ASCII with escapes: valid UTF-8, and unreadable
        yield "utf-8"
    for name in named:
        if _ENCODINGS.match(name):
            yield _LARGER.get(name, name)
            yield name


def _xml(text: str, url: str, source: str) -> Document:
    # Without the document's address: feedparser would make one of a GUID such as 12, too, and two feeds of
    # one host would have the same.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        # HTML is made text by ourselves (markup.py), with everything unseen taken out.
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # a parser that salvages anything promises nothing
        raise SchemaChanged(f"{source}: cannot be parsed ({type(error).__name__})") from error
    if not parsed["version"]:
        raise _no_feed(text, url, source)
    return Document(
        url=url,
        entries=[dict(entry) for entry in parsed["entries"]],
        about=dict(parsed["feed"]),
        cut=bool(parsed["bozo"]) and not _END.search(text[-2_000:]),
    )


def _no_feed(text: str, url: str, source: str) -> SourceUnavailable | SchemaChanged:
    if not _PAGE.search(text[:_HEAD]):
        return SchemaChanged(f"{source}: the answer is no RSS, Atom or JSON Feed; check the target's url")
    links = BeautifulSoup(text[:_HEAD], "html.parser").find_all("link", type=_FEED_TYPES, href=True)
    feeds = [plain(absolute(url, str(link["href"])), 200) for link in links[:3]]
    if feeds:
        return SchemaChanged(
            f"{source}: the target's url is a web page's, not a feed's; its feeds are {', '.join(feeds)}"
        )
    return SourceUnavailable(
        f"{source}: the answer is a web page (an error, a login, a wall against programs), not a feed; it is "
        "tried again later. Check the target's url if that goes on"
    )


def absolute(url: str, link: str) -> str:
    """Where a link of the document at `url` leads; one that is no link stays as it is.

    A mere fragment does not take the query along, which may hold a reader's token.
    """
    try:
        return urljoin(url.partition("?")[0], link) if link else ""
    except ValueError:
        return link


def _json(text: str, url: str, source: str) -> Document:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable(f"{source}: the answer is not whole JSON; it is tried again later") from error
    feed = mapping(body)
    items = feed.get("items")
    if "jsonfeed.org/version/" not in str(feed.get("version")) or not isinstance(items, list):
        raise SchemaChanged(f"{source}: the answer is JSON, but no JSON Feed; check the target's url")
    about = {k: v for k, v in feed.items() if k != "items"}
    return Document(url=url, entries=items, json=True, about=about)
