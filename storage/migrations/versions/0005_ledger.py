"""Spans, leases, permits and holes of the coverage ledger; messages that are about no alert."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WINDOWS = "coverage_windows"


def upgrade() -> None:
    for column in (
        _time("asked_from", nullable=True),
        _time("asked_until", nullable=True),
        _text("resume", nullable=True),
        _big("backfill_id", nullable=True),
    ):
        op.add_column(WINDOWS, column)
    _partial_index("ix_coverage_windows_running", WINDOWS, ["target"], "state = 'running'")
    _partial_index("ix_coverage_windows_spent", WINDOWS, ["opened_at"], "spend_usd > 0")
    _partial_index("ix_coverage_windows_heard", WINDOWS, ["target", "opened_at"], "new > 0")
    _standings()
    _sharing()
    _spans()
    _messages_about_no_alert()


def _standings() -> None:
    op.create_table(
        "standings",
        _text("target"),
        _big("window_id"),
        _time("first_asked_at"),
        *(_time(name, nullable=True) for name in ("heard_until", "succeeded_at", "not_before")),
        *(_text(name) for name in ("waits_for", "asked_as")),
        sa.PrimaryKeyConstraint("target", name="pk_standings"),
    )
    op.execute(
        "INSERT INTO standings "
        "(target, window_id, first_asked_at, heard_until, succeeded_at, waits_for, asked_as) "
        "SELECT target, max(id), min(opened_at), "
        "max(CASE WHEN state = 'complete' THEN opened_at END), "
        "max(CASE WHEN state IN ('complete', 'truncated') THEN closed_at END), '', '' "
        "FROM coverage_windows GROUP BY target"
    )


def _sharing() -> None:
    op.create_table(
        "leases",
        *(_text(name) for name in ("name", "holder")),
        _time("held_until"),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "permits",
        *(_text(name) for name in ("source", "key")),
        sa.Column("full_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_permits"),
    )


def _spans() -> None:
    op.create_table(
        "holes",
        _big("id"),
        *(_text(name) for name in ("target", "brand", "source", "kind")),
        *(_time(name) for name in ("start", "until")),
        _text("why"),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        _time("found_at"),
        _time("told_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holes"),
        sa.UniqueConstraint("target", "kind", "start", name="uq_holes_target_kind_start"),
        sqlite_autoincrement=True,
    )
    _partial_index("ix_holes_untold", "holes", ["id"], "told_at IS NULL")
    op.create_table(
        "backfills",
        _big("id"),
        _text("target"),
        *(_time(name) for name in ("start", "until")),
        _text("checkpoint", nullable=True),
        _time("begun_at"),
        _time("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_backfills"),
        sa.UniqueConstraint("target", "start", "until", name="uq_backfills_target_start_until"),
        sqlite_autoincrement=True,
    )


def _messages_about_no_alert() -> None:
    """SQLite cannot take a NOT NULL away: the table is made anew, and its counter goes on where it was."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("notifications", "alert_id", nullable=True)
        return
    op.create_table(
        "notifications_new",
        _big("id"),
        _text("dedupe_key"),
        _big("alert_id", nullable=True),
        _text("channel"),
        sa.Column("message", sa.JSON(), nullable=False),
        _text("state"),
        _big("attempts"),
        _time("next_attempt_at", nullable=True),
        _time("created_at"),
        _time("delivered_at", nullable=True),
        _text("last_error"),
        _text("external_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("dedupe_key", name="uq_notifications_dedupe_key"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_notifications_alert_id_alerts"),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO notifications_new SELECT * FROM notifications")
    op.drop_table("notifications")
    op.rename_table("notifications_new", "notifications")
    op.create_index("ix_notifications_alert_id", "notifications", ["alert_id"])
    due = "next_attempt_at IS NOT NULL"
    _partial_index("ix_notifications_due", "notifications", ["next_attempt_at", "id"], due)


def _big(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
