"""Reddit's JSON to mentions. One item that cannot be read is kept as rejected; the others go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.reddit.options import TERMS
from listeners.times import from_seconds
from listeners.values import Unreadable, count, needed_text, optional_text, rejected, shown, storable

_SITE = "https://www.reddit.com"
_NOBODY = frozenset({"", "[deleted]", "[removed]"})
_GONE = {"[deleted]": Visibility.DELETED, "[removed]": Visibility.REMOVED}
_BY_REDDIT = re.compile(r"\[ ?removed by reddit\b.*\]", re.IGNORECASE)
"""What stands in the place of title and text that Reddit itself took down, with or without why."""


def read_items(
    children: Iterable[object], fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn a listing's children into mentions and rejected records; each becomes exactly one of them.

    Args:
        children: the listing's `data.children`.
        fetched_at: when it came.
        place: which listing it came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, child in enumerate(children):
        try:
            mentions.append(read_item(child, fetched_at))
        except Unreadable as error:
            where = f"{place} children[{index}]"
            unread.append(rejected("reddit", error, child, place=where, external_id=_name(child)))
    return tuple(mentions), tuple(unread)


def _name(child: object) -> str | None:
    """The full name of an item that could not be read."""
    if not isinstance(child, dict) or not isinstance(child.get("data"), dict):
        return None
    kind, own_id = child.get("kind"), child["data"].get("id")
    if kind not in ("t1", "t3") or not isinstance(own_id, str) or not own_id:
        return None
    return storable(f"{kind}_{own_id}")


def read_item(child: object, fetched_at: datetime) -> Mention:
    """Turn one post (t3) or comment (t1) into a mention.

    Raises:
        Unreadable: it is something else, or lacks its id, its text or its time.
    """
    data = child.get("data") if isinstance(child, dict) else None
    if not isinstance(child, dict) or not isinstance(data, dict):
        raise Unreadable(f"expected an object with 'data', found {shown(child)}")
    if child.get("kind") == "t3":
        return _read_post(data, fetched_at)
    if child.get("kind") == "t1":
        return _read_comment(data, fetched_at)
    raise Unreadable(f"expected kind t1 or t3, found {shown(child.get('kind'))}")


def _read_post(data: Mapping[str, Any], fetched_at: datetime) -> Mention:
    name = f"t3_{needed_text(data, 'id')}"
    body = optional_text(data, "selftext").strip()
    visibility, edited_at = _state(data, body or optional_text(data, "title").strip())
    title = "" if visibility.gone else needed_text(data, "title")
    return Mention(
        source="reddit",
        external_id=name,
        text="" if visibility.gone else f"{title}\n\n{body}".strip(),
        posted_at=_needed_time(data, "created_utc"),
        fetched_at=fetched_at,
        kind=Kind.POST,
        author=None if visibility.gone else _read_author(data),
        thread_id=name,
        url=_address(data, f"/comments/{name[3:]}/"),
        engagement=_engagement(data),
        edited_at=edited_at,
        visibility=visibility,
        terms=TERMS,
    )


def _read_comment(data: Mapping[str, Any], fetched_at: datetime) -> Mention:
    own_id = needed_text(data, "id")
    thread, parent = optional_text(data, "link_id"), optional_text(data, "parent_id")
    body = needed_text(data, "body")
    visibility, edited_at = _state(data, body.strip())
    return Mention(
        source="reddit",
        external_id=f"t1_{own_id}",
        text="" if visibility.gone else body,
        posted_at=_needed_time(data, "created_utc"),
        fetched_at=fetched_at,
        kind=Kind.REPLY if parent.startswith("t1_") else Kind.COMMENT,
        author=None if visibility.gone else _read_author(data),
        thread_id=thread or None,
        parent_id=parent or None,
        url=_address(data, f"/comments/{thread.removeprefix('t3_')}/_/{own_id}/" if thread else ""),
        engagement=_engagement(data),
        edited_at=edited_at,
        visibility=visibility,
        terms=TERMS,
    )


def _state(data: Mapping[str, Any], body: str) -> tuple[Visibility, datetime | None]:
    """What the public sees of it, and since when, if it was edited.

    A moderated post may keep its text in the answer: `removed_by_category` tells.
    """
    edited_at = None if isinstance(data.get("edited"), bool) else from_seconds(data.get("edited"))
    category = data.get("removed_by_category")
    if body in _GONE:
        return _GONE[body], edited_at
    if _BY_REDDIT.fullmatch(body):
        return Visibility.REMOVED, edited_at
    if category:
        return (Visibility.DELETED if category == "deleted" else Visibility.REMOVED), edited_at
    return (Visibility.EDITED if edited_at else Visibility.LIVE), edited_at


def _read_author(data: Mapping[str, Any]) -> Author | None:
    handle = optional_text(data, "author")
    if handle in _NOBODY:
        return None
    return Author(
        source="reddit",
        external_id=optional_text(data, "author_fullname") or handle,
        handle=handle,
        url=f"{_SITE}/user/{handle}",
    )


def _engagement(data: Mapping[str, Any]) -> Engagement:
    hidden = bool(data.get("score_hidden") or data.get("hide_score"))
    return Engagement(likes=None if hidden else count(data, "score"), replies=count(data, "num_comments"))


def _address(data: Mapping[str, Any], otherwise: str) -> str:
    path = optional_text(data, "permalink")
    path = path if path.startswith("/") else otherwise  # comments of before 2017 have no permalink
    return f"{_SITE}{path}" if path else ""


def _needed_time(data: Mapping[str, Any], key: str) -> datetime:
    time = from_seconds(data.get(key))
    if time is None:
        raise Unreadable(f"'{key}' should be seconds since 1970, found {shown(data.get(key))}")
    return time
