"""Columns that nobody reads, or that hold the same in every row."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNUSED = (
    ("alerts", "assignee"),
    ("checkpoints", "set_at"),
    ("holes", "permanent"),
    ("notifications", "external_id"),
)


def upgrade() -> None:
    for table, column in UNUSED:
        op.drop_column(table, column)
