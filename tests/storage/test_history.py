"""The figures of a thousand days, against SQL that was written by hand. Of a million mentions: bench/."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.history import fill
from core.counts import Counts
from storage import daily
from storage.database import Database
from tests.storage.making import counted, rows

A_DAY, DAYS = 100, 1_000
END = datetime(2026, 11, 22, 12, tzinfo=UTC)
BY_HAND = """SELECT {day}, count(*), sum(CASE WHEN r.label = 'negative' THEN 1 ELSE 0 END),
    sum(CASE WHEN r.complaint >= 0.5 THEN 1 ELSE 0 END)
    FROM mentions m JOIN readings r ON r.mention_id = m.id GROUP BY 1 ORDER BY 1"""


def test_every_day_of_a_long_history(database: Database) -> None:
    fill(database, "Acme", A_DAY * DAYS, END, timedelta(days=DAYS))
    zone = ZoneInfo("Asia/Kolkata")  # half an hour off, and no clocks change: SQLite can say it, too
    while True:
        with database.transaction() as tx:
            if not daily.refresh(tx, zone):
                break
    on_postgresql = database.dialect == "postgresql"
    day = (
        "to_char(m.posted_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD')"
        if on_postgresql
        else "date(m.posted_at, '+330 minutes')"
    )
    with database.reading() as tx:
        found = daily.days(tx, "Acme", date(2024, 1, 1), date(2026, 12, 31))
        shown = [
            (day.isoformat(), numbers.mentions, numbers.negative, numbers.complaints)
            for day, numbers in found.items()
            if numbers.mentions
        ]
        assert shown == rows(tx, BY_HAND.format(day=day))
        assert Counts.total(found.values()).mentions == A_DAY * DAYS
        week = counted(tx, "Acme", END - timedelta(days=7), END)
        assert (week.mentions, week.negative, week.complaints) == (7 * A_DAY, 7 * A_DAY // 5, 7 * A_DAY // 10)
