"""Bluesky's JSON to mentions. One post that cannot be read is kept as rejected; the others go on.

A post in a search, in getPosts and in a notification has the same parts: `uri`, `author`, `record` (what its
author wrote), `indexedAt`, `labels`; a notification lacks the counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.bluesky.options import TERMS
from listeners.times import from_iso
from listeners.values import Unreadable, count, mapping, needed_text, optional_text, rejected, shown, storable

_SITE = "https://bsky.app/profile"
_POST = "app.bsky.feed.post"
_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([A-Za-z0-9.]+)/([A-Za-z0-9._:~-]+)\Z")
_HIDDEN = frozenset({"!hide", "!takedown", "!suspend"})
"""Labels that take a post, or everything of its author, away from everybody."""
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_CUT = ("...", "…")
_HUGE = 100
"""Facets that are looked at: a post has 300 characters."""


def read_posts(
    posts: Iterable[object], fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn posts into mentions and rejected records; each becomes exactly one of them.

    Args:
        posts: a search's `posts`, or the notifications that hold a post.
        fetched_at: when they came.
        place: which call they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, post in enumerate(posts):
        try:
            mentions.append(read_post(post, fetched_at))
        except Unreadable as error:
            where = f"{place} [{index}]"
            unread.append(rejected("bluesky", error, post, place=where, external_id=uri_of(post)))
    return tuple(mentions), tuple(unread)


def read_post(post: object, fetched_at: datetime) -> Mention:
    """Turn one post into a mention.

    Raises:
        Unreadable: it lacks its address, its record, its text or its time.
    """
    if not isinstance(post, dict):
        raise Unreadable(f"a post should be an object, found {shown(post)}")
    uri = uri_of(post)
    if uri is None:
        raise Unreadable(f"'uri' should be the address of a record, found {shown(post.get('uri'))}")
    record = post.get("record")
    if not isinstance(record, dict):
        raise Unreadable(f"'record' should be an object, found {shown(record)}")
    gone = _hidden(post) or _hidden(mapping(post.get("author")))
    kind, root, parent = _place(record, uri)
    return Mention(
        source="bluesky",
        external_id=uri,
        text="" if gone else _text(record),
        posted_at=sort_time(post),
        fetched_at=fetched_at,
        kind=kind,
        author=None if gone else _author(mapping(post.get("author"))),
        thread_id=root,
        parent_id=parent,
        url=url_of(uri),
        language=_language(record),
        engagement=_engagement(post),
        visibility=Visibility.REMOVED if gone else Visibility.LIVE,
        terms=TERMS,
    )


def uri_of(post: object) -> str | None:
    """The address of a post, which is its id: at://ACCOUNT/app.bsky.feed.post/KEY; None: it has none."""
    uri = post.get("uri") if isinstance(post, dict) else None
    return uri if isinstance(uri, str) and len(uri) <= 1000 and _URI.match(uri) else None


def url_of(uri: str) -> str:
    """Where people read it. By the account's number: a handle may change."""
    match = _URI.match(uri)
    return f"{_SITE}/{match[1]}/post/{match[3]}" if match and match[2] == _POST else ""


def sort_time(post: Mapping[str, Any]) -> datetime:
    """When it was posted: the author's claim, or when Bluesky saw it first, whichever is earlier.

    A search is ordered by that. (A claim may lie in the future.)

    Raises:
        Unreadable: it has neither.
    """
    times = [from_iso(mapping(post.get("record")).get("createdAt")), from_iso(post.get("indexedAt"))]
    known = [time for time in times if time is not None]
    if not known:
        raise Unreadable("neither 'record.createdAt' nor 'indexedAt' is a time")
    return min(known)


def seen_time(post: Mapping[str, Any]) -> datetime:
    """When Bluesky saw it: notifications are ordered by that.

    Raises:
        Unreadable: it has no time at all.
    """
    return from_iso(post.get("indexedAt")) or sort_time(post)


