"""Whether a text is offensive, and whether it is ironic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("offensive", "irony"):
        op.add_column("readings", sa.Column(name, sa.Float(53), nullable=True))
