"""What each day held against SQL that was written by hand, and against everything counted anew."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.counts import Counts
from core.mention import Visibility
from nlp import duplicates
from storage import daily
from storage.changed_hours import mark_all
from storage.coverage import open_window
from storage.daily import TopicDaily
from storage.database import Database, open_database
from storage.erasure import forget
from storage.mentions import Page, save_page
from storage.readings import claim_unread, save_readings
from storage.rulings import rule
from tests.storage.making import NOW, REVISION, at, author, dump, mention, one, reading, rows, store, target

UTC_ZONE, MADRID, KOLKATA = ZoneInfo("UTC"), ZoneInfo("Europe/Madrid"), ZoneInfo("Asia/Kolkata")


def refresh(database: Database, zone: ZoneInfo = UTC_ZONE) -> int:
    """Until nothing is left; how many transactions it took."""
    for number in range(1_000):
        with database.transaction() as tx:
            if not daily.refresh(tx, zone):
                return number
    pytest.fail("it never ends")


def read_all(database: Database, **topics: float) -> None:
    """Negative, neutral or positive by the first word; every third one is unsure."""
    with database.transaction() as tx:
        for number, unread in enumerate(claim_unread(tx, REVISION, 10_000)):
            word = unread.text.split()[0]
            negative = {"bad": 0.9, "fine": 0.1}.get(word, 0.3)
            sentiment = {"negative": negative, "neutral": 0.4, "positive": 0.95 if word == "fine" else 0.0}
            said = reading(sentiment=sentiment, complaint=negative, topics=topics, unsure=number % 3 == 0)
            save_readings(tx, [(unread, said)], NOW)


def day_in_sql(tx: Session, zone: str) -> str:
    """The local day of a post, in each database's own words."""
    if tx.get_bind().dialect.name == "postgresql":
        return f"to_char(m.posted_at AT TIME ZONE '{zone}', 'YYYY-MM-DD')"
    if zone == "Asia/Kolkata":
        return "date(m.posted_at, '+330 minutes')"
    if zone == "Europe/Madrid":  # in 2026 clocks change on 29 March and on 25 October, at 01:00 UTC
        summer = "m.posted_at >= '2026-03-29 01:00:00' AND m.posted_at < '2026-10-25 01:00:00'"
        return f"date(m.posted_at, CASE WHEN {summer} THEN '+120 minutes' ELSE '+60 minutes' END)"
    return "date(m.posted_at)"


def counted_by_hand(tx: Session, zone: str, brand: str = "Acme") -> dict[str, tuple[int, ...]]:
    """By day: mentions, negative, neutral, positive, complaints, unsure, unread; where all texts differ."""
    day = day_in_sql(tx, zone)
    found = tx.execute(
        text(
            f"""SELECT {day}, count(*), sum(CASE WHEN r.label = 'negative' THEN 1 ELSE 0 END),
                sum(CASE WHEN r.label = 'neutral' THEN 1 ELSE 0 END),
                sum(CASE WHEN r.label = 'positive' THEN 1 ELSE 0 END),
                sum(CASE WHEN r.complaint >= 0.5 THEN 1 ELSE 0 END),
                sum(CASE WHEN r.unsure THEN 1 ELSE 0 END),
                sum(CASE WHEN r.id IS NULL THEN 1 ELSE 0 END)
            FROM mentions m JOIN sightings s ON s.mention_id = m.id AND s.brand = :brand AND s.relevant
            LEFT JOIN readings r ON r.mention_id = m.id AND r.revision = m.read_revision
            GROUP BY 1"""  # noqa: S608 - words of our own
        ),
        {"brand": brand},
    )
    return {row[0]: tuple(row[1:]) for row in found}


def shown(found: dict[date, Counts]) -> dict[str, tuple[int, ...]]:
    return {
        day.isoformat(): (d.mentions, d.negative, d.neutral, d.positive, d.complaints, d.unsure, d.unread)
        for day, d in found.items()
        if d.mentions
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "Asia/Kolkata"])
def test_days_are_those_of_the_time_zone(database: Database, zone: str) -> None:
    changes = [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]
    posts = [
        mention(f"{start:%m}-{n}", f"{('bad', 'fine', 'so')[n % 3]} {start:%m} {n}", posted_at=when)
        for start in changes
        for n in range(150)
        for when in [start + timedelta(minutes=29 * n)]
    ]
    store(database, *posts)
    read_all(database)
    store(database, mention("unread", "later", posted_at=changes[0]))
    refresh(database, ZoneInfo(zone))
    with database.reading() as tx:
        found = daily.days(tx, "Acme", date(2026, 3, 1), date(2026, 11, 1))
        assert shown(found) == counted_by_hand(tx, zone)
        assert len(found) == 246
        total = Counts.total(found.values())
        assert (total.mentions, total.unread, total.read) == (301, 1, 300)
        assert total.texts == total.read + total.unread
        assert daily.first_day(tx, "Acme") == min(d for d in found if found[d].mentions)
        assert daily.last_day(tx, "Acme") == max(d for d in found if found[d].mentions)


