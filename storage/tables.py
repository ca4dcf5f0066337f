"""Tables and constraints. A change here needs a revision in storage/migrations (a test compares them)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

import storage.copy_tables
import storage.daily_tables
import storage.erased_table
import storage.faq_tables
import storage.ledger_tables
import storage.remembered
import storage.ruling_table
import storage.verdict_table  # noqa: F401  and this one
from core.alert import DeliveryState, Happening, Outcome, Priority, Status
from core.mention import Kind, Visibility
from core.relevance import Why
from storage.base import STABLE_IDS, Base, Count, Id, Json, Key, OwnedByAlert, OwnedByMention, partial_index
from storage.columns import KeyText, Word

METADATA = Base.metadata
HAS_TEXT, LIMITED = "text <> ''", "keep_for_seconds IS NOT NULL"
OPEN_STATUSES = "status IN ({})".format(", ".join(f"'{status}'" for status in Status if status.open))


class AuthorRow(Base):
    """core.mention.Author; the newest capture wins."""

    __tablename__ = "authors"
    __table_args__ = (UniqueConstraint("source", "external_id"), STABLE_IDS)

    id: Mapped[Id]
    source: Mapped[Key]
    external_id: Mapped[Key]
    handle: Mapped[str]
    name: Mapped[str]
    url: Mapped[str]
    followers: Mapped[int | None]
    seen_at: Mapped[datetime]


class MentionRow(Base):
    """core.mention.Mention; the newest capture wins. The text of one that is gone is empty.

    `read_revision` is the revision of the reading that read this very text; NULL: nobody has. `looked_at` is
    when its source was last asked for it again; whatever it answered is a capture of its own. `wanted` is
    whether it is about any of the brands that it was found for: others are not read.
    """

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        # What is left to read is found without looking at what was read: see storage/readings.py.
        partial_index("ix_mentions_read_revision_id", "read_revision", "id", where="text <> '' AND wanted"),
        # What is due to be forgotten, or to be looked at again: see storage/revisits.py.
        partial_index("ix_mentions_source_fetched_at", "source", "fetched_at", where=HAS_TEXT),
        partial_index(
            "ix_mentions_keep_for", "keep_for_seconds", "fetched_at", where=f"{HAS_TEXT} AND {LIMITED}"
        ),
        partial_index("ix_mentions_source_posted_at", "source", "posted_at", where=HAS_TEXT),
        Index(None, "posted_at"),
        Index(None, "author_id"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    source: Mapped[Key]
    external_id: Mapped[Key]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    text: Mapped[str]
    posted_at: Mapped[datetime]
    fetched_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    visibility: Mapped[Visibility] = mapped_column(Word(Visibility))
    thread_id: Mapped[str | None]
    parent_id: Mapped[str | None]
    url: Mapped[str]
    rating: Mapped[float | None]
    language: Mapped[str | None]
    likes: Mapped[int | None]
    replies: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    keep_for_seconds: Mapped[float | None]
    may_train: Mapped[bool]
    may_export_text: Mapped[bool]
    read_revision: Mapped[str | None] = mapped_column(KeyText)
    wanted: Mapped[bool] = mapped_column(server_default=true())
    looked_at: Mapped[datetime | None]


class SightingRow(Base):
    """Whose target found a mention. `judged_at` is NULL until the rules have looked at it.

    `relevant` is core.relevance.Relevance, NULL until that is known; `relevance_key` is the fingerprint of
    the brand's query by which it was judged. See storage/relevance.py. `asked_at` is NULL until it was looked
    at for questions, and again when something about it has changed.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("mention_id", "brand"),
        partial_index("ix_sightings_unjudged", "id", where="judged_at IS NULL"),
        partial_index("ix_sightings_irrelevant", "brand", "id", where="NOT relevant"),
        # What nobody has looked for questions in: see storage/asked.py.
        partial_index("ix_sightings_unasked", "brand", "id", where="asked_at IS NULL AND relevant"),
        Index(None, "brand", "relevance_key", "id"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    mention_id: Mapped[OwnedByMention]
    brand: Mapped[Key]
    target: Mapped[str]
    first_seen_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    relevant: Mapped[bool | None]
    why: Mapped[Why | None] = mapped_column(Word(Why))
    detail: Mapped[str | None]
    relevance_key: Mapped[str | None] = mapped_column(KeyText)
    asked_at: Mapped[datetime | None]


class RejectedRow(Base):
    """core.mention.Rejected; the same record of the same place is kept once."""

    __tablename__ = "rejected"
    __table_args__ = (
        UniqueConstraint("digest"),
        # Those that still hold something: see storage/revisits.py.
        partial_index("ix_rejected_holding", "source", "first_seen_at", where="raw <> ''"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    digest: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    reason: Mapped[str]
    raw: Mapped[str]
    place: Mapped[str]
    external_id: Mapped[str | None]
    first_seen_at: Mapped[datetime]


class ReadingRow(Base):
    """core.reading.Reading of one mention by one revision."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("mention_id", "revision"), STABLE_IDS)

    id: Mapped[Id]
    mention_id: Mapped[OwnedByMention]
    revision: Mapped[Key]
    language: Mapped[str]
    supported: Mapped[bool]
    negative: Mapped[float]
    neutral: Mapped[float]
    positive: Mapped[float]
    complaint: Mapped[float]
    unsure: Mapped[bool]
    label: Mapped[str]
    severity: Mapped[Json]
    topics: Mapped[Json]
    emotion: Mapped[Json]
    evidence: Mapped[Json]
    read_at: Mapped[datetime]
    offensive: Mapped[float | None]
    irony: Mapped[float | None]


class AlertRow(Base):
    """An unhappy customer to follow up; at most one open alert for each author or thread."""

    __tablename__ = "alerts"
    __table_args__ = (
        partial_index("uq_alerts_open_brand_subject", "brand", "subject", where=OPEN_STATUSES, unique=True),
        Index(None, "brand", "subject"),
        Index(None, "brand", "opened_at"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    brand: Mapped[Key]
    subject: Mapped[Key]
    rule: Mapped[str]
    priority: Mapped[Priority] = mapped_column(Word(Priority))
    status: Mapped[Status] = mapped_column(Word(Status))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    headline: Mapped[str]
    opened_at: Mapped[datetime]
    last_mention_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class AlertMentionRow(Base):
    """Why a mention is in an alert; a mention is in one alert of a brand at most."""

    __tablename__ = "alert_mentions"
    __table_args__ = (UniqueConstraint("mention_id", "brand"),)

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    mention_id: Mapped[int] = mapped_column(ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True)
    brand: Mapped[Key]
    reasons: Mapped[Json]
    added_at: Mapped[datetime]


class EventRow(Base):
    """core.alert.Event; nothing in Earful changes or deletes one, but for notes on posts that are gone."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "alert_id", "id"), STABLE_IDS)

    id: Mapped[Id]
    alert_id: Mapped[OwnedByAlert]
    what: Mapped[Happening] = mapped_column(Word(Happening))
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str]
    data: Mapped[Json]


class NotificationRow(Base):
    """The outbox: one message to one channel. `next_attempt_at` is NULL when there is nothing left to do.

    `alert_id` is NULL for what the operator is told.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        partial_index("ix_notifications_due", "next_attempt_at", "id", where="next_attempt_at IS NOT NULL"),
        Index(None, "alert_id"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    dedupe_key: Mapped[Key]
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    channel: Mapped[str]
    message: Mapped[Json]
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState))
    attempts: Mapped[Count]
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    last_error: Mapped[str]
