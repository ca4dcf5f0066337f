"""What a brand's numbers consist of, against SQL that was written by hand and against the numbers of days."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.alert import Status
from core.mention import Visibility
from core.reading import SENTIMENTS
from nlp import duplicates
from storage import daily
from storage.alerts import set_status
from storage.coverage import open_window
from storage.database import Database
from storage.mentions import Page, save_page
from storage.opinions import by_source, count_repeated, mentions_of, opinions, repeated
from storage.readings import claim_unread, save_readings
from storage.unanswered import unanswered
from tests.storage.making import NOW, REVISION, at, author, mention, new_alert, reading, rows, store, target
from tests.storage.test_daily import UTC_ZONE, refresh

DAY = NOW.replace(hour=0)
SPANS = [(DAY - timedelta(days=n), DAY - timedelta(days=n - 1)) for n in range(3)]
CAMPAIGN = "the new timetable of this railway is a shame, sign here against the shorter summer trains"


@pytest.fixture
def history(database: Database) -> Database:
    """Three days, three sources, copies of one text on two of them, some unread, unsupported, gone."""
    posts = [
        mention(
            str(n),
            f"{('bad', 'fine', 'so')[n % 3]} text {n} about {'trains' if n % 2 else 'beds'}",
            source=("x", "reddit", "archive")[n % 5 % 3],
            posted_at=DAY + timedelta(minutes=47 * n - 2_000),
            author=author(f"a{n}", source=("x", "reddit", "archive")[n % 5 % 3]),
        )
        for n in range(90)
    ]
    posts += [
        mention(f"c{n}", f"bad {CAMPAIGN}", posted_at=DAY + timedelta(hours=n - 15), author=author(f"c{n}"))
        for n in range(24)
    ]
    with database.transaction() as tx:
        window = open_window(tx, target(), None, NOW)
        save_page(tx, target(), Page(mentions=tuple(posts)), window, NOW, finder=duplicates)
    store(database, mention("other", "bad other brand", posted_at=DAY), brand="Bolt")
    with database.transaction() as tx:
        for number, unread in enumerate(claim_unread(tx, REVISION, 100)):
            word = unread.text.split()[0]
            negative = {"bad": 0.9, "fine": 0.02}.get(word, 0.3)
            said = reading(
                sentiment={
                    "negative": negative,
                    "neutral": 0.4,
                    "positive": {"fine": 0.9}.get(word, 0.05),
                },
                complaint=0.9 if word == "bad" or number % 7 == 0 else 0.1,
                topics={"delay": 0.8 if "trains" in unread.text else 0.1, "quality": 0.6},
                severity={"blame": 0.7, "none": 0.3},
                emotion={"joy": 0.4},
                supported=number % 11 != 0,
                unsure=number % 5 == 0,
                irony=0.25,
            )
            save_readings(tx, [(unread, said)], NOW)
    gone = mention("4", "", source="x", fetched_at=at(hours=1), visibility=Visibility.DELETED)
    store(database, gone, mention("5", "", source="x", fetched_at=at(hours=1)))
    return database


def posts(tx: Session, brand: str, start: object, end: object) -> list[tuple[object, ...]]:
    """(id, source, group of copies, supported, label, complaint) of a span, those that were read first."""
    sql = """SELECT m.id, m.source, t.group_id, r.supported, r.label, r.complaint
        FROM mentions m JOIN sightings s ON s.mention_id = m.id
        LEFT JOIN readings r ON r.mention_id = m.id AND r.revision = m.read_revision
        LEFT JOIN copies c ON c.mention_id = m.id LEFT JOIN texts t ON t.id = c.text_id
        WHERE s.brand = :brand AND s.relevant AND m.posted_at >= :start AND m.posted_at < :end
        ORDER BY r.id IS NULL, m.posted_at, m.id"""
    if tx.get_bind().dialect.name == "sqlite":
        start, end = (f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (start, end))  # type: ignore[misc]
    return rows(tx, sql, brand=brand, start=start, end=end)


@pytest.mark.parametrize("brand", ["Acme", "Bolt", "Quiet"])
@pytest.mark.parametrize("span", [*SPANS, (SPANS[-1][0], SPANS[0][1])])
def test_sources(history: Database, brand: str, span: tuple[object, object]) -> None:
    with history.reading() as tx:
        found = by_source(tx, brand, *span)
        counts: dict[str, Counter[str]] = {}
        voices = set()
        for id_, source, group, supported, label, complaint in posts(tx, brand, *span):
            mine = counts.setdefault(source, Counter())
            mine["mentions"] += 1
            voice = group or -id_
            if voice not in voices and supported:
                mine[label] += 1
                mine["complaints"] += complaint >= 0.5
            voices.add(voice)
    assert {source: each.mentions for source, each in found.items()} == {
        source: each["mentions"] for source, each in counts.items()
    }
    for source, each in found.items():
        for name in (*SENTIMENTS, "complaints"):
            assert getattr(each, name) == counts[source][name], (source, name)
    if brand == "Acme" and span[1] == SPANS[0][1]:
        assert len(found) == 3


def test_day_by_day_they_add_up_to_the_numbers_of_days(history: Database) -> None:
    refresh(history, UTC_ZONE)
    with history.reading() as tx:
        for start, end in SPANS:
            day = daily.days(tx, "Acme", start.date(), start.date())[start.date()]
            found = by_source(tx, "Acme", start, end).values()
            for name in ("mentions", *SENTIMENTS, "complaints"):
                assert sum(getattr(each, name) for each in found) == getattr(day, name)
            complaints = list(opinions(tx, "Acme", start, end, "complaint"))
            happy = list(opinions(tx, "Acme", start, end, "positive"))
            assert (len(complaints), len(happy)) == (day.complaints, day.positive)
            topics = daily.topics(tx, "Acme", start.date(), start.date())
            for name in ("delay", "quality"):
                counted = topics[name][start.date()]
                assert counted.complaints == sum(each.topics[name] >= 0.5 for each in complaints)
                assert counted.positive == sum(each.topics[name] >= 0.5 for each in happy)


def test_an_opinion_says_what_the_model_said(history: Database) -> None:
    with history.reading() as tx:
        found = list(opinions(tx, "Acme", SPANS[-1][0], SPANS[0][1], "complaint"))
        said = mentions_of(tx, [each.mention_id for each in found])
        assert len({each.copy_group for each in found}) == len(found)
        for each in found:
            assert each.author == said[each.mention_id].author.handle
            assert (each.severity, each.emotion) == ({"blame": 0.7, "none": 0.3}, {"joy": 0.4})
            assert each.irony == 0.25
        assert any(each.unsure for each in found)
        assert [each.posts for each in found if CAMPAIGN in said[each.mention_id].text] == [24]


def test_what_is_posted_again_and_again(history: Database) -> None:
    (yesterday, today) = SPANS[1], SPANS[0]
    with history.reading() as tx:
        (loud,) = repeated(tx, "Acme", *today)
        assert loud.posts == 9
        assert CAMPAIGN in mentions_of(tx, [loud.mention_id])[loud.mention_id].text
        assert count_repeated(tx, "Acme", [loud.copy_group], *yesterday) == {loud.copy_group: 15}
        assert count_repeated(tx, "Acme", [loud.copy_group], *SPANS[2]) == {}
        assert count_repeated(tx, "Bolt", [loud.copy_group], *yesterday) == {}
        assert count_repeated(tx, "Acme", [], *yesterday) == {}
        assert repeated(tx, "Acme", *SPANS[2]) == []


def test_what_is_gone_is_shown_nowhere(history: Database) -> None:
    with history.reading() as tx:
        ids = [id_ for (id_,) in rows(tx, "SELECT id FROM mentions WHERE text = ''")]
        assert len(ids) == 2
        assert mentions_of(tx, ids) == {}


def test_one_mention(database: Database) -> None:
    store(database, mention("1", "bad"))
    with database.reading() as tx:
        (found,) = by_source(tx, "Acme", DAY, DAY + timedelta(days=1)).values()
        assert (found.mentions, found.negative, found.complaints) == (1, 0, 0)
        assert list(opinions(tx, "Acme", DAY, DAY + timedelta(days=1), "complaint")) == []


def test_alerts_that_nobody_has_answered(database: Database) -> None:
    posted = [mention(str(n), f"bad {n}", url=f"https://x.example/{n}") for n in range(5)]
    store(database, *posted)
    store(database, mention("9", "bad 9"), brand="Bolt")
    with database.transaction() as tx:
        alerts = [new_alert(tx, str(n), subject=f"s{n}", now=at(hours=-n)) for n in range(5)]
        new_alert(tx, "9", subject="s9", brand="Bolt", now=at(days=-9))
        set_status(tx, alerts[3], Status.ACKNOWLEDGED, NOW)
        set_status(tx, alerts[4], Status.RESOLVED, NOW)
    with database.reading() as tx:
        found = unanswered(tx, "Acme", limit=2)
        still_open = "SELECT count(*) FROM alerts WHERE brand = 'Acme' AND status <> 'resolved'"
        assert rows(tx, still_open) == [(found.open,)]
        assert (found.open, found.unanswered) == (4, 3)
        assert [alert.id for alert in found.oldest] == [alerts[2], alerts[1]]
        assert found.oldest[0].opened_at == at(hours=-2)
        assert found.oldest[0].url == "https://x.example/2"
        assert unanswered(tx, "Quiet").oldest == ()


@pytest.mark.parametrize("query", [by_source, repeated])
def test_the_cost_follows_the_span(sqlite: Database, query: object) -> None:
    """Its index is the time of the post: a brand may have millions of mentions."""
    from sqlalchemy import event

    asked: list[tuple[str, object]] = []
    with sqlite.reading() as tx:
        engine = tx.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
        query(tx, "Acme", *SPANS[0])  # type: ignore[operator]
        statement, values = asked[-1]
        plan = [row[3] for row in tx.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("ix_mentions_posted_at" in step for step in plan), plan
    assert not any(step.startswith("SCAN mentions") for step in plan), plan
