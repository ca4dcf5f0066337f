"""Trustpilot's JSON to mentions. One review that cannot be read is kept as rejected; the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.times import from_iso
from listeners.trustpilot.options import TERMS
from listeners.values import Unreadable, count, mapping, needed_text, optional_text, rejected, shown

_SITE = "https://www.trustpilot.com"
_GONE = {
    "deleted": Visibility.DELETED,
    "softdeleted": Visibility.DELETED,
    "archived": Visibility.REMOVED,
    "blocked": Visibility.REMOVED,
    "hidden": Visibility.REMOVED,
    "removed": Visibility.REMOVED,
    "suspended": Visibility.REMOVED,
    "unpublished": Visibility.REMOVED,
}
"""The documentation names one `status` only, "active"; these are what else such a word can mean. A word that
is not here takes no text away."""


def read_reviews(
    reviews: Iterable[object], fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn reviews into mentions and rejected records; each becomes exactly one of them.

    Args:
        reviews: as the API lists them.
        fetched_at: when they came.
        place: where they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for review in reviews:
        try:
            mentions.append(read_review(review, fetched_at))
        except Unreadable as error:
            unread.append(rejected("trustpilot", error, review, place=place))
    return tuple(mentions), tuple(unread)


def read_review(review: object, fetched_at: datetime) -> Mention:
    """Turn one review into a mention.

    Raises:
        Unreadable: it lacks its id, its time, or both title and text.
    """
    if not isinstance(review, Mapping):
        raise Unreadable(f"expected a review, found {shown(review)}")
    own_id = needed_text(review, "id").strip()
    posted_at = from_iso(review.get("createdAt"))
    if posted_at is None:
        raise Unreadable(f"'createdAt' should be an ISO time, found {shown(review.get('createdAt'))}")
    updated_at = from_iso(review.get("updatedAt"))
    edited_at = updated_at if updated_at is not None and updated_at > posted_at else None
    visibility = _visibility(review, edited_at)
    return Mention(
        source="trustpilot",
        external_id=own_id,
        text="" if visibility.gone else _text(review),
        posted_at=posted_at,
        fetched_at=fetched_at,
        kind=Kind.REVIEW,
        author=None if visibility.gone else _author(mapping(review.get("consumer"))),
        url=f"{_SITE}/reviews/{own_id}",
        rating=_stars(review.get("stars")),
        language=_language(review),
        engagement=Engagement(
            likes=count(review, "numberOfLikes"), replies=1 if mapping(review.get("companyReply")) else 0
        ),
        edited_at=edited_at,
        visibility=visibility,
        terms=TERMS,
    )


def _text(review: Mapping[str, Any]) -> str:
    """Title and text. Trustpilot makes a title of a text's beginning where the author gave none."""
    title, text = optional_text(review, "title").strip(), optional_text(review, "text").strip()
    if not title and not text:
        raise Unreadable("it has neither title nor text")
    return (text or title) if text.startswith(title.rstrip(" .…")) else f"{title}\n\n{text}".strip()


def _visibility(review: Mapping[str, Any], edited_at: datetime | None) -> Visibility:
    if mapping(review.get("reportData")).get("reviewVisibility") == "hidden":
        return Visibility.REMOVED
    status = review.get("status")
    word = status.strip().lower().replace("_", "") if isinstance(status, str) else ""
    return _GONE.get(word, Visibility.EDITED if edited_at else Visibility.LIVE)


def _author(consumer: Mapping[str, Any]) -> Author | None:
    own_id, name = optional_text(consumer, "id").strip(), optional_text(consumer, "displayName").strip()
    if not own_id:
        return None
    return Author(
        source="trustpilot",
        external_id=own_id,
        handle=name or own_id,
        name=name,
        url=f"{_SITE}/users/{own_id}",
    )


def _stars(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 5:
        return None
    return float(value)


def _language(review: Mapping[str, Any]) -> str | None:
    tag = optional_text(review, "language").strip()
    return tag if tag.isascii() and tag.replace("-", "").isalnum() and len(tag) <= 35 else None
