"""Tables of the coverage ledger: polls, where they go on, holes, and who may ask when.

Kept by storage/coverage.py and its neighbours; Alembic revisions 0001 and 0005.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import STABLE_IDS, Base, Count, Id, Key, partial_index
from storage.columns import KeyText


class WindowRow(Base):
    """One poll of one target, or one step of a back-fill: what was asked, what came, what it cost."""

    __tablename__ = "coverage_windows"
    __table_args__ = (
        Index(None, "target", "opened_at"),
        # Each holds few rows, however long the ledger grows.
        partial_index("ix_coverage_windows_running", "target", where="state = 'running'"),
        partial_index("ix_coverage_windows_spent", "opened_at", where="spend_usd > 0"),
        partial_index("ix_coverage_windows_heard", "target", "opened_at", where="new > 0"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    target: Mapped[Key]
    brand: Mapped[str]
    source: Mapped[str]
    since: Mapped[str | None]
    state: Mapped[str]
    note: Mapped[str]
    truncated: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    pages: Mapped[Count]
    fetched: Mapped[Count]
    new: Mapped[Count]
    updated: Mapped[Count]
    duplicate: Mapped[Count]
    rejected: Mapped[Count]
    spend_usd: Mapped[float] = mapped_column(default=0.0)
    asked_from: Mapped[datetime | None]
    asked_until: Mapped[datetime | None]
    resume: Mapped[str | None]
    backfill_id: Mapped[int | None]


class CheckpointRow(Base):
    """From where a target's next poll goes on."""

    __tablename__ = "checkpoints"

    target: Mapped[str] = mapped_column(KeyText, primary_key=True)
    value: Mapped[str]


class StandingRow(Base):
    """What is known of a target's polls as a whole, so that nobody has to look through them all.

    `asked_as` is a fingerprint of the options with which it was told to wait: with others it need not.
    """

    __tablename__ = "standings"

    target: Mapped[str] = mapped_column(KeyText, primary_key=True)
    window_id: Mapped[int]
    first_asked_at: Mapped[datetime]
    heard_until: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    waits_for: Mapped[str]
    asked_as: Mapped[str]


class LeaseRow(Base):
    """What somebody does at present, so that nobody else does it at the same time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(KeyText, primary_key=True)
    holder: Mapped[str]
    held_until: Mapped[datetime]


class PermitRow(Base):
    """The bucket of one key of one source: core.permits. The key itself is not here, a hash of it is."""

    __tablename__ = "permits"

    source: Mapped[str] = mapped_column(KeyText, primary_key=True)
    key: Mapped[str] = mapped_column(KeyText, primary_key=True)
    full_at: Mapped[float]


class HoleRow(Base):
    """A span of a target that is missing. `told_at` is NULL until the operator was told."""

    __tablename__ = "holes"
    __table_args__ = (
        UniqueConstraint("target", "kind", "start"),
        partial_index("ix_holes_untold", "id", where="told_at IS NULL"),
        STABLE_IDS,
    )

    id: Mapped[Id]
    target: Mapped[Key]
    brand: Mapped[str]
    source: Mapped[str]
    kind: Mapped[Key]
    start: Mapped[datetime]
    until: Mapped[datetime]
    why: Mapped[str]
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class BackfillRow(Base):
    """A past span of a target that somebody asked for, and where that goes on."""

    __tablename__ = "backfills"
    __table_args__ = (UniqueConstraint("target", "start", "until"), STABLE_IDS)

    id: Mapped[Id]
    target: Mapped[Key]
    start: Mapped[datetime]
    until: Mapped[datetime]
    checkpoint: Mapped[str | None]
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
