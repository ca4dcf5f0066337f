"""What both of Google's shapes of a review have in common."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from core.mention import Author, Engagement, Kind, Mention, Visibility
from listeners.googleplay.options import TERMS
from listeners.times import from_seconds
from listeners.values import count


def address(app: str, review_id: str) -> str:
    """The review on Google Play."""
    return f"https://play.google.com/store/apps/details?id={quote(app)}&reviewId={quote(review_id, safe='')}"


def stars(value: object) -> float | None:
    """One to five; None for what is no such rating."""
    found = count({"": value}, "")
    return float(found) if found is not None and 1 <= found <= 5 else None


def utc_time(seconds: object) -> datetime | None:
    """Seconds since 1970, which the API writes as a text; None where there is no time."""
    if isinstance(seconds, str):
        seconds = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 12 else None
    found = from_seconds(seconds)
    return None if found is None else found.replace(microsecond=0)


def review(
    review_id: str,
    text: str,
    *,
    app: str,
    changed_at: datetime,
    edited: bool,
    fetched_at: datetime,
    author: Author | None,
    rating: float | None,
    language: str | None,
    engagement: Engagement,
) -> Mention:
    """A review. Google tells when it was changed last, and never when it was written first."""
    return Mention(
        source="googleplay",
        external_id=review_id,
        text=text,
        posted_at=changed_at,
        fetched_at=fetched_at,
        kind=Kind.REVIEW,
        author=author,
        thread_id=review_id,
        url=address(app, review_id),
        rating=rating,
        language=language,
        engagement=engagement,
        edited_at=changed_at if edited else None,
        visibility=Visibility.EDITED if edited else Visibility.LIVE,
        terms=TERMS,
    )


def reply(to: Mention, text: str, posted_at: datetime, handle: str) -> Mention:
    """The developer's answer to a review; it has no id of its own, as a review has one at most."""
    return Mention(
        source="googleplay",
        external_id=f"{to.external_id}:reply",
        text=text,
        posted_at=posted_at,
        fetched_at=to.fetched_at,
        kind=Kind.REPLY,
        author=Author(source="googleplay", external_id=handle, handle=handle),
        thread_id=to.external_id,
        parent_id=to.external_id,
        url=to.url,
        terms=TERMS,
    )
