"""X's JSON to mentions. One post that cannot be read is kept as rejected; the others go on."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.values import (
    Unreadable,
    count,
    mapping,
    needed_text,
    optional_text,
    rejected,
    shown,
    storable,
)
from listeners.x.options import TERMS

_FIRST_MILLISECOND = 1_288_834_974_657  # ids since November 2010 count milliseconds from here
_KINDS = {"replied_to": Kind.REPLY, "quoted": Kind.QUOTE}  # a post that does both is a reply
_OLD_LANGUAGES = {"iw": "he", "in": "id"}
_NUMBER = re.compile(r"[0-9]{1,19}\Z")
_EVERYWHERE = frozenset({"XX", "XY"})  # withheld in all countries; withheld after a copyright notice


def read_posts(
    body: Mapping[str, Any], fetched_at: datetime, place: str, known: Mapping[str, Author] | None = None
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn one answer into mentions and rejected records; each post becomes exactly one of them.

    Args:
        body: X's answer; `data` is a list or missing.
        fetched_at: when it came.
        place: which call it came from, for rejected records.
        known: authors by number, besides those that came along.
    """
    authors = {**(known or {}), **read_authors(mapping(body.get("includes")).get("users"))}
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, post in enumerate(body.get("data") or ()):
        try:
            mentions.append(read_post(post, authors, fetched_at))
        except Unreadable as error:
            known = post.get("id") if isinstance(post, dict) else None
            post_id = storable(known) if isinstance(known, str) else None
            where = f"{place} data[{index}]"
            unread.append(rejected("x", error, post, place=where, external_id=post_id))
    return tuple(mentions), (*unread, *_read_errors(body, place))


def _read_errors(body: Mapping[str, Any], place: str) -> list[Rejected]:
    """What X itself could not show us. A missing author is told by the author's empty handle."""
    errors = body.get("errors")
    return [
        rejected(
            "x", f"X could not show it: {mapping(error).get('title')}", error, place=f"{place} errors[{i}]"
        )
        for i, error in enumerate(errors if isinstance(errors, list) else ())
        if mapping(error).get("resource_type") != "user"
    ]


def read_post(post: object, authors: Mapping[str, Author], fetched_at: datetime) -> Mention:
    """Turn one post into a mention.

    Raises:
        Unreadable: it lacks its id, its text or its time.
    """
    if not isinstance(post, dict):
        raise Unreadable(f"a post should be an object, found {shown(post)}")
    own_id = post_id_of(post.get("id"))
    first_id, last_id = _versions(post, own_id)
    edited = first_id != last_id
    author = _author_of(post, authors)
    visibility = _visibility(post, edited)
    kind, parent_id = _reference(post)
    return Mention(
        source="x",
        external_id=first_id,
        text="" if visibility.gone else _text(post),
        # An edit is a post of its own to X, with its own time: the first version says when it began.
        posted_at=born(first_id) if edited else _time(post),
        fetched_at=fetched_at,
        kind=kind,
        author=author,
        thread_id=optional_text(post, "conversation_id") or None,
        parent_id=parent_id,
        url=f"https://x.com/{(author and author.handle) or 'i'}/status/{own_id}",
        language=_language(post),
        engagement=_engagement(post),
        edited_at=born(last_id) if edited else None,
        visibility=visibility,
        terms=TERMS,
    )


def _author_of(post: Mapping[str, Any], authors: Mapping[str, Author]) -> Author | None:
    """By the number alone where that is all that is known: an erased account is recognised by it."""
    author_id = post.get("author_id")
    if not isinstance(author_id, str) or not _NUMBER.match(author_id):
        return None
    return authors.get(author_id) or Author(source="x", external_id=author_id, handle="")


def newer_version(post: object) -> str | None:
    """The number of the latest version, where this is an older one: X shows the one that was asked for."""
    history = mapping(post).get("edit_history_tweet_ids")
    latest = history[-1] if isinstance(history, list) and history else None
    if not (isinstance(latest, str) and _NUMBER.match(latest)) or latest == mapping(post).get("id"):
        return None
    return latest


