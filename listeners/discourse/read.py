"""Discourse's JSON to mentions. A quotation or the preview of a link is not what a post's author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.discourse.options import TERMS, DiscourseOptions
from listeners.markup import text_of
from listeners.times import from_iso
from listeners.values import Unreadable, count, mapping, optional_text, rejected, shown, storable

_WHISPER = 4
"""A post among the forum's team; a key may see it, the public does not."""
_LIKE = 2
_OTHERS_WORDS = "aside.quote, aside.onebox"
_EMOJI = re.compile(r'<img (?=[^>]*class="emoji)[^>]*?alt="([^"]*)"[^>]*>')


def read_posts(
    posts: Iterable[object], forum: DiscourseOptions, fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn posts into mentions and rejected records; each becomes exactly one of them.

    Args:
        posts: of posts.json, of a topic, or of a search (which has the beginning of the text only).
        forum: whose they are.
        fetched_at: when they came.
        place: where they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, post in enumerate(posts):
        try:
            mentions.append(read_post(post, forum, fetched_at))
        except Unreadable as error:
            own_id = identity(post, forum)
            unread.append(
                rejected(
                    "discourse", error, post, place=f"{forum.site} {place} [{index}]", external_id=own_id
                )
            )
    return tuple(mentions), tuple(unread)


def number_of(post: object) -> int | None:
    """A post's number in its forum."""
    return _number(mapping(post), "id")


def identity(post: object, forum: DiscourseOptions) -> str | None:
    """A post's id among those of all forums."""
    number = number_of(post)
    return f"{forum.site}/{number}" if number is not None else None


def thread_of(topic: int, forum: DiscourseOptions) -> str:
    """A topic's id among those of all forums."""
    return f"{forum.site}/t/{topic}"


def read_post(post: object, forum: DiscourseOptions, fetched_at: datetime) -> Mention:
    """Turn a post into a mention.

    Raises:
        Unreadable: it is something else, or lacks its number, its text or its time.
    """
    own_id, posted_at = identity(post, forum), from_iso(mapping(post).get("created_at"))
    if not isinstance(post, dict) or own_id is None:
        raise Unreadable(f"expected a post with a number as 'id', found {shown(post)}")
    if posted_at is None:
        raise Unreadable(f"'created_at' should be a time, found {shown(post.get('created_at'))}")
    visibility = _visibility(post)
    topic = _number(post, "topic_id")
    edited = (count(post, "version") or 1) > 1
    return Mention(
        source="discourse",
        external_id=own_id,
        text="" if visibility.gone else _text(post),
        posted_at=posted_at,
        fetched_at=fetched_at,
        kind=_kind(post),
        author=None if visibility.gone else _author(post, forum),
        thread_id=thread_of(topic, forum) if topic is not None else None,
        url=_address(post, topic, forum),
        language=optional_text(post, "locale").replace("_", "-") or None,
        engagement=_engagement(post),
        edited_at=from_iso(post.get("updated_at")) if edited else None,
        visibility=Visibility.EDITED if edited and not visibility.gone else visibility,
        terms=TERMS,
    )


def _number(record: Mapping[str, Any], key: str) -> int | None:
    value = record.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def _kind(post: Mapping[str, Any]) -> Kind:
    if post.get("post_number") == 1:
        return Kind.POST
    return Kind.COMMENT if post.get("reply_to_post_number") is None else Kind.REPLY


def _visibility(post: Mapping[str, Any]) -> Visibility:
    if post.get("user_deleted") is True:
        return Visibility.DELETED
    if post.get("deleted_at") is not None or post.get("hidden") is True:
        return Visibility.REMOVED
    if post.get("post_type") == _WHISPER:
        return Visibility.PROTECTED
    return Visibility.LIVE


def _text(post: Mapping[str, Any]) -> str:
    """The title, of a topic's first post, and the text: as shown, as typed, or its beginning."""
    body = _own_words(optional_text(post, "cooked"))
    body = body or optional_text(post, "raw").strip() or text_of(optional_text(post, "blurb"))
    title = text_of(optional_text(post, "topic_title")) if post.get("post_number") == 1 else ""
    text = storable(f"{title}\n\n{body}").strip()
    if not text:
        raise Unreadable("it has no text")
    return text


def _own_words(cooked: str) -> str:
    shown = _EMOJI.sub(lambda image: f" {image[1]} ", cooked)
    return text_of(shown, without=_OTHERS_WORDS) or text_of(shown)


def _author(post: Mapping[str, Any], forum: DiscourseOptions) -> Author | None:
    handle = optional_text(post, "username").strip()
    if not handle:
        return None
    number = _number(post, "user_id")
    return Author(
        source="discourse",
        external_id=f"{forum.site}/u/{number if number is not None else handle}",
        handle=handle,
        name=optional_text(post, "name").strip(),
        url=f"{forum.base_url}/u/{handle}",
    )


def _address(post: Mapping[str, Any], topic: int | None, forum: DiscourseOptions) -> str:
    number = count(post, "post_number")
    if topic is None or number is None:
        return f"{forum.base_url}/p/{number_of(post)}"
    return f"{forum.base_url}/t/{optional_text(post, 'topic_slug') or '-'}/{topic}/{number}"


def _engagement(post: Mapping[str, Any]) -> Engagement:
    actions = post.get("actions_summary")
    likes = count(post, "like_count")
    if likes is None and isinstance(actions, list):
        likes = next((count(mapping(one), "count") for one in actions if mapping(one).get("id") == _LIKE), 0)
    return Engagement(likes=likes, replies=count(post, "reply_count"), views=count(post, "reads"))
