"""Turns rows into the values of core/ and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_

from core.alert import Message, Priority, Reason
from core.mention import Author, Engagement, Mention, Terms
from core.reading import Reading, Span
from storage.columns import clean
from storage.tables import AuthorRow, MentionRow, ReadingRow

PRESENT_READING = and_(
    ReadingRow.mention_id == MentionRow.id, ReadingRow.revision == MentionRow.read_revision
)
"""Joins a mention with the reading of the text that it has now."""


def author_values(author: Author, seen_at: datetime) -> dict[str, Any]:
    """An author as a row."""
    return {
        "source": author.source,
        "external_id": author.external_id,
        "handle": author.handle,
        "name": author.name,
        "url": author.url,
        "followers": author.followers,
        "seen_at": seen_at,
    }


def mention_values(mention: Mention, author_id: int | None, now: datetime) -> dict[str, Any]:
    """A mention as a row that nobody has read; of one that is gone neither author nor address is kept."""
    keep_for, gone = mention.terms.keep_for, mention.visibility.gone
    return {
        "source": mention.source,
        "external_id": mention.external_id,
        "author_id": None if gone else author_id,
        "kind": mention.kind,
        "text": stored_text(mention),
        "posted_at": mention.posted_at,
        "fetched_at": mention.fetched_at,
        "edited_at": mention.edited_at,
        "first_seen_at": now,
        "visibility": mention.visibility,
        "thread_id": mention.thread_id,
        "parent_id": mention.parent_id,
        "url": "" if gone else mention.url,
        "rating": mention.rating,
        "language": mention.language,
        "likes": mention.engagement.likes,
        "replies": mention.engagement.replies,
        "shares": mention.engagement.shares,
        "views": mention.engagement.views,
        "keep_for_seconds": None if keep_for is None else keep_for.total_seconds(),
        "may_train": mention.terms.may_train,
        "may_export_text": mention.terms.may_export_text,
        "read_revision": None,
    }


def stored_text(mention: Mention) -> str:
    """What is kept of a mention's text: nothing of one that is gone, or that is only white space."""
    if mention.visibility.gone or not mention.text.strip():
        return ""
    return clean(mention.text)


def to_mention(row: MentionRow, author: AuthorRow | None) -> Mention:
    """A row as a mention."""
    return Mention(
        source=row.source,
        external_id=row.external_id,
        text=row.text,
        posted_at=row.posted_at,
        fetched_at=row.fetched_at,
        kind=row.kind,
        author=None if author is None else to_author(author),
        thread_id=row.thread_id,
        parent_id=row.parent_id,
        url=row.url,
        rating=row.rating,
        language=row.language,
        engagement=Engagement(likes=row.likes, replies=row.replies, shares=row.shares, views=row.views),
        edited_at=row.edited_at,
        visibility=row.visibility,
        terms=Terms(
            keep_for=None if row.keep_for_seconds is None else timedelta(seconds=row.keep_for_seconds),
            may_train=row.may_train,
            may_export_text=row.may_export_text,
        ),
    )


def to_author(row: AuthorRow) -> Author:
    """A row as an author."""
    return Author(
        source=row.source,
        external_id=row.external_id,
        handle=row.handle,
        name=row.name,
        url=row.url,
        followers=row.followers,
    )


def reading_values(mention_id: int, reading: Reading, now: datetime) -> dict[str, Any]:
    """A reading as a row."""
    return {
        "mention_id": mention_id,
        "revision": reading.model,
        "language": reading.language,
        "supported": reading.supported,
        "negative": reading.sentiment["negative"],
        "neutral": reading.sentiment["neutral"],
        "positive": reading.sentiment["positive"],
        "complaint": reading.complaint,
        "unsure": reading.unsure,
        "label": reading.label,
        "severity": dict(reading.severity),
        "topics": dict(reading.topics),
        "emotion": dict(reading.emotion),
        "offensive": reading.offensive,
        "irony": reading.irony,
        "evidence": [[span.start, span.end, span.weight] for span in reading.evidence],
        "read_at": now,
    }


def to_reading(row: ReadingRow) -> Reading:
    """A row as a reading."""
    return Reading(
        model=row.revision,
        language=row.language,
        supported=row.supported,
        sentiment={"negative": row.negative, "neutral": row.neutral, "positive": row.positive},
        complaint=row.complaint,
        severity=row.severity,
        topics=row.topics,
        emotion=row.emotion,
        offensive=row.offensive,
        irony=row.irony,
        unsure=row.unsure,
        evidence=tuple(Span(start=start, end=end, weight=weight) for start, end, weight in row.evidence),
    )


def reasons_json(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    """Reasons as JSON."""
    return [{"rule": reason.rule, "explanation": reason.explanation} for reason in reasons]


def to_reasons(value: Sequence[Mapping[str, str]]) -> tuple[Reason, ...]:
    """JSON as reasons."""
    return tuple(Reason(rule=item["rule"], explanation=item["explanation"]) for item in value)


def message_json(message: Message) -> dict[str, Any]:
    """A message as JSON."""
    return {
        "alert_id": message.alert_id,
        "headline": message.headline,
        "brand": message.brand,
        "priority": message.priority.value,
        "reasons": list(message.reasons),
        "excerpt": message.excerpt,
        "author": message.author,
        "link": message.link,
        "posted_at": message.posted_at.isoformat(),
        "mentions": message.mentions,
        "copies": message.copies,
        "authors": message.authors,
        "about": message.about,
        "words": message.words,
        "next_step": message.next_step,
        "digest": list(message.digest),
        "attachment": message.attachment,
    }


def to_message(value: Mapping[str, Any]) -> Message:
    """JSON as a message."""
    return Message(
        alert_id=value["alert_id"],
        headline=value["headline"],
        brand=value["brand"],
        priority=Priority(value["priority"]),
        reasons=tuple(value["reasons"]),
        excerpt=value["excerpt"],
        author=value["author"],
        link=value["link"],
        posted_at=datetime.fromisoformat(value["posted_at"]),
        mentions=value.get("mentions", 1),
        copies=value.get("copies", 0),
        authors=value.get("authors", 1),
        about=value.get("about", ""),
        words=value.get("words", ""),
        next_step=value.get("next_step", ""),
        digest=tuple(value.get("digest", ())),
        attachment=value.get("attachment", ""),
    )
