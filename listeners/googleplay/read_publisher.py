"""The Android Publisher API's JSON to mentions. An unreadable review is kept as rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged
from core.mention import Author, Engagement, Mention, Rejected
from listeners.googleplay.fields import reply, review, stars, utc_time
from listeners.values import Unreadable, count, mapping, needed_text, optional_text, rejected, shown

_KEYS = frozenset({"reviews", "pageInfo", "tokenPagination"})


def reviews_of(body: object) -> tuple[list[Any], str | None]:
    """The reviews of a page, and what names the next one. An app without any gives an empty object.

    Raises:
        SchemaChanged: it is no such page.
    """
    reviews = body.get("reviews", []) if isinstance(body, dict) else None
    following = mapping(mapping(body).get("tokenPagination")).get("nextPageToken")
    known = isinstance(body, dict) and (not body or not _KEYS.isdisjoint(body))
    if not known or not isinstance(reviews, list) or not (following is None or isinstance(following, str)):
        raise SchemaChanged(f"Google Play: expected an object with 'reviews', found {shown(body)}")
    return reviews, following or None


def read_reviews(
    reviews: Iterable[object], fetched_at: datetime, place: str, *, app: str, own_handle: str = ""
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...], tuple[Mention, ...]]:
    """Turn reviews into mentions and rejected records; each becomes exactly one of them.

    Args:
        reviews: what `reviews_of` gives.
        fetched_at: when they came.
        place: which request they came from, for rejected records.
        app: the package name.
        own_handle: whose the developer's answers are; empty: they are counted only.

    Returns:
        The reviews, what could not be read, and the answers.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    replies: list[Mention] = []
    for index, one in enumerate(reviews):
        try:
            mention, answer = read_review(one, fetched_at, app)
        except Unreadable as error:
            unread.append(rejected("googleplay", error, one, place=f"{place} reviews[{index}]"))
            continue
        mentions.append(mention)
        answered_at = _time(answer)
        text = answer.get("text")
        if own_handle and isinstance(text, str) and text.strip() and answered_at is not None:
            replies.append(reply(mention, optional_text(answer, "text"), answered_at, own_handle))
    return tuple(mentions), tuple(unread), tuple(replies)


def read_review(one: object, fetched_at: datetime, app: str) -> tuple[Mention, Mapping[str, Any]]:
    """Turn one review into a mention; with the developer's answer as it came, empty where there is none.

    Raises:
        Unreadable: it lacks its id, its text or its time.
    """
    if not isinstance(one, dict):
        raise Unreadable(f"expected an object, found {shown(one)}")
    own_id = needed_text(one, "reviewId")
    comments = one.get("comments")
    said = _latest(comments, "userComment")
    answer = _latest(comments, "developerComment")
    changed_at, answered_at = _time(said), _time(answer)
    if changed_at is None:
        raise Unreadable(
            f"'lastModified' should be seconds since 1970, found {shown(said.get('lastModified'))}"
        )
    name = optional_text(one, "authorName").strip()
    mention = review(
        own_id,
        _text(said),
        app=app,
        changed_at=changed_at,
        # An answer is to something: what is newer than it is not the first version.
        edited=answered_at is not None and changed_at > answered_at,
        fetched_at=fetched_at,
        # Nothing but a name, which many share; but whoever wrote this review wrote no other one of this app.
        author=Author(source="googleplay", external_id=own_id, handle=name) if name else None,
        rating=stars(said.get("starRating")),
        language=optional_text(said, "reviewerLanguage").replace("_", "-") or None,
        engagement=Engagement(likes=count(said, "thumbsUpCount"), replies=int(bool(answer))),
    )
    return mention, answer


def _latest(comments: object, key: str) -> Mapping[str, Any]:
    """The newest of the user's, or of the developer's, comments; an empty one where there is none."""
    found = [mapping(mapping(one).get(key)) for one in comments] if isinstance(comments, list) else []
    timed = [(time, one) for one in found if (time := _time(one)) is not None]
    return max(timed, key=lambda pair: pair[0])[1] if timed else next((one for one in found if one), {})


def _time(comment: Mapping[str, Any]) -> datetime | None:
    return utc_time(mapping(comment.get("lastModified")).get("seconds"))


def _text(said: Mapping[str, Any]) -> str:
    """As it was written, not as Google translated it; older ones have a title, set off by a tab."""
    text = optional_text(said, "originalText").strip() or optional_text(said, "text")
    title, _, body = text.partition("\t")
    whole = "\n\n".join(part for part in (title.strip(), body.strip()) if part)
    if not whole:
        raise Unreadable("'text' is missing or empty")
    return whole
