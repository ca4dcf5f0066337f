"""Who wrote, when and how often, against SQL that was written by hand, one plain question at a time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core.days import day_of, start_of
from core.mention import Mention, Visibility
from storage.database import Database
from storage.local_days import local_day
from storage.readings import claim_unread, save_readings
from storage.rulings import rule
from storage.tables import MentionRow
from storage.voices import Voice, latest_posts, voices_of
from tests.storage.making import NOW, REVISION, author, mention, mention_id, one, reading, rows, store

MADRID = ZoneInfo("Europe/Madrid")
FIRST, MIDDLE = date(2026, 3, 2), date(2026, 3, 30)
START, TURN = start_of(FIRST, MADRID), start_of(MIDDLE, MADRID)
END = datetime(2026, 4, 26, 17, 30, tzinfo=UTC)
ALLOWED = ("archive", "x")


def posts(count: int) -> list[Mention]:
    """By 25 authors of three sources, some anonymous, some before and after the spans."""
    chance = random.Random(5)
    made = []
    for n in range(count):
        source = chance.choice(("archive", "archive", "x", "reddit"))
        who = chance.randrange(25)
        made.append(
            mention(
                str(n),
                f"{chance.choice(('bad', 'good', 'so so'))} {n}",
                source=source,
                author=None if who == 7 else author(f"a{who}", source=source, followers=who * 10 or None),
                posted_at=START + timedelta(minutes=chance.randrange(-5_000, 85_000)),
                url=f"https://{source}.example/{n}",
            )
        )
    return made


@pytest.fixture
def history(database: Database) -> Database:
    made = posts(400)
    store(database, *made)
    store(database, *made[:50], brand="Bolt")
    with database.transaction() as tx:
        for unread in claim_unread(tx, REVISION, 350):
            word = unread.text.split()[0]
            negative = {"bad": 0.9, "good": 0.05}.get(word, 0.1)
            sentiment = {"negative": negative, "neutral": 0.0, "positive": 0.9 if word == "good" else 0.0}
            sentiment["neutral"] = 1 - sum(sentiment.values())
            opinion = reading(
                sentiment=sentiment, complaint=negative, supported=not unread.text.endswith("3")
            )
            save_readings(tx, [(unread, opinion)], NOW)
        rule(tx, mention_id(tx, "11"), "Acme", relevant=False, by="kim", now=NOW)
    gone = [mention(m.external_id, "", source=m.source, author=m.author, posted_at=m.posted_at,
                    fetched_at=END, visibility=Visibility.DELETED) for m in made[20:60]]  # fmt: skip
    store(database, *gone)
    return database


def found(database: Database, brand: str = "Acme") -> dict[int, Voice]:
    with database.reading() as tx:
        every = voices_of(tx, brand, ALLOWED, start=START, middle=TURN, end=END, zone=MADRID)
        return {voice.id: voice for voice in every}


def in_sql(tx: Session, moment: datetime) -> object:
    return moment if tx.get_bind().dialect.name == "postgresql" else moment.strftime("%Y-%m-%d %H:%M:%S.%f")


SPAN = """FROM sightings s JOIN mentions m ON m.id = s.mention_id
    LEFT JOIN readings r ON r.mention_id = m.id AND r.revision = m.read_revision
    WHERE s.brand = :brand AND s.relevant AND m.posted_at >= :start AND m.posted_at < :end
    AND m.source IN ('archive', 'x') AND m.visibility NOT IN ('deleted', 'removed', 'protected')"""


@pytest.mark.parametrize("brand", ["Acme", "Bolt", "Nobody"])
def test_every_author_of_a_brand(history: Database, brand: str) -> None:
    voices = found(history, brand)
    with history.reading() as tx:
        span = {"brand": brand, "start": in_sql(tx, START), "end": in_sql(tx, END)}
        wrote = rows(tx, f"SELECT DISTINCT m.author_id {SPAN} AND m.author_id IS NOT NULL", **span)
        assert set(voices) == {row[0] for row in wrote}
        for voice in voices.values():
            for part, start, end in ((voice.before, START, TURN), (voice.since, TURN, END)):

                def count(condition: str = "1 = 1") -> int:
                    span = {"brand": brand, "start": in_sql(tx, start), "end": in_sql(tx, end)}  # noqa: B023
                    asked = f"SELECT count(*) {SPAN} AND m.author_id = :who AND {condition}"
                    return one(tx, asked, who=voice.id, **span)  # noqa: B023

                assert part.posts == count()
                assert part.negative == count("r.supported AND r.label = 'negative'")
                assert part.positive == count("r.supported AND r.label = 'positive'")
                assert part.complaints == count("r.supported AND r.complaint >= 0.5")
            times = rows(tx, f"SELECT m.id {SPAN} AND m.author_id = :who", who=voice.id, **span)
            ids = [row[0] for row in times]
            written = tx.scalars(select(MentionRow.posted_at).where(MentionRow.id.in_(ids)))
            assert voice.days == len({day_of(at, MADRID) for at in written})
            who = rows(tx, "SELECT source, handle, followers FROM authors WHERE id = :who", who=voice.id)
            assert who == [(voice.source, voice.handle, voice.followers)]
    if brand == "Acme":
        assert len(voices) > 30
        assert {voice.source for voice in voices.values()} == {"archive", "x"}
        assert sum(voice.before.posts > 0 and voice.since.posts > 0 for voice in voices.values()) > 20


def test_an_author_all_of_whose_posts_are_deleted_is_gone(database: Database) -> None:
    store(database, mention("1", posted_at=TURN, author=author("ann")), mention("2", posted_at=TURN))
    assert len(found_x(database)) == 2
    gone = {"fetched_at": END, "visibility": Visibility.DELETED, "posted_at": TURN}
    store(database, mention("1", "", author=author("ann"), **gone))
    assert [voice.handle for voice in found_x(database)] == ["@a1"]


def test_an_author_without_a_known_handle_is_not_looked_at(database: Database) -> None:
    nobody = author("77", handle="")
    store(database, mention("1", posted_at=TURN, author=nobody), mention("2", posted_at=TURN))
    assert [voice.handle for voice in found_x(database)] == ["@a1"]


def found_x(database: Database) -> list[Voice]:
    return list(found(database).values())


def test_the_last_post_of_each(history: Database) -> None:
    voices = found(history)
    with history.reading() as tx:
        latest = latest_posts(tx, "Acme", ALLOWED, voices, start=START, end=END)
        assert set(latest) == set(voices)
        span = {"brand": "Acme", "start": in_sql(tx, START), "end": in_sql(tx, END)}
        for who, (at, url) in latest.items():
            asked = f"SELECT m.url {SPAN} AND m.author_id = :who ORDER BY m.posted_at DESC, m.id DESC LIMIT 1"
            assert one(tx, asked, who=who, **span) == url
            assert START <= at < END
        assert latest_posts(tx, "Acme", ALLOWED, [], start=START, end=END) == {}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe"])
@pytest.mark.parametrize("first", [date(2026, 3, 1), date(2026, 10, 1)])
def test_days_of_a_zone_in_a_statement(database: Database, zone: str, first: date) -> None:
    """Around clock changes of both hemispheres, by the quarter of an hour."""
    there = ZoneInfo(zone)
    start, end = start_of(first, there), start_of(first + timedelta(days=50), there)
    moments = [start + timedelta(minutes=15 * n) for n in range(50 * 96 + 8) if n % 29 == 0]
    moments += [start + timedelta(days=n, microseconds=-1) for n in range(1, 50)]
    moments = [moment for moment in moments if start <= moment < end]
    store(database, *(mention(str(n), posted_at=at, author=None) for n, at in enumerate(moments)))
    with database.reading() as tx:
        day = local_day(tx, MentionRow.posted_at, start, end, there)
        numbers = {
            row.posted_at: row.day for row in tx.execute(select(MentionRow.posted_at, day.label("day")))
        }
    epoch = date(1970, 1, 1)
    assert len(numbers) == len(set(moments)) > 200
    assert {at: epoch + timedelta(days=number) for at, number in numbers.items()} == {
        at: day_of(at, there) for at in numbers
    }


def test_the_cost_follows_the_spans_and_not_the_history(sqlite: Database) -> None:
    asked: list[tuple[str, object]] = []
    with sqlite.reading() as tx:
        engine = tx.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
        list(voices_of(tx, "Acme", ALLOWED, start=START, middle=TURN, end=END, zone=MADRID))
        statement, values = asked[-1]
        plan = [row[3] for row in tx.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert "ix_mentions_posted_at" in " ".join(plan)
