"""A long history in no time: mentions, readings, sightings and texts by plain SQL, for a million of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from storage.changed_hours import mark_all
from storage.database import Database
from storage.statements import dialect

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
SENTIMENTS = "CASE i % 5 WHEN 0 THEN 'negative' WHEN 1 THEN 'positive' ELSE 'neutral' END"
COMPLAINT = "CASE WHEN i % 10 = 0 THEN 0.9 ELSE 0.1 END"
TOPICS = """CASE WHEN i % 30 = 0 THEN '{"delay": 0.9}' WHEN i % 7 = 0 THEN '{"staff": 0.8}' ELSE '{}' END"""


def fill(
    database: Database, brand: str, mentions: int, end: datetime, span: timedelta, revision: str = "history-1"
) -> None:
    """Fill an empty database with a brand's mentions, evenly over a span that ends at `end`.

    Every tenth is a complaint and a fifth is negative; an author writes about a hundred times. All of them
    were read by `revision`, judged, and looked at for questions.
    """
    with database.transaction() as tx:
        postgres = dialect(tx) == "postgresql"
        moment = ":start + i * :step"
        when = f"to_timestamp({moment})" if postgres else _sqlite_time(moment)
        json = "CAST({} AS json)" if postgres else "{}"
        values = {
            "last": mentions - 1,
            "start": (end - span).timestamp(),
            "step": span.total_seconds() / mentions,
            "brand": brand,
            "revision": revision,
            "authors": max(1, mentions // 100),
        }
        for table, columns, query in _rows(when, json):
            sql = f"INSERT INTO {table} ({columns}) {NUMBERS} SELECT {query}"
            used = {name: value for name, value in values.items() if f":{name}" in sql}
            tx.execute(text(sql), used)
            if postgres and table != "copies":
                tx.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                )
            if postgres:  # as its own housekeeping would after a while
                tx.execute(text(f"ANALYZE {table}"))
        mark_all(tx)


def _sqlite_time(moment: str) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', CAST({moment} AS INTEGER), 'unixepoch')"


def _rows(when: str, json: str) -> tuple[tuple[str, str, str], ...]:
    """(table, columns, query over the numbers)."""
    nothing = json.format("'{}'")
    return (
        (
            "authors",
            "id, source, external_id, handle, name, url, followers, seen_at",
            f"i + 1, 'x', 'a' || i, 'a' || i, '', '', i, {when} FROM n WHERE i < :authors",
        ),
        (
            "mentions",
            """id, source, external_id, author_id, kind, text, posted_at, fetched_at, first_seen_at,
            visibility, url, may_train, may_export_text, read_revision, wanted""",
            f"""i + 1, CASE i % 3 WHEN 0 THEN 'x' ELSE 'archive' END, 'm' || i, i % :authors + 1, 'post',
            'what somebody says, number ' || i, {when}, {when}, {when}, 'live',
            'https://post.example/' || i, false, true, :revision, true FROM n""",
        ),
        (
            "sightings",
            "id, mention_id, brand, target, first_seen_at, judged_at, asked_at, relevant",
            f"i + 1, i + 1, :brand, 'history', {when}, {when}, {when}, true FROM n",
        ),
        ("texts", "id, digest, group_id", "i + 1, i, i + 1 FROM n"),
        ("copies", "mention_id, text_id", "i + 1, i + 1 FROM n"),
        (
            "readings",
            """id, mention_id, revision, language, supported, negative, neutral, positive, complaint, unsure,
            label, severity, topics, emotion, evidence, read_at""",
            f"""i + 1, i + 1, :revision, 'en', true, 0.3, 0.4, 0.3, {COMPLAINT}, i % 11 = 0, {SENTIMENTS},
            {nothing}, {json.format(TOPICS)}, {nothing}, {json.format("'[]'")}, {when} FROM n""",
        ),
    )
