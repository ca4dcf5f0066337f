"""Turns rows into the values of core/ and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import and_

from core.alert import Message, Reason
from core.mention import Author, Engagement, Mention, Terms
from core.reading import Reading, Span
from storage.columns import clean
from storage.tables import AuthorRow, MentionRow, ReadingRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")
PRESENT_READING = and_(
    ReadingRow.mention_id == MentionRow.id, ReadingRow.revision == MentionRow.read_revision
)
"""Joins a mention with the reading of the text that it has now."""


_MESSAGE = TypeAdapter(Message)


def value(cls: type[Value], row: Any, **more: Any) -> Value:
    """A row as a dataclass: each field is the column of its name, but for those that are given."""
    same = {f.name: getattr(row, f.name) for f in fields(cls) if f.name not in more}
    return cls(**same, **more)


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
    keep_for = None if row.keep_for_seconds is None else timedelta(seconds=row.keep_for_seconds)
    return value(
        Mention,
        row,
        author=None if author is None else value(Author, author),
        engagement=value(Engagement, row),
        terms=value(Terms, row, keep_for=keep_for),
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
    return value(
        Reading,
        row,
        model=row.revision,
        sentiment={"negative": row.negative, "neutral": row.neutral, "positive": row.positive},
        evidence=tuple(Span(start=start, end=end, weight=weight) for start, end, weight in row.evidence),
    )


def reasons_json(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    """Reasons as JSON."""
    return [{"rule": reason.rule, "explanation": reason.explanation} for reason in reasons]


def to_reasons(kept: Sequence[Mapping[str, str]]) -> tuple[Reason, ...]:
    """JSON as reasons."""
    return tuple(Reason(rule=item["rule"], explanation=item["explanation"]) for item in kept)


def message_json(message: Message) -> dict[str, Any]:
    """A message as JSON."""
    kept: dict[str, Any] = _MESSAGE.dump_python(message, mode="json")
    return kept


def to_message(kept: Mapping[str, Any]) -> Message:
    """JSON as a message; one that was kept before there was a field has what stands for nothing there."""
    return _MESSAGE.validate_python(kept)
