"""What was counted, asked and followed up of posts of a time that cannot be, which 0013 moved.

Their hours wait to be counted for ever, and no report can be made meanwhile. Those that were moved to when
they were fetched are counted there; some that were not moved, and are of that very time, are counted anew.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNTED = (("changed_hours", "hour"), ("daily", "day"), ("daily_topics", "day"))


def upgrade() -> None:
    for table, column in COUNTED:
        op.execute(f"DELETE FROM {table} WHERE {_impossible(column)}")  # noqa: S608 - no input in it
    hour = "strftime('%Y-%m-%d %H:00:00.000000', m.posted_at)"
    if op.get_bind().dialect.name == "postgresql":
        hour = "date_trunc('hour', m.posted_at, 'UTC')"
    op.execute(
        f"INSERT INTO changed_hours (brand, hour) SELECT DISTINCT s.brand, {hour} FROM sightings s "  # noqa: S608
        "JOIN mentions m ON m.id = s.mention_id WHERE m.posted_at = m.fetched_at"
    )
    op.execute(
        "UPDATE faq_mentions SET posted_at = "  # noqa: S608
        "(SELECT m.posted_at FROM mentions m WHERE m.id = faq_mentions.mention_id) "
        f"WHERE {_impossible('posted_at')}"
    )
    op.execute(
        "UPDATE alerts SET last_mention_at = COALESCE((SELECT max(m.posted_at) FROM alert_mentions a "  # noqa: S608
        "JOIN mentions m ON m.id = a.mention_id WHERE a.alert_id = alerts.id), opened_at) "
        f"WHERE {_impossible('last_mention_at')}"
    )


def _impossible(column: str) -> str:
    return f"({column} < '1970-01-01' OR {column} >= '2200-01-01')"
