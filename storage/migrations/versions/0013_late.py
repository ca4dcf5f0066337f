"""What checks came too late for.

Posts of a time that cannot be, which stopped all alerts and reports, count when they were fetched. Unreadable
records that were emptied lose what quoted them and named their authors, too.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    impossible = "posted_at < '1970-01-01' OR posted_at >= '2200-01-01'"
    op.execute(f"UPDATE mentions SET posted_at = fetched_at WHERE {impossible}")  # noqa: S608 - no input in it
    op.execute("UPDATE rejected SET reason = '', place = '', external_id = NULL WHERE raw = ''")
