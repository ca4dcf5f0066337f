"""Entries of a feed to mentions. One that cannot be read is kept as rejected; the others go on.

RSS 2.0: rssboard.org/rss-specification, with content, dc, slash and thr modules as feedparser names them;
Atom: RFC 4287; JSON Feed: jsonfeed.org/version/1.1.
"""

from __future__ import annotations

import hashlib
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.link import web_link
from core.mention import Author, Engagement, Kind, Mention, Rejected, Terms, Visibility, plausible
from listeners.feed.document import Document, absolute
from listeners.feed.options import TERMS
from listeners.markup import text_of
from listeners.times import from_iso
from listeners.values import Unreadable, count, mapping, rejected, shown, storable

_GOOGLE = re.compile(r"(www\.)?google(\.[a-z]{2,3}){1,2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EARLIEST = 1990
"""An older date is a placeholder: there were no feeds."""
_LONGEST_ID = 500
_LONGEST_NAME = 200
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What holds for all entries of a feed."""

    address: str
    """Without scheme and query: what keeps ids apart that are unique within one feed only."""
    kind: Kind = Kind.ARTICLE
    language: str | None = None
    terms: Terms = TERMS

    @property
    def host(self) -> str:
        """Whose authors they are."""
        return self.address.split("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the formats have in common."""

    guid: str
    link: str
    title: str
    body: str
    published: datetime | None
    updated: datetime | None
    author: str
    author_url: str
    language: str
    replies: int | None


def read_document(
    document: Document, feed: Feed, fetched_at: datetime
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn a document's entries into mentions and rejected records; each becomes exactly one of them.

    Args:
        document: the feed's entries, and what it says of itself.
        feed: what holds for all of them.
        fetched_at: when it came; also the time of entries without one.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    take = _of_json if document.json else _of_xml
    for raw in document.entries:
        try:
            entry = take(_fields(raw), document.about)
            mentions.append(_mention(entry, feed, document.url, fetched_at))
        except Unreadable as error:
            unread.append(rejected("feed", error, raw, place=f"GET {feed.address}"))
    return tuple(mentions), tuple(unread)


def _fields(raw: object) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise Unreadable(f"expected an entry, found {shown(raw)}")
    return raw


def _mention(entry: _Entry, feed: Feed, base: str, fetched_at: datetime) -> Mention:
    text = storable(_joined(entry.title, entry.body))
    if not text.strip():
        raise Unreadable("it has neither title nor text")
    link = unwrapped(absolute(base, entry.link))
    posted_at = min(entry.published or entry.updated or fetched_at, fetched_at)
    edited_at = entry.updated if entry.published and entry.updated and entry.updated > posted_at else None
    language = feed.language or entry.language
    return Mention(
        source="feed",
        external_id=_identity(entry.guid, link, text, feed),
        text=text,
        posted_at=posted_at,
        fetched_at=fetched_at,
        kind=feed.kind,
        author=_author(entry, feed, base),
        url=web_link(storable(link)),
        language=language if _LANGUAGE.fullmatch(language) else None,
        engagement=Engagement(replies=entry.replies),
        edited_at=min(edited_at, fetched_at) if edited_at else None,
        visibility=Visibility.EDITED if edited_at else Visibility.LIVE,
        terms=feed.terms,
    )


def _identity(guid: str, link: str, text: str, feed: Feed) -> str:
    """Its GUID, else its link, else what it says. Ids that only this feed understands bear its address."""
    own = storable(guid).strip()
    if own and not ("://" in own or own.lower().startswith(("urn:", "tag:"))):
        own = f"{feed.address}#{own}"
    own = own or storable(link).strip()
    if not own or len(own) > _LONGEST_ID:
        own = f"{feed.address}#~{hashlib.sha256((own or text).encode()).hexdigest()[:32]}"
    return own


def _joined(title: str, body: str) -> str:
    """Title and text; where the text begins with the title, as short posts do, the text alone."""
    beginning = title.rstrip(" .…")
    return (body or title) if body.startswith(beginning) else f"{title}\n\n{body}".strip()


def _author(entry: _Entry, feed: Feed, base: str) -> Author | None:
    name = _SPACE.sub(" ", storable(entry.author)).strip()[:_LONGEST_NAME]
    if not name:
        return None
    url = web_link(storable(absolute(base, entry.author_url)))
    return Author(source="feed", external_id=f"{feed.host}:{name}", handle=name, name=name, url=url)


def unwrapped(link: str) -> str:
    """Where a link of a Google Alert really leads."""
    try:
        parts = urlsplit(link)
        if parts.path != "/url" or not _GOOGLE.fullmatch(parts.hostname or ""):
            return link
        asked = parse_qs(parts.query)
    except ValueError:
        return link
    target = (asked.get("url") or asked.get("q") or [""])[0]
    return target if target.startswith(("http://", "https://")) else link


def _of_xml(fields: Mapping[str, Any], about: Mapping[str, Any]) -> _Entry:
    """feedparser's entry. Read by plain keys: its own look-up guesses between dates, with a warning."""
    contents = [c for c in _listed(fields.get("content")) if _is_text(c)]
    bodies = [*contents, mapping(fields.get("summary_detail")), {"value": fields.get("summary")}]
    title = mapping(fields.get("title_detail")) or {"value": fields.get("title"), "type": "text/plain"}
    name, url = _person(fields)
    if not name:
        name, url = _person(about)
    named = (mapping(part).get("language") for part in (*contents, title))
    return _Entry(
        guid=_text(fields.get("id")),
        link=_link(fields),
        title=_SPACE.sub(" ", _shown(title)).strip(),
        body=next((body for part in bodies if (body := _shown(part))), ""),
        published=_moment(fields.get("published_parsed")) or _moment(fields.get("created_parsed")),
        updated=_moment(fields.get("updated_parsed")),
        author=name,
        author_url=url,
        language=next((_text(tag) for tag in named if tag), "") or _text(about.get("language")),
        replies=_number(fields.get("slash_comments")) or _number(fields.get("thr_total")),
    )


def _of_json(item: Mapping[str, Any], about: Mapping[str, Any]) -> _Entry:
    """An item of a JSON Feed; version 1.0 has one `author`, 1.1 has `authors`."""
    guid = item.get("id")
    html, plain_text = _text(item.get("content_html")), _text(item.get("content_text"))
    people = [p for of in (item, about) for p in (*_listed(of.get("authors")), of.get("author"))]
    person = next((p for p in map(mapping, people) if _text(p.get("name")).strip()), {})
    return _Entry(
        guid=str(guid) if isinstance(guid, int) and not isinstance(guid, bool) else _text(guid),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_SPACE.sub(" ", _text(item.get("title"))).strip(),
        body=text_of(html) or plain_text.strip() or _text(item.get("summary")).strip(),
        published=_usable(from_iso(item.get("date_published"))),
        updated=_usable(from_iso(item.get("date_modified"))),
        author=_text(person.get("name")),
        author_url=_text(person.get("url")),
        language=_text(item.get("language")) or _text(about.get("language")),
        replies=None,
    )


def _link(fields: Mapping[str, Any]) -> str:
    """Its link; feedparser takes the GUID for one where there is none, and one such as 12 leads nowhere."""
    link = _text(fields.get("link"))
    return "" if link == fields.get("id") and not ("://" in link or link.startswith("/")) else link


def _person(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Name and address of who wrote it; where only an e-mail is given, the part before the @."""
    told, detail = _text(fields.get("author")), mapping(fields.get("author_detail"))
    if "@" not in told:
        return _text(detail.get("name")) or told, _text(detail.get("href"))
    name, mail = parseaddr(told)
    return name or mail.split("@")[0], ""


def _shown(part: object) -> str:
    """The text of an element: plain as it stands, markup as a browser would show it."""
    detail = mapping(part)
    value = _text(detail.get("value"))
    return value.strip() if detail.get("type") == "text/plain" else text_of(value)


def _is_text(content: object) -> bool:
    kind = _text(mapping(content).get("type")) or "text/html"
    return kind.startswith("text/") or kind == "application/xhtml+xml"


def _moment(value: object) -> datetime | None:
    """feedparser's time, which is in UTC."""
    try:
        return _usable(datetime.fromtimestamp(timegm(value), UTC))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _usable(time: datetime | None) -> datetime | None:
    return time if time is not None and time.year >= _EARLIEST and plausible(time) else None


def _text(value: object) -> str:
    """A text; the empty one for what is none, as an entry can do without any single field."""
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int | None:
    text = _text(value).strip()
    return count({"n": int(text)}, "n") if text.isascii() and text.isdigit() and len(text) < 10 else None
