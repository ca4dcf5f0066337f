"""Brand health, complaints and praise: from real mentions in a real database, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.counts import Counts
from core.reading import Reading
from flows.steps.daily import count_days
from flows.steps.health import brand_health, health_figures
from flows.steps.opinions import complaints, opinion_figures, praise
from reports.figures import BrandHealth, Opinions
from reports.markdown import SIZE_LIMIT, markdown
from storage.holes import Hole, Kind, keep_holes
from storage.opinions import Kind as Said
from tests.flows.conftest import Words
from tests.flows.on_both import BothHouse, on_both
from tests.flows.test_copies import campaign

__all__ = ["on_both"]

LISTENED_FROM = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Topical(Words):
    """'late' is about delays, 'bag' about lost things; 'perhaps' makes unsure, 'ha' is surely ironic."""

    def _reading(self, text: str) -> Reading:
        topics = {"delay": 0.9 if "late" in text else 0.1, "lost_or_damaged": 0.7 if "bag" in text else 0.2}
        return replace(
            super()._reading(text),
            topics=topics,
            unsure="perhaps" in text,
            irony=0.9 if "ha!" in text else 0.6,
            severity={"none": 0.05, "blame": 0.6, "accusation": 0.3} if "bad" in text else {},
            emotion={"joy": 0.9 if "lovely" in text else 0.5, "anger": 0.2 if "good" in text else 0.8},
        )


def post(number: object, text: str, at: datetime | str, **more: Any) -> dict[str, Any]:
    when = at if isinstance(at, str) else at.isoformat()
    return {"id": f"p{number}", "text": text, "posted_at": when, "author": f"a{number}", **more}


def spread(now: datetime) -> list[dict[str, Any]]:
    """A post every 97 minutes, from weeks before a moment to a day after it, and some of a year ago."""
    kinds = ("bad and late", "bad bag", "good", "so so", "good though late", "bad")
    starts = [(now - timedelta(days=17), 25 * 60 * 18), (now - timedelta(weeks=52, days=1), 25 * 60 * 2)]
    return [
        post(f"{year}-{n}", f"{kinds[n % 7 % 6]} {year} number {n}", start + timedelta(minutes=97 * n))
        for year, (start, minutes) in enumerate(starts)
        for n in range(minutes // 97)
    ]


def listening(house: BothHouse, *posts: dict[str, Any], zone: str = "UTC", **brand: Any) -> None:
    house.reader = Topical()
    target = house.archive("acme", house.mentions("posts.jsonl", *posts))
    house.configure({"name": "Acme", "targets": [target], **brand}, timezone=zone)
    house.run()


def figures(house: BothHouse, now: datetime) -> BrandHealth:
    with house.open() as wiring:
        return health_figures(wiring, "Acme", now)


def said(house: BothHouse, now: datetime, kind: Said) -> Opinions:
    with house.open() as wiring:
        return opinion_figures(wiring, "Acme", now, kind)


SUMS = """SELECT count(*), coalesce(sum(CASE WHEN r.label = 'negative' THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN r.label = 'positive' THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN r.complaint >= 0.5 THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN r.complaint >= 0.5 AND m.text LIKE '%late%' THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN r.label = 'positive' AND m.text LIKE '%late%' THEN 1 ELSE 0 END), 0)
    FROM mentions m JOIN readings r ON r.mention_id = m.id
    WHERE m.posted_at >= :start AND m.posted_at < :end"""


def by_hand(house: BothHouse, start: str, end: str) -> tuple[int, ...]:
    """Mentions, negative, positive, complaints, complaints and positive texts about delays, between two times
    of UTC; all texts differ."""
    mark = "" if house.settings.database_url.startswith("sqlite") else "+00"
    return house.rows(SUMS, start=f"{start}:00.000000{mark}", end=f"{end}:00.000000{mark}")[0]


def numbers(counts: Counts) -> tuple[int, ...]:
    return counts.mentions, counts.negative, counts.positive, counts.complaints


CLOCKS_BACK, CLOCKS_ON = datetime(2026, 10, 25, 12, 30, tzinfo=UTC), datetime(2026, 3, 29, 12, 30, tzinfo=UTC)
SPANS = [
    # zone, now, then in UTC: today, yesterday, the weekday before, this week, the week before, 52 weeks ago
    ("Europe/Madrid", CLOCKS_BACK, [
        ("2026-10-24 22:00", "2026-10-25 12:30"), ("2026-10-23 22:00", "2026-10-24 11:30"),
        ("2026-10-17 22:00", "2026-10-18 11:30"), ("2026-10-18 22:00", "2026-10-25 12:30"),
        ("2026-10-11 22:00", "2026-10-18 11:30"), ("2025-10-25 22:00", "2025-10-26 12:30"),
    ]),
    ("Europe/Madrid", CLOCKS_ON, [
        ("2026-03-28 23:00", "2026-03-29 12:30"), ("2026-03-27 23:00", "2026-03-28 13:30"),
        ("2026-03-21 23:00", "2026-03-22 13:30"), ("2026-03-22 23:00", "2026-03-29 12:30"),
        ("2026-03-15 23:00", "2026-03-22 13:30"), ("2025-03-29 23:00", "2025-03-30 12:30"),
    ]),
    ("Asia/Kolkata", CLOCKS_BACK, [
        ("2026-10-24 18:30", "2026-10-25 12:30"), ("2026-10-23 18:30", "2026-10-24 12:30"),
        ("2026-10-17 18:30", "2026-10-18 12:30"), ("2026-10-18 18:30", "2026-10-25 12:30"),
        ("2026-10-11 18:30", "2026-10-18 12:30"), ("2025-10-25 18:30", "2025-10-26 12:30"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "now", "spans"), SPANS)
def test_the_figures_are_those_of_an_independent_query(
    on_both: BothHouse, zone: str, now: datetime, spans: list[tuple[str, str]]
) -> None:
    listening(on_both, *spread(now), zone=zone)
    health = figures(on_both, now)
    today, yesterday, weekday, week, before, year = (by_hand(on_both, *span) for span in spans)
    assert today[0] > 5
    assert numbers(health.today[0].now.counts) == today[:4]
    for compared, expected in zip(health.today, (yesterday, weekday, year), strict=True):
        assert compared.before is not None
        assert numbers(compared.before.counts) == expected[:4]
        assert compared.before.topics["delay"].complaints == expected[4]
        assert numbers(compared.before.sources["archive"]) == expected[:4]
    assert health.week.before is not None
    for span, expected in ((health.week.now, week), (health.week.before, before)):
        assert numbers(span.counts) == expected[:4]
        assert numbers(span.sources["archive"]) == expected[:4]
        assert (span.topics["delay"].complaints, span.topics["delay"].positive) == expected[4:]
    assert sum(day.counts.mentions for day in health.days[-7:]) == week[0], "the bars add up to the week"
    assert sum(health.topic_days["delay"][-7:]) == week[4]
    for kind, place in (("complaint", 4), ("positive", 5)):
        found = said(on_both, now, kind)
        (delay,) = (topic for topic in found.topics if topic.name == "delay")
        assert (delay.now, delay.before) == (week[place], before[place])
        assert sum(delay.days[-7:]) == week[place]


def test_each_day_is_one_of_the_teams(on_both: BothHouse) -> None:
    """Also the one of 25 hours, and empty ones."""
    listening(
        on_both,
        post(1, "bad one", "2026-10-24T21:59:59Z"),
        post(2, "good two", "2026-10-24T22:00:00Z"),
        post(3, "bad three", "2026-10-25T22:59:59Z"),
        post(4, "good four", "2026-10-25T23:00:00Z"),
        post(5, "bad five", "2026-10-18T12:00:00Z"),
        zone="Europe/Madrid",
    )
    health = figures(on_both, datetime(2026, 10, 27, 12, tzinfo=UTC))
    shown = {day.day: (day.counts.negative, day.counts.positive) for day in health.days}
    assert [shown[date(2026, 10, n)] for n in range(23, 28)] == [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    assert min(shown) == date(2026, 10, 18), "before that, nobody knows anything"
    assert [day.partial for day in health.days] == [False] * 9 + [True]


def test_one_mention(on_both: BothHouse) -> None:
    listening(on_both, post(1, "bad", "2026-11-22T11:00:00Z"))
    with on_both.open() as wiring:
        report = brand_health(wiring, "Acme", wiring.clock())
    text = markdown(report.compact).replace("\\", "")
    assert text.count("(nobody listened yet)") == 6, "the week's days before today"
    assert (
        "**Acme** was mentioned once in the last 7 days; of 1 text that could be read, 1 is negative" in text
    )
    assert "Today until 12:00: 1 mention." in text
    assert "In the last 7 days: nothing to compare with yet." in text
    assert "1 alert is open, and nobody has acknowledged it; the oldest" in text


def test_nothing_at_all_and_nothing_for_long(on_both: BothHouse) -> None:
    listening(on_both, post(1, "bad", "2015-02-24T11:00:00Z"))
    on_both.configure(
        {"name": "Acme", "targets": [on_both.archive("acme", "posts.jsonl")]},
        {"name": "Silent", "competitor": True, "targets": [on_both.archive("none", "posts.jsonl")]},
    )
    for make in (brand_health, complaints, praise):
        with on_both.open() as wiring:
            old = markdown(make(wiring, "Acme", wiring.clock()).compact).replace("\\", "")
            none = markdown(make(wiring, "Silent", wiring.clock()).compact).replace("\\", "")
            then = markdown(make(wiring, "Acme", datetime(2015, 2, 24, 12, tzinfo=UTC)).compact)
        assert "The newest mention is from 24 February 2015." in old
        assert "run the deployment “report”" in old
        assert "Nothing about Silent was collected so far." in none
        assert "newest mention" not in then


def test_holes_are_hatched_on_the_days_of_the_team(on_both: BothHouse) -> None:
    listening(on_both, post(1, "bad", "2026-11-01T11:00:00Z"), zone="Europe/Madrid")
    on_both.clock.pass_(days=10, hours=1)
    on_both.run()

    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 11, day, hour, tzinfo=UTC)

    with on_both.open() as wiring:
        target = wiring.targets()[0]
        spans = [(at(25, 23), at(26, 23)), (at(28, 12), at(30, 1)), (at(1, 1), at(2, 1))]
        with wiring.database.transaction() as tx:
            found = [Hole(target=target, kind=Kind.WALL, start=a, until=b, why="a wall") for a, b in spans]
            keep_holes(tx, found, wiring.clock())
        health = health_figures(wiring, "Acme", wiring.clock())
        report = brand_health(wiring, "Acme", wiring.clock())
    assert [day.day.isoformat() for day in health.days if day.hole] == [
        "2026-11-26",  # from midnight to midnight in Madrid
        "2026-11-28", "2026-11-29", "2026-11-30",
    ], "and what nobody listened to at all is no hole"  # fmt: skip
    assert health.week.now.holes
    assert health.week.before is not None
    assert not health.today[0].now.holes
    assert "4 of the last 28 days are incomplete" in markdown(report.compact)
    assert "a wall" in markdown(report.full)


def test_who_is_not_heard_makes_holes_until_he_is_heard_again(on_both: BothHouse) -> None:
    listening(on_both, post(1, "bad", "2026-11-20T11:00:00Z"))
    (on_both.config / "posts.jsonl").rename(on_both.config / "away.jsonl")
    on_both.clock.pass_(days=3)
    late = figures(on_both, on_both.clock())
    assert (late.frame.coverage[0].health, late.frame.coverage[0].whole) == ("late", False)
    on_both.run()
    deaf = figures(on_both, on_both.clock())
    assert [day.day.day for day in deaf.days if day.hole] == [22, 23, 24, 25]
    assert not deaf.frame.coverage[0].whole
    (on_both.config / "away.jsonl").rename(on_both.config / "posts.jsonl")
    on_both.run()
    assert not any(day.hole for day in figures(on_both, on_both.clock()).days)


def test_examples_are_clear_and_by_others_and_each_is_there_once(on_both: BothHouse) -> None:
    own = {"author": "acme_care"}
    listening(
        on_both,
        *campaign(12),
        post(1, "bad and late, the train of seven", "2026-11-20T11:00:00Z", url="https://x.example/1"),
        post(2, "perhaps bad and late as always", "2026-11-20T11:00:00Z"),
        post(3, "bad bag: we are sorry for it", "2026-11-20T11:00:00Z", **own),
        post(4, "lovely good staff in coach nine", "2026-11-20T11:00:00Z", author="ann"),
        post(5, "good job, ha! two hours on a platform", "2026-11-20T11:00:00Z"),
        post(6, "good news: read our new menu", "2026-11-20T11:00:00Z", **own),
        post(7, "good coffee and a good bed for all", "2026-11-20T11:00:00Z"),
        post(8, "bad and late, last week already", "2026-11-13T11:00:00Z"),
        handles=["@acme_care"],
    )
    bad, good = (said(on_both, LISTENED_FROM, kind) for kind in ("complaint", "positive"))
    shown = {topic.name: topic.examples for topic in bad.topics}
    assert [example.text for example in shown["delay"]] == ["bad and late, the train of seven"]
    assert shown["delay"][0].link == "https://x.example/1"
    assert shown["lost_or_damaged"] == ()
    assert [example.posts for example in bad.examples] == [12]
    assert [example.text[:11] for example in good.examples] == ["lovely good", "good coffee"]
    assert good.examples[0].author == "ann"
    assert bad.week.now.counts.complaints == 4, "the unsure and the brand's own are counted"
    assert bad.severity == {"blame": 4}
    with on_both.open() as wiring:
        health = health_figures(wiring, "Acme", LISTENED_FROM)
    assert len(health.complaints) == 2


def test_a_campaign_explains_a_rise_of_posts(on_both: BothHouse) -> None:
    calm = [post(f"q{n}", f"so so {n}", f"2026-11-{5 + n % 16:02}T09:{n:02}:00Z") for n in range(48)]
    listening(on_both, *calm, *campaign(60))
    with on_both.open() as wiring:
        report = brand_health(wiring, "Acme", wiring.clock())
    text = markdown(report.compact).replace("\\", "").replace("\u2060", "")
    assert "say the same: “" in text
    assert "night train" in text


def test_every_report_stays_small_and_is_of_its_brand(on_both: BothHouse) -> None:
    evil = "bad <script>alert(1)</script> ![x](http://evil.example/p.png) | a late"
    listening(on_both, *(post(n, f"{evil} {n}" * 5, "2026-11-21T08:00:00Z") for n in range(80)))
    with on_both.open() as wiring:
        count_days(wiring)
        reports = [make(wiring, "Acme", wiring.clock()) for make in (brand_health, complaints, praise)]
    assert [report.key for report in reports] == ["brand-health-acme", "complaints-acme", "praise-acme"]
    for report in reports:
        for blocks in (report.compact, report.full):
            text = markdown(blocks)
            assert len(text.encode()) < SIZE_LIMIT
            assert "<script" not in text
            assert "](http" not in text.replace("](https://x.example", "")
