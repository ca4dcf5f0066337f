"""Of texts that share a band, the newest are found without looking at the others: storage/neighbours.py."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BANDS = tuple(f"band_{n}" for n in range(1, 9))


def upgrade() -> None:
    for name in BANDS:
        op.drop_index(f"ix_texts_{name}", "texts")
        op.create_index(f"ix_texts_{name}_id", "texts", [name, "id"])
