"""The first tables."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = "status IN ('new', 'acknowledged', 'in_progress', 'waiting_customer', 'waiting_internal')"


def upgrade() -> None:
    _captured()
    _ledger()
    _readings()
    _alerts()
    _notifications()


def downgrade() -> None:
    for table in ("notifications", "events", "alert_mentions", "alerts", "readings", "checkpoints"):
        op.drop_table(table)
    for table in ("coverage_windows", "rejected", "sightings", "mentions", "authors"):
        op.drop_table(table)


def _captured() -> None:
    op.create_table(
        "authors",
        _id(),
        *(_text(name) for name in ("source", "external_id", "handle", "name", "url")),
        _big("followers", nullable=True),
        _time("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_authors"),
        sa.UniqueConstraint("source", "external_id", name="uq_authors_source_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mentions",
        _id(),
        *(_text(name) for name in ("source", "external_id")),
        _big("author_id", nullable=True),
        *(_text(name) for name in ("kind", "text")),
        *(_time(name) for name in ("posted_at", "fetched_at")),
        _time("edited_at", nullable=True),
        _time("first_seen_at"),
        _text("visibility"),
        *(_text(name, nullable=True) for name in ("thread_id", "parent_id")),
        _text("url"),
        _float("rating", nullable=True),
        _text("language", nullable=True),
        *(_big(name, nullable=True) for name in ("likes", "replies", "shares", "views")),
        _float("keep_for_seconds", nullable=True),
        *(_bool(name) for name in ("may_train", "may_export_text")),
        _text("read_revision", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
        sa.UniqueConstraint("source", "external_id", name="uq_mentions_source_external_id"),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name="fk_mentions_author_id_authors"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mentions_posted_at", "mentions", ["posted_at"])
    op.create_index("ix_mentions_author_id", "mentions", ["author_id"])
    _partial_index("ix_mentions_read_revision_id", "mentions", ["read_revision", "id"], "text <> ''")
    op.create_table(
        "sightings",
        _id(),
        _big("mention_id"),
        *(_text(name) for name in ("brand", "target")),
        _time("first_seen_at"),
        _time("judged_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sightings"),
        sa.UniqueConstraint("mention_id", "brand", name="uq_sightings_mention_id_brand"),
        _of_mention("sightings"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_sightings_unjudged", "sightings", ["id"], "judged_at IS NULL")


def _ledger() -> None:
    op.create_table(
        "rejected",
        _id(),
        *(_text(name) for name in ("digest", "source", "target", "reason", "raw", "place")),
        _text("external_id", nullable=True),
        _time("first_seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_rejected"),
        sa.UniqueConstraint("digest", name="uq_rejected_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "coverage_windows",
        _id(),
        *(_text(name) for name in ("target", "brand", "source")),
        _text("since", nullable=True),
        *(_text(name) for name in ("state", "note", "truncated")),
        _time("opened_at"),
        _time("closed_at", nullable=True),
        *(_big(name) for name in ("pages", "fetched", "new", "updated", "duplicate", "rejected")),
        _float("spend_usd"),
        sa.PrimaryKeyConstraint("id", name="pk_coverage_windows"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_coverage_windows_target_opened_at", "coverage_windows", ["target", "opened_at"])
    op.create_table(
        "checkpoints",
        *(_text(name) for name in ("target", "value")),
        _time("set_at"),
        sa.PrimaryKeyConstraint("target", name="pk_checkpoints"),
    )


def _readings() -> None:
    op.create_table(
        "readings",
        _id(),
        _big("mention_id"),
        *(_text(name) for name in ("revision", "language")),
        _bool("supported"),
        *(_float(name) for name in ("negative", "neutral", "positive", "complaint")),
        _bool("unsure"),
        _text("label"),
        *(_json(name) for name in ("severity", "topics", "emotion", "evidence")),
        _time("read_at"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.UniqueConstraint("mention_id", "revision", name="uq_readings_mention_id_revision"),
        _of_mention("readings"),
        sqlite_autoincrement=True,
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        _id(),
        *(
            _text(name)
            for name in ("brand", "subject", "rule", "priority", "status", "outcome", "headline", "assignee")
        ),
        *(_time(name) for name in ("opened_at", "last_mention_at")),
        *(_time(name, nullable=True) for name in ("acknowledged_at", "resolved_at", "closed_at")),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sqlite_autoincrement=True,
    )
    _partial_index("uq_alerts_open_brand_subject", "alerts", ["brand", "subject"], OPEN, unique=True)
    op.create_index("ix_alerts_brand_subject", "alerts", ["brand", "subject"])
    op.create_index("ix_alerts_brand_opened_at", "alerts", ["brand", "opened_at"])
    op.create_table(
        "alert_mentions",
        *(_big(name) for name in ("alert_id", "mention_id")),
        _text("brand"),
        _json("reasons"),
        _time("added_at"),
        sa.PrimaryKeyConstraint("alert_id", "mention_id", name="pk_alert_mentions"),
        sa.UniqueConstraint("mention_id", "brand", name="uq_alert_mentions_mention_id_brand"),
        _of_alert("alert_mentions"),
        _of_mention("alert_mentions"),
    )
    op.create_table(
        "events",
        _id(),
        _big("alert_id"),
        _text("what"),
        _time("at"),
        *(_text(name) for name in ("by", "note")),
        _json("data"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        _of_alert("events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_alert_id_id", "events", ["alert_id", "id"])


def _notifications() -> None:
    op.create_table(
        "notifications",
        _id(),
        _text("dedupe_key"),
        _big("alert_id"),
        _text("channel"),
        _json("message"),
        _text("state"),
        _big("attempts"),
        _time("next_attempt_at", nullable=True),
        _time("created_at"),
        _time("delivered_at", nullable=True),
        _text("last_error"),
        _text("external_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("dedupe_key", name="uq_notifications_dedupe_key"),
        _of_alert("notifications"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notifications_alert_id", "notifications", ["alert_id"])
    due = "next_attempt_at IS NOT NULL"
    _partial_index("ix_notifications_due", "notifications", ["next_attempt_at", "id"], due)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _float(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(53), nullable=nullable)


def _bool(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _of_mention(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_mention_id_mentions"
    return sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"], name=name, ondelete="CASCADE")


def _of_alert(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=f"fk_{table}_alert_id_alerts")


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
