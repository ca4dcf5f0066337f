"""Algolia's JSON of Hacker News to mentions: hits of the search, and items asked for one by one."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged
from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.hackernews.options import TERMS
from listeners.markup import text_of
from listeners.times import from_iso, from_seconds
from listeners.values import Unreadable, count, mapping, optional_text, rejected, shown, storable

_SITE = "https://news.ycombinator.com"
_REMOVED = frozenset({"[dead]", "[flagged]"})


def hits_of(body: object) -> list[Any]:
    """The hits of a search; where another shape is recognised."""
    hits = mapping(body).get("hits")
    if not isinstance(hits, list):
        raise SchemaChanged(f"Hacker News: expected an answer with 'hits', found {shown(body)}")
    return hits


def read_hits(
    hits: Iterable[object], fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn hits into mentions and rejected records; each becomes exactly one of them.

    Args:
        hits: of a search, or items.
        fetched_at: when they came.
        place: where they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, hit in enumerate(hits):
        try:
            mentions.append(read_hit(hit, fetched_at))
        except Unreadable as error:
            unread.append(
                rejected("hackernews", error, hit, place=f"{place} [{index}]", external_id=identity(hit))
            )
    return tuple(mentions), tuple(unread)


def read_hit(hit: object, fetched_at: datetime) -> Mention:
    """Turn a hit or an item into a mention.

    Raises:
        Unreadable: it is something else, or lacks its id, its text or its time.
    """
    own_id, time = identity(hit), written(hit)
    if not isinstance(hit, dict) or own_id is None:
        raise Unreadable(f"expected an object with 'objectID' or 'id', found {shown(hit)}")
    if time is None:
        raise Unreadable(
            f"'created_at_i' should be seconds since 1970, found {shown(hit.get('created_at_i'))}"
        )
    comment = _is_comment(hit)
    author = _author(hit)
    text = _comment_text(hit) if comment else _story_text(hit)
    visibility = _visibility(hit, text, author)
    if not visibility.gone and not text:
        raise Unreadable("it has an author but no text")
    story, parent = (_id(hit.get("story_id")), _id(hit.get("parent_id"))) if comment else (own_id, None)
    return Mention(
        source="hackernews",
        external_id=own_id,
        text="" if visibility.gone else text,
        posted_at=time,
        fetched_at=fetched_at,
        kind=_kind(comment, story, parent),
        author=None if visibility.gone else author,
        thread_id=story,
        parent_id=parent,
        url=f"{_SITE}/item?id={own_id}",
        engagement=_engagement(hit),
        visibility=visibility,
        terms=TERMS,
    )


def identity(hit: object) -> str | None:
    """The item's number, as a text; None where it has none."""
    record = mapping(hit)
    return _id(record.get("objectID")) or _id(record.get("id"))


def written(hit: object) -> datetime | None:
    """When it was posted."""
    record = mapping(hit)
    return from_seconds(record.get("created_at_i")) or from_iso(record.get("created_at"))


def _id(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return storable(str(value)).strip() or None


def _is_comment(hit: Mapping[str, Any]) -> bool:
    tags = hit.get("_tags")
    if isinstance(tags, list):
        return "comment" in tags
    return hit.get("type") == "comment" or isinstance(hit.get("comment_text"), str)


def _kind(comment: bool, story: str | None, parent: str | None) -> Kind:
    if not comment:
        return Kind.POST
    return Kind.COMMENT if parent is None or parent == story else Kind.REPLY


def _comment_text(hit: Mapping[str, Any]) -> str:
    return _text(optional_text(hit, "comment_text") or optional_text(hit, "text"))


def _story_text(hit: Mapping[str, Any]) -> str:
    title = storable(html.unescape(optional_text(hit, "title"))).strip()
    body = _text(optional_text(hit, "story_text") or optional_text(hit, "text"))
    return f"{title}\n\n{body}".strip()


def _text(markup: str) -> str:
    return storable(text_of(markup)).strip()


def _author(hit: Mapping[str, Any]) -> Author | None:
    handle = optional_text(hit, "author").strip()
    if not handle:
        return None
    return Author(source="hackernews", external_id=handle, handle=handle, url=f"{_SITE}/user?id={handle}")


def _visibility(hit: Mapping[str, Any], text: str, author: Author | None) -> Visibility:
    """A deleted item keeps its place in a thread, without author and text; a killed one says so."""
    if hit.get("deleted") is True or text == "[deleted]" or (not text and author is None):
        return Visibility.DELETED
    if hit.get("dead") is True or text in _REMOVED:
        return Visibility.REMOVED
    return Visibility.LIVE


def _engagement(hit: Mapping[str, Any]) -> Engagement:
    children = hit.get("children")
    replies = count(hit, "num_comments")
    if replies is None and isinstance(children, list):
        replies = len(children)
    return Engagement(likes=count(hit, "points"), replies=replies)