def post_id_of(value: object) -> str:
    """A post's number, as X writes it.

    Raises:
        Unreadable: it is none.
    """
    if not isinstance(value, str) or not _NUMBER.match(value):
        raise Unreadable(f"'id' should be a text of digits, found {shown(value)}")
    return value


def _versions(post: Mapping[str, Any], own_id: str) -> tuple[str, str]:
    history = post.get("edit_history_tweet_ids")
    if not isinstance(history, list) or not history:
        return own_id, own_id
    ids = [post_id_of(version) for version in history]
    return ids[0], ids[-1]


def born(post_id: str) -> datetime:
    """The time inside an id, to the second, as X shows times."""
    milliseconds = (int(post_id) >> 22) + _FIRST_MILLISECOND
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=milliseconds // 1000)


def _time(post: Mapping[str, Any]) -> datetime:
    value = needed_text(post, "created_at")
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"'created_at' should be a time, found {shown(value)}") from error


def _text(post: Mapping[str, Any]) -> str:
    long = mapping(post.get("note_tweet")).get("text")  # 'text' is cut at 280 characters
    text = storable(long) if isinstance(long, str) and long else needed_text(post, "text")
    return html.unescape(text)  # X escapes &, < and > and nothing else


def _visibility(post: Mapping[str, Any], edited: bool) -> Visibility:
    countries = mapping(post.get("withheld")).get("country_codes")
    if isinstance(countries, list) and any(c in _EVERYWHERE for c in countries if isinstance(c, str)):
        return Visibility.REMOVED
    return Visibility.EDITED if edited else Visibility.LIVE


def _reference(post: Mapping[str, Any]) -> tuple[Kind, str | None]:
    references = post.get("referenced_tweets")
    found: dict[str, str] = {}
    for reference in references if isinstance(references, list) else ():
        kind, target = mapping(reference).get("type"), mapping(reference).get("id")
        if isinstance(kind, str) and isinstance(target, str):
            found[kind] = storable(target)
    for name, kind_of_ours in _KINDS.items():
        if name in found:
            return kind_of_ours, found[name]
    return Kind.POST, next(iter(found.values()), None)


def _language(post: Mapping[str, Any]) -> str | None:
    """X's own codes ("qme": only media, "zxx": no words, "und") say nothing about a language."""
    code = optional_text(post, "lang")
    if not code or code in ("und", "zxx") or (len(code) == 3 and code.startswith("q")):
        return None
    return _OLD_LANGUAGES.get(code, code)


def _engagement(post: Mapping[str, Any]) -> Engagement:
    metrics = mapping(post.get("public_metrics"))
    reposts, quotes = count(metrics, "retweet_count"), count(metrics, "quote_count")
    known = [number for number in (reposts, quotes) if number is not None]
    return Engagement(
        likes=count(metrics, "like_count"),
        replies=count(metrics, "reply_count"),
        shares=sum(known) if known else None,
        views=count(metrics, "impression_count"),
    )


def author_ids(body: Mapping[str, Any]) -> list[str]:
    """The numbers of the authors of an answer's posts, each once."""
    ids = [mapping(post).get("author_id") for post in body.get("data") or ()]
    return list(dict.fromkeys(i for i in ids if isinstance(i, str) and _NUMBER.match(i)))


def read_authors(users: object) -> dict[str, Author]:
    """Accounts by number; of one that cannot be read and is left out, its posts have the number."""
    authors = {}
    for user in users if isinstance(users, list) else ():
        try:
            author = _read_author(mapping(user))
        except Unreadable:
            continue  # the post stays, with its author's number
        authors[author.external_id] = author
    return authors


def _read_author(user: Mapping[str, Any]) -> Author:
    handle = needed_text(user, "username")
    return Author(
        source="x",
        external_id=needed_text(user, "id"),
        handle=handle,
        name=optional_text(user, "name"),
        url=f"https://x.com/{handle}",
        followers=count(mapping(user.get("public_metrics")), "followers_count"),
    )