def test_nothing_and_one(database: Database) -> None:
    assert refresh(database) == 0
    with database.reading() as tx:
        assert daily.days(tx, "Acme", NOW.date(), NOW.date()) == {NOW.date(): Counts()}
        assert daily.first_day(tx, "Acme") is None
    store(database, mention("1", "bad"))
    read_all(database, delay=0.7, staff=0.49)
    refresh(database)
    with database.reading() as tx:
        tomorrow = NOW.date() + timedelta(days=1)
        one_day = Counts(mentions=1, texts=1, negative=1, complaints=1, unsure=1)
        assert daily.days(tx, "Acme", NOW.date(), tomorrow) == {NOW.date(): one_day, tomorrow: Counts()}
        assert daily.topics(tx, "Acme", NOW.date(), tomorrow) == {
            "delay": {NOW.date(): TopicDaily(complaints=1)}
        }


def test_the_same_words_count_once_a_day_and_every_post_counts(database: Database) -> None:
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)
        posts = [
            mention(
                str(n),
                "fine words that many people post again",
                posted_at=at(hours=n),
                author=author(f"a{n}"),
            )
            for n in range(24)
        ]
        save_page(tx, target(), Page(mentions=tuple(posts)), window, NOW, duplicates)
    read_all(database, quality=0.9)
    refresh(database)
    with database.reading() as tx:
        today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
        found = daily.days(tx, "Acme", today, tomorrow)
        assert [(d.mentions, d.texts, d.positive) for d in found.values()] == [(12, 1, 1), (12, 1, 1)]
        about = daily.topics(tx, "Acme", today, tomorrow)["quality"]
        assert about == {today: TopicDaily(positive=1), tomorrow: TopicDaily(positive=1)}


def test_another_time_zone_has_everything_counted_anew(database: Database) -> None:
    store(database, *[mention(str(n), f"bad {n}", posted_at=at(hours=n)) for n in range(48)])
    refresh(database)
    refresh(database, KOLKATA)
    with database.reading() as tx:
        found = daily.days(tx, "Acme", NOW.date(), NOW.date() + timedelta(days=9))
        assert shown(found) == counted_by_hand(tx, "Asia/Kolkata")
        assert one(tx, "SELECT count(DISTINCT zone) FROM daily") == 1


def test_what_is_heard_again_and_says_the_same_is_not_counted_again(database: Database) -> None:
    posts = [mention(str(n), f"bad {n}", posted_at=at(days=-n)) for n in range(20)]
    store(database, *posts)
    refresh(database)
    again = [mention(m.external_id, m.text, posted_at=m.posted_at, fetched_at=at(hours=1)) for m in posts]
    store(database, *posts)
    store(database, *again)
    with database.reading() as tx:
        assert one(tx, "SELECT count(*) FROM changed_hours") == 0
    store(database, again[3], brand="Bolt")
    with database.reading() as tx:
        assert rows(tx, "SELECT DISTINCT brand FROM changed_hours ORDER BY 1") == [("Acme",), ("Bolt",)]


Change = tuple[str, int, int]
changes = st.lists(
    st.tuples(
        st.sampled_from(["post", "move", "edit", "copy", "read", "delete", "forget", "rule", "count"]),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)
WORDS = "fine or bad the same long words that are posted by many people again"


def apply(database: Database, change: Change, moment: int) -> None:
    what, number, variant = change
    brand = ("Acme", "Bolt")[variant % 2]
    values = {
        "post": {"text": f"bad {number}"},
        "move": {"text": f"bad {number}", "posted_at": at(hours=13 * variant)},
        "edit": {"text": f"fine {number} {variant}"},
        "copy": {"text": f"{WORDS} {'x' * variant}", "posted_at": at(hours=13 * number)},
        "delete": {"text": "", "visibility": Visibility.DELETED},
    }
    if what in values:
        post = mention(str(number), fetched_at=at(minutes=moment), **values[what])
        with database.transaction() as tx:
            of = target(brand)
            save_page(tx, of, Page(mentions=(post,)), open_window(tx, of, None, NOW), NOW, duplicates)
    elif what == "read":
        read_all(database, delay=0.8)
    elif what == "count":
        refresh(database)
    else:
        with database.transaction() as tx:
            known = tx.execute(text("SELECT mention_id, brand FROM sightings ORDER BY 1, 2")).all()
            if known and what == "forget":
                forget(tx, [known[number % len(known)][0]], NOW, Visibility.UNKNOWN)
            elif known:
                rule(tx, *known[number % len(known)], relevant=variant > 1, by="ann", now=NOW)


@given(changes=changes)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_days_are_as_if_counted_anew(migrated_file: Path, changes: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_file, Path(folder) / "earful.db")
        database = open_database(f"sqlite:///{folder}/earful.db")
        for moment, change in enumerate(changes):
            apply(database, change, moment)
        refresh(database)
        with database.reading() as tx:
            kept = dump(tx, "daily", "daily_topics")
        with database.transaction() as tx:
            tx.execute(text("DELETE FROM daily"))
            tx.execute(text("DELETE FROM daily_topics"))
            mark_all(tx)
        refresh(database)
        with database.reading() as tx:
            assert dump(tx, "daily", "daily_topics") == kept
        database.close()
