"""What is due to be forgotten or looked at again is found without going through the rest; who was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STANDING = "text <> ''"
INDEXES = (
    (
        "ix_mentions_keep_for",
        "mentions",
        ("keep_for_seconds", "fetched_at"),
        f"{STANDING} AND keep_for_seconds IS NOT NULL",
    ),
    ("ix_mentions_source_posted_at", "mentions", ("source", "posted_at"), STANDING),
    ("ix_rejected_holding", "rejected", ("source", "first_seen_at"), "raw <> ''"),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        condition = sa.text(where)
        op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "erased",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("mentions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_erased"),
    )
