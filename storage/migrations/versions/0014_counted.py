"""What was counted, asked and followed up of posts of a time that cannot be, which 0013 moved.

Their hours wait to be counted for ever, and no report can be made meanwhile. Those that were moved to when
they were fetched are counted there; some that were not moved, and are of that very time, are counted anew.
Edits of such a time count when they were seen.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IMPOSSIBLE = "({0} < '1970-01-01' OR {0} >= '2200-01-01')"
NO_DAY = "(day < '1969-12-31' OR day > '2200-01-01')"
"""A day is one of the team's zone, which may be ahead or behind."""


def upgrade() -> None:
    _move("mentions", "edited_at", "mentions.fetched_at")
    _move("verdicts", "edited_at", "(SELECT m.edited_at FROM mentions m WHERE m.id = verdicts.mention_id)")
    _count()
    _move(
        "faq_mentions",
        "posted_at",
        "(SELECT m.posted_at FROM mentions m WHERE m.id = faq_mentions.mention_id)",
    )
    for column, end in (("first_seen_at", "min"), ("last_seen_at", "max")):
        asked = f"SELECT {end}(a.posted_at) FROM faq_mentions a WHERE a.question_id = faq_questions.id"  # noqa: S608
        _move("faq_questions", column, f"COALESCE(({asked}), CURRENT_TIMESTAMP)")
    held = (
        "SELECT max(m.posted_at) FROM alert_mentions a JOIN mentions m ON m.id = a.mention_id "
        "WHERE a.alert_id = alerts.id"
    )
    _move("alerts", "last_mention_at", f"COALESCE(({held}), opened_at)")


def _move(table: str, column: str, to: str) -> None:
    where = IMPOSSIBLE.format(column)
    op.execute(f"UPDATE {table} SET {column} = {to} WHERE {where}")  # noqa: S608 - no input in it


def _count() -> None:
    op.execute(f"DELETE FROM changed_hours WHERE {IMPOSSIBLE.format('hour')}")  # noqa: S608
    for table in ("daily", "daily_topics"):
        op.execute(f"DELETE FROM {table} WHERE {NO_DAY}")  # noqa: S608
    hour = "strftime('%Y-%m-%d %H:00:00.000000', m.posted_at)"
    if op.get_bind().dialect.name == "postgresql":
        hour = "date_trunc('hour', m.posted_at, 'UTC')"
    op.execute(
        f"INSERT INTO changed_hours (brand, hour) SELECT DISTINCT s.brand, {hour} FROM sightings s "  # noqa: S608
        "JOIN mentions m ON m.id = s.mention_id WHERE m.posted_at = m.fetched_at"
    )
