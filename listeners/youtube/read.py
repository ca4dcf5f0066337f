"""YouTube's JSON to mentions: threads, which hold their first comment, and replies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.markup import text_of
from listeners.times import from_iso
from listeners.values import Unreadable, count, mapping, needed_text, optional_text, rejected, shown, storable
from listeners.youtube.options import TERMS

_SITE = "https://www.youtube.com"
_VIDEO = re.compile(r"[?&]v=([A-Za-z0-9_-]{11})")
_HELD = {
    "heldForReview": Visibility.PROTECTED,
    "likelySpam": Visibility.PROTECTED,
    "rejected": Visibility.REMOVED,
}
"""Moderation; told only to the owner of the video."""


def read_threads(
    threads: Iterable[object], fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn each thread's first comment into a mention or a rejected record.

    Args:
        threads: `items` of commentThreads.list.
        fetched_at: when they came.
        place: where they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, thread in enumerate(threads):
        try:
            mentions.append(_read_thread(thread, fetched_at))
        except Unreadable as error:
            unread.append(rejected("youtube", error, thread, place=f"{place} items[{index}]"))
    return tuple(mentions), tuple(unread)


def read_comments(
    comments: Iterable[object], fetched_at: datetime, place: str, *, video: str = ""
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn comments and replies into mentions and rejected records.

    Args:
        comments: `items` of comments.list, or a thread's `replies.comments`.
        fetched_at: when they came.
        place: where they came from, for rejected records.
        video: under which they stand, where they do not say it themselves.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, comment in enumerate(comments):
        try:
            mentions.append(_read_comment(comment, fetched_at, video=video))
        except Unreadable as error:
            unread.append(rejected("youtube", error, comment, place=f"{place} items[{index}]"))
    return tuple(mentions), tuple(unread)


def thread_id(thread: object) -> str | None:
    """The id of a thread, which is that of its first comment."""
    value = mapping(thread).get("id")
    return storable(value) or None if isinstance(value, str) else None


def reply_count(thread: object) -> int:
    """How many replies a thread has."""
    return count(mapping(mapping(thread).get("snippet")), "totalReplyCount") or 0


def shown_replies(thread: object) -> list[Any]:
    """The replies that came with a thread: five at most, whatever their number."""
    replies = mapping(mapping(thread).get("replies")).get("comments")
    return replies if isinstance(replies, list) else []


def video_of(thread: object) -> str:
    """The video under which a thread stands; empty: none, it is about the channel."""
    value = mapping(mapping(thread).get("snippet")).get("videoId")
    return storable(value) if isinstance(value, str) else ""


def video_in(url: str) -> str:
    """The video of a comment's address."""
    found = _VIDEO.search(url)
    return found[1] if found else ""


def _read_thread(thread: object, fetched_at: datetime) -> Mention:
    snippet = mapping(mapping(thread).get("snippet"))
    if not isinstance(thread, dict) or not snippet:
        raise Unreadable(f"expected a thread with 'snippet', found {shown(thread)}")
    return _read_comment(
        snippet.get("topLevelComment"),
        fetched_at,
        video=video_of(thread),
        replies=count(snippet, "totalReplyCount"),
        public=snippet.get("isPublic") is not False,
    )


def _read_comment(
    comment: object, fetched_at: datetime, *, video: str, replies: int | None = None, public: bool = True
) -> Mention:
    snippet = mapping(mapping(comment).get("snippet"))
    if not isinstance(comment, dict) or not snippet:
        raise Unreadable(f"expected a comment with 'snippet', found {shown(comment)}")
    own_id, parent = needed_text(comment, "id"), optional_text(snippet, "parentId")
    visibility, edited_at = _state(snippet, public)
    video = optional_text(snippet, "videoId") or video
    return Mention(
        source="youtube",
        external_id=own_id,
        text="" if visibility.gone else _text(snippet),
        posted_at=_posted(snippet),
        fetched_at=fetched_at,
        kind=Kind.REPLY if parent else Kind.COMMENT,
        author=None if visibility.gone else _author(snippet),
        thread_id=parent or own_id,
        parent_id=parent or video or None,
        url=_address(snippet, own_id, video),
        engagement=Engagement(likes=count(snippet, "likeCount"), replies=replies),
        edited_at=edited_at,
        visibility=visibility,
        terms=TERMS,
    )


def _posted(snippet: Mapping[str, Any]) -> datetime:
    time = from_iso(snippet.get("publishedAt"))
    if time is None:
        raise Unreadable(f"'publishedAt' should be a time, found {shown(snippet.get('publishedAt'))}")
    return time


def _text(snippet: Mapping[str, Any]) -> str:
    """`textOriginal` is as it was written, but not told of everybody's; `textDisplay` is HTML."""
    text = optional_text(snippet, "textOriginal").strip()
    text = text or storable(text_of(optional_text(snippet, "textDisplay"))).strip()
    if not text:
        raise Unreadable("it has no text")
    return text


def _state(snippet: Mapping[str, Any], public: bool) -> tuple[Visibility, datetime | None]:
    held = snippet.get("moderationStatus")
    updated, posted = from_iso(snippet.get("updatedAt")), from_iso(snippet.get("publishedAt"))
    edited_at = updated if updated is not None and posted is not None and updated > posted else None
    if isinstance(held, str) and held in _HELD:
        return _HELD[held], edited_at
    if not public:
        return Visibility.PROTECTED, edited_at
    return (Visibility.EDITED if edited_at else Visibility.LIVE), edited_at


def _author(snippet: Mapping[str, Any]) -> Author | None:
    name = optional_text(snippet, "authorDisplayName").strip()
    channel = mapping(snippet.get("authorChannelId")).get("value")
    own_id = storable(channel).strip() if isinstance(channel, str) else ""
    if not name and not own_id:
        return None
    handle = name.removeprefix("@") or own_id
    return Author(
        source="youtube",
        external_id=own_id or handle,
        handle=handle,
        name=name,
        url=f"{_SITE}/channel/{own_id}" if own_id else optional_text(snippet, "authorChannelUrl"),
    )


def _address(snippet: Mapping[str, Any], own_id: str, video: str) -> str:
    if video:
        return f"{_SITE}/watch?v={video}&lc={own_id}"
    channel = optional_text(snippet, "channelId")
    return f"{_SITE}/channel/{channel}" if channel else ""
