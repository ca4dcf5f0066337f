"""What each brand had on each day; everything that is stored waits to be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = (
    "mentions",
    "texts",
    "negative",
    "neutral",
    "positive",
    "complaints",
    "unsure",
    "unsupported",
    "unread",
    "without_text",
)


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "changed_hours",
        sa.Column("id", big, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changed_hours"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changed_hours_brand_hour", "changed_hours", ["brand", "hour"])
    op.create_table(
        "daily",
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        *(sa.Column(name, big, nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("brand", "day", name="pk_daily"),
    )
    op.create_table(
        "daily_topics",
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("complaints", big, nullable=False),
        sa.Column("positive", big, nullable=False),
        sa.PrimaryKeyConstraint("brand", "day", "topic", name="pk_daily_topics"),
    )
    hour = "strftime('%Y-%m-%d %H:00:00.000000', m.posted_at)"
    if op.get_bind().dialect.name == "postgresql":
        hour = "date_trunc('hour', m.posted_at, 'UTC')"
    stored = f"SELECT DISTINCT s.brand, {hour} FROM sightings s JOIN mentions m ON m.id = s.mention_id"  # noqa: S608
    op.execute(sa.text(f"INSERT INTO changed_hours (brand, hour) {stored}"))
