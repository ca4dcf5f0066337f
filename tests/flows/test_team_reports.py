"""What reports of all brands say against the command and against SQL that was written by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.lifecycle import Step
from core.clock import utc_now
from core.target import Target
from flows.steps import coverage, open_alerts, share_of_voice, start_here
from flows.steps.follow_up import act
from reports.document import Report
from reports.keys import key_of
from reports.share_of_voice import BrandVoice
from storage import backfills
from storage.alert_files import list_alerts
from storage.coverage import RUNNING
from storage.holes import BEGINNING, Hole, Kind, keep_holes
from tests.earful import earful
from tests.flows.conftest import NOW
from tests.flows.on_both import BothHouse, on_both
from tests.reports.rendered import plain_words

__all__ = ["on_both"]


def posts(count: int, first: int = 0, newest: datetime = NOW) -> list[dict[str, Any]]:
    """One every five hours back from a time, some with the same words."""
    return [
        {
            "id": str(first + n),
            "text": f"{('bad', 'good', 'so so', 'bad')[n % 4]} {n // 2 if n % 5 == 0 else n} {first}",
            "author": f"a{n % 30}",
            "posted_at": (newest - timedelta(hours=5 * n + 0.5)).isoformat(),
            "url": f"https://social.example/{first + n}",
        }
        for n in range(count)
    ]


def two_brands(house: BothHouse, count: int = 180, **more: Any) -> None:
    targets = [
        house.archive("acme", house.mentions("acme.jsonl", *posts(count))),
        house.archive("missing", "nowhere.jsonl"),
    ]
    bolt = [house.archive("bolt", house.mentions("bolt.jsonl", *posts(count // 3, 1_000)))]
    house.configure(
        {"name": "Acme", "targets": targets}, {"name": "Bolt", "competitor": True, "targets": bolt},
        timezone="Europe/Madrid", **more,
    )  # fmt: skip


def status(house: BothHouse) -> dict[str, Any]:
    database = ("--config", house.config, "--database", house.settings.database_url)
    done = earful("status", *database, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


FROM = {7: "2026-11-15 23:00:00", 28: "2026-10-25 23:00:00"}  # midnight in Madrid


def counted(house: BothHouse, brand: str, days: int, condition: str = "1 = 1") -> int:
    sql = """SELECT count(*) FROM sightings s JOIN mentions m ON m.id = s.mention_id
        LEFT JOIN readings r ON r.mention_id = m.id AND r.revision = m.read_revision
        WHERE s.brand = :brand AND s.relevant
        AND m.posted_at >= '{}' AND m.posted_at < '2026-11-22 12:00:00{}' AND {}"""
    zone = "+00" if house.settings.database_url.startswith("postgresql") else ""
    return int(house.one(sql.format(FROM[days] + zone, zone, condition), brand=brand))


def test_share_of_voice_agrees_with_plain_sql(on_both: BothHouse) -> None:
    two_brands(on_both)
    on_both.run()
    with on_both.open() as wiring:
        found = {brand.name: brand for brand in share_of_voice.gather(wiring, NOW).brands}
        text = plain_words(share_of_voice.share_of_voice(wiring, NOW))
    for name, brand in found.items():
        for days, said in ((7, brand.week.counts), (28, brand.month.counts)):
            assert said.mentions == counted(on_both, name, days) > 25
            # No words of one day are the same here, so that texts are posts.
            assert said.texts == said.mentions
            assert said.negative == counted(on_both, name, days, "r.label = 'negative'")
            assert said.positive == counted(on_both, name, days, "r.label = 'positive'")
            assert said.neutral == counted(on_both, name, days, "r.label = 'neutral'")
            assert said.complaints == counted(on_both, name, days, "r.complaint >= 0.5")
    assert [(brand.competitor, brand.targets) for brand in found.values()] == [(False, 2), (True, 1)]
    both = [found[name].month.counts.mentions for name in ("Acme", "Bolt")]
    assert f"{both[0] / sum(both) * 100:.0f} % were about **Acme**" in text
    assert "Bolt (competitor)" in text


def test_the_share_of_a_moment_that_is_past(on_both: BothHouse) -> None:
    two_brands(on_both)
    on_both.run()
    with on_both.open() as wiring:
        past = share_of_voice.gather(wiring, NOW - timedelta(days=7, hours=5)).brands[0]
    assert past.week.counts.mentions < 7 * 24 / 5
    assert past.week.counts.mentions == 30, "six days and eight hours: one every five hours"


def test_one_brand_alone(on_both: BothHouse) -> None:
    on_both.configure(
        {"name": "Acme", "targets": [on_both.archive("a", on_both.mentions("a.jsonl", *posts(3)))]}
    )
    on_both.run()
    with on_both.open() as wiring:
        (brand,) = share_of_voice.gather(wiring, NOW).brands
        assert isinstance(brand, BrandVoice)
        assert "Add a competitor to brands.yaml" in plain_words(share_of_voice.share_of_voice(wiring, NOW))


def test_open_alerts_agree_with_the_command(on_both: BothHouse) -> None:
    two_brands(on_both, 40)
    on_both.run()
    with on_both.open() as wiring:
        with wiring.database.reading() as tx:
            numbers = [alert.id for alert in list_alerts(tx)]
        assert len(numbers) > 8
        on_both.clock.pass_(minutes=30)
        for number in numbers[:4]:
            act(wiring.database, number, Step.ACKNOWLEDGE, by="kim", now=wiring.clock())
        on_both.clock.pass_(minutes=30)
        for number in numbers[3:6]:
            act(wiring.database, number, Step.RESOLVE, by="lee", now=wiring.clock())
        on_both.clock.pass_(hours=2)
        found = open_alerts.gather(wiring)
        text = plain_words(open_alerts.open_alerts(wiring))
    by_status: dict[str, int] = {}
    for each in found.open:
        by_status[each.status] = by_status.get(each.status, 0) + each.alerts
    said = status(on_both)
    assert by_status == {"new": len(numbers) - 6, "acknowledged": 3}
    assert {**by_status, "resolved": 3} == said["alerts"]
    assert min(each.oldest_at for each in found.open) == datetime.fromisoformat(said["oldest_open_alert_at"])
    assert {each.id for each in found.waiting} == set(numbers) - set(numbers[3:6])
    assert {each.brand for each in found.waiting} == {"Acme"}, "a competitor's customers open none"
    assert found.seen.took == [timedelta(minutes=30)] * 4
    assert sorted(found.touched.took) == [timedelta(minutes=30)] * 4 + [timedelta(hours=1)] * 2
    assert (found.seen.not_yet, found.seen.never) == (len(numbers) - 6, 2)
    assert (found.ended, found.outcomes) == ([("resolved", 3)], [("unknown", 3)])
    assert found.opened == len(numbers)
    assert "earful alerts show NUMBER" in text
    assert "https://social.example/" in text


def holes_of(house: BothHouse) -> None:
    with house.open() as wiring, wiring.database.transaction() as tx:
        (acme,) = (target for target in wiring.targets() if target.name == "acme")
        gone = Target(brand="Acme", source="x", name="was taken out", options=acme.options)
        keep_holes(tx, [
            Hole(target=acme, kind=Kind.WALL, start=BEGINNING, until=NOW, why="the wall"),
            Hole(target=gone, kind=Kind.SILENCE, start=NOW, until=NOW + timedelta(hours=1), why="silence"),
        ], NOW)  # fmt: skip
        backfills.ask_for(tx, "acme", NOW - timedelta(days=90), NOW - timedelta(days=60), NOW)


def test_coverage_agrees_with_the_command(on_both: BothHouse) -> None:
    two_brands(on_both, 30, budget={"monthly_usd": 30})
    on_both.clock.now = utc_now() - timedelta(minutes=1)
    on_both.run()
    on_both.clock.pass_(minutes=1)
    on_both.run()
    holes_of(on_both)
    with on_both.open() as wiring:
        found = coverage.gather(wiring)
        text = plain_words(coverage.coverage(wiring))
    said = status(on_both)
    assert {target.name: target.health for target in found.targets} == {
        target["target"]: target["health"] for target in said["targets"]
    }
    for target, told in zip(sorted(found.targets, key=lambda t: t.name), said["targets"], strict=True):
        assert (target.name, target.state, target.brand) == (told["target"], told["state"], told["brand"])
        success = told["last_success_at"]
        assert target.last_success == (datetime.fromisoformat(success) if success else None)
        sums = "SELECT sum(new), sum(duplicate), sum(rejected) FROM coverage_windows WHERE target = :name"
        assert on_both.rows(sums, name=target.name) == [
            (target.day.new, target.day.duplicate, target.day.rejected)
        ]
        assert target.day == target.week
    assert [target.day.new for target in found.targets] == [30, 0, 10]
    permanent = [each for each in found.missing if each.permanent]
    assert [(hole["target"], hole["why"]) for hole in said["holes"]] == [(h.target, h.why) for h in permanent]
    filled = [each.target for each in found.missing if not each.permanent]
    assert sorted(filled) == ["acme", "missing"]
    assert len(said["backfills"]) == 1
    assert (found.spent_usd, found.monthly_usd) == (
        said["budget"]["spent_usd"],
        said["budget"]["monthly_usd"],
    )
    assert "**Something is missing**" in text
    assert "missing (broken) (1 of 3 targets)" in text
    assert "was taken out" not in text


def test_coverage_of_what_was_never_asked_and_of_all_that_is_here(on_both: BothHouse) -> None:
    file = on_both.mentions("a.jsonl", *posts(3))
    paid = {"source": "x", "name": "paid", "user": "1", "monthly_budget_usd": 7}
    on_both.configure({"name": "Acme", "targets": [on_both.archive("acme", file), paid]})
    with on_both.open() as wiring:
        found = coverage.gather(wiring)
        assert [target.state for target in found.targets] == ["never asked", "never asked"]
        assert [target.budget_usd for target in found.targets] == [None, 7.0]
        assert "Not heard as it should be: acme (never asked)" in plain_words(coverage.coverage(wiring))
    on_both.configure({"name": "Acme", "targets": [on_both.archive("acme", file)]})
    on_both.run()
    with on_both.open() as wiring:
        assert "**Nothing is missing:**" in plain_words(coverage.coverage(wiring))
        assert coverage.gather(wiring).targets[0].state not in (RUNNING, "never asked")


@pytest.mark.parametrize("past", [timedelta(), timedelta(days=30)])
def test_start_here_links_to_everything_and_says_what_is_wrong(on_both: BothHouse, past: timedelta) -> None:
    two_brands(on_both)
    on_both.run()
    published = [
        Report(key=key_of("brand-health", "Acme"), title="Acme: brand health", compact=(), full=()),
        Report(key=key_of("voices", "Bolt"), title="Bolt: voices", compact=(), full=()),
        Report(key="coverage", title="Coverage", compact=(), full=()),
    ]
    now = NOW - past
    with on_both.open() as wiring:
        told = {"warnings": ["notify: nobody answered"], "present": NOW}
        on_both.clock.pass_(seconds=90)  # everything was counted meanwhile
        found = start_here.gather(wiring, published, now, **told)
        text = plain_words(start_here.start_here(wiring, published, now, **told))
        week = share_of_voice.gather(wiring, now).brands[0].week.counts
    acme, bolt = found.brands
    assert (acme.now.mentions, acme.now.complaints) == (week.mentions, week.complaints)
    if not past:
        assert acme.now.mentions == counted(on_both, "Acme", 7)
        assert acme.before is not None
        start, end = datetime(2026, 11, 8, 23, tzinfo=UTC), NOW - timedelta(days=7)
        times = [datetime.fromisoformat(post["posted_at"]) for post in posts(180)]
        assert acme.before.mentions == sum(start <= at < end for at in times)
    assert [jump.key for jump in (*acme.reports, *bolt.reports, *found.reports)] == [
        "brand-health-acme", "voices-bolt", "coverage"
    ]  # fmt: skip
    alerts = on_both.one("SELECT count(*) FROM alerts WHERE brand = 'Acme'")
    assert (acme.open_alerts, bolt.open_alerts) == (alerts, 0)
    assert "[health](/v2/artifacts/key/brand-health-acme)" in text
    assert "All brands: [Coverage](/v2/artifacts/key/coverage)" in text
    assert "**missing** (broken, its last poll gone)" in text
    assert "notify: nobody answered" in text
    assert "Bolt (competitor)" in text
    assert ("Figures end at" in text, "Figures end at 2026-10-23" in text) == (bool(past), bool(past))


def test_start_here_before_anything_was_heard(on_both: BothHouse) -> None:
    two_brands(on_both)
    with on_both.open() as wiring:
        found = start_here.gather(wiring, (), NOW)
        text = plain_words(start_here.start_here(wiring, (), NOW))
    assert found.heard_at is None
    assert all(brand.before is None and brand.newest is None for brand in found.brands)
    assert "Nobody was listened to yet." in text
    assert "nothing to compare with yet" in text


def test_times_are_those_of_the_team(on_both: BothHouse) -> None:
    two_brands(on_both, 3)
    with on_both.open() as wiring:
        assert "As of 2026-11-22 13:00 CET." in plain_words(open_alerts.open_alerts(wiring))
        assert "As of 2026-11-22 13:00 CET." in plain_words(coverage.coverage(wiring))
    assert NOW.tzinfo is UTC