def _place(record: Mapping[str, Any], uri: str) -> tuple[Kind, str, str | None]:
    """What it is, its thread, and what it answers or quotes; a post that does both is a reply."""
    reply = mapping(record.get("reply"))
    root, parent = uri_of(reply.get("root")), uri_of(reply.get("parent"))
    if parent is not None:
        return Kind.REPLY, root or parent, parent
    embed = mapping(record.get("embed"))
    quoted = mapping(embed.get("record"))
    quoted = mapping(quoted.get("record")) or quoted  # with pictures, it lies one deeper
    address = uri_of(quoted)
    match = _URI.match(address or "")
    if match is not None and match[2] == _POST:  # a list or a feed can be embedded, too
        return Kind.QUOTE, uri, address
    return Kind.POST, uri, None


def _text(record: Mapping[str, Any]) -> str:
    text = _with_whole_links(optional_text(record, "text"), record.get("facets"))
    if text.strip():
        return text
    shown_instead = "\n".join(_descriptions(mapping(record.get("embed"))))
    if not shown_instead.strip():
        raise Unreadable("it has no text, and no picture or link with a description")
    return shown_instead


def _with_whole_links(text: str, facets: object) -> str:
    """The text with links that the app had cut ("shop.example/off...") as they are.

    A facet names bytes of the UTF-8 text.
    """
    data = text.encode()
    links: dict[int, tuple[int, str]] = {}
    for facet in facets[:_HUGE] if isinstance(facets, list) else ():
        index = mapping(mapping(facet).get("index"))
        start, end = count(index, "byteStart"), count(index, "byteEnd")
        link = _link(mapping(facet).get("features"))
        if not link or start is None or end is None or not start < end <= len(data):
            continue
        if data[start:end].decode("utf-8", "replace").endswith(_CUT):
            links[start] = (end, link)
    pieces: list[bytes] = []
    done = 0
    for start, (end, link) in sorted(links.items()):
        if start >= done:
            pieces += [data[done:start], link.encode()]
            done = end
    return b"".join([*pieces, data[done:]]).decode("utf-8", "replace")


def _link(features: object) -> str:
    for feature in features if isinstance(features, list) else ():
        uri = mapping(feature).get("uri")
        if isinstance(uri, str) and uri.startswith(("https://", "http://")):
            return storable(uri)
    return ""


def _descriptions(embed: Mapping[str, Any]) -> Iterable[str]:
    """What describes pictures, a video or a link card."""
    media = mapping(embed.get("media")) or embed
    images = media.get("images")
    for described in (*(images if isinstance(images, list) else ()), media):
        alt = mapping(described).get("alt")
        if isinstance(alt, str) and alt.strip():
            yield storable(alt)
    card = mapping(media.get("external"))
    for key in ("title", "description", "uri"):
        words = card.get(key)
        if isinstance(words, str) and words.strip():
            yield storable(words)


def _language(record: Mapping[str, Any]) -> str | None:
    """Where the author named one language; with several, nobody knows which part is in which."""
    languages = record.get("langs")
    if not isinstance(languages, list) or len(languages) != 1:
        return None
    language = languages[0]
    return language if isinstance(language, str) and _TAG.match(language) else None


def _hidden(labelled: Mapping[str, Any]) -> bool:
    labels = labelled.get("labels")
    found = [mapping(label) for label in labels] if isinstance(labels, list) else []
    taken_back = {str(label.get("val")) for label in found if label.get("neg") is True}
    return any(str(label.get("val")) in _HIDDEN - taken_back for label in found)


def _engagement(post: Mapping[str, Any]) -> Engagement:
    known = [n for n in (count(post, "repostCount"), count(post, "quoteCount")) if n is not None]
    return Engagement(
        likes=count(post, "likeCount"),
        replies=count(post, "replyCount"),
        shares=sum(known) if known else None,
    )


def _author(author: Mapping[str, Any]) -> Author | None:
    try:
        did, handle = needed_text(author, "did"), needed_text(author, "handle")
        name = optional_text(author, "displayName")
    except Unreadable:
        return None  # the post stays; its author is then unknown
    return Author(source="bluesky", external_id=did, handle=handle, name=name, url=f"{_SITE}/{did}")
