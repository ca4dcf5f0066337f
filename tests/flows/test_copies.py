"""A campaign: told once, counted as one voice, and nobody in it is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.grouping import COPY_WINDOW
from alerts.lifecycle import Step
from core.alert import Happening, Priority
from flows.steps.analyse import analyse
from flows.steps.daily import count_days
from flows.steps.follow_up import act
from flows.steps.health import brand_health, health_figures
from flows.steps.listen import listen
from flows.steps.once import run_once
from flows.steps.raise_alerts import raise_alerts
from reports.markdown import markdown
from storage.alert_files import list_alerts, show_alert
from tests.flows.conftest import NOW
from tests.flows.test_steps import one_brand, run
from tests.receiver import receiving

BAD = "my bad night train to Lisbon was cancelled twice and nobody there could tell us why"
VARIANTS = (BAD, f"{BAD} #boycott", f"RT @someone: {BAD}", BAD.upper().replace("BAD", "bad"), f"Look, {BAD}")


def campaign(count: int, **more: object) -> list[dict[str, object]]:
    return [{"id": n, "text": VARIANTS[n % len(VARIANTS)], "author": f"fan{n}", **more} for n in range(count)]


def files(house):
    with house.open() as wiring, wiring.database.reading() as tx:
        return [show_alert(tx, alert.id) for alert in list_alerts(tx)]


def test_a_campaign_is_told_once_and_everybody_is_listed(house) -> None:
    one_brand(house, *campaign(60), {"id": "own", "text": "bad seat, too hard", "author": "fan7"})
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    with receiving() as receiver:
        house.environment["HOOK"] = f"json://127.0.0.1:{receiver.port}/alerts"
        result = run(house)
        bodies = [request.body.decode() for request in receiver.received]
    assert (result.raised.opened, result.raised.joined, result.raised.copies) == (2, 59, 59)
    assert len(bodies) == 2, "the campaign, and what one of them has to say besides"
    assert any("Posts in this alert: 60, by 60 authors; 59 are copies of another one" in b for b in bodies)
    shared = max(files(house), key=lambda file: file.alert.mentions)
    assert {flagged.mention.author.handle for flagged in shared.mentions} == {f"fan{n}" for n in range(60)}
    joined = [event for event in shared.events if event.what is Happening.JOINED]
    assert [event.data["copy"] for event in joined] == [True] * 59
    assert len({event.data["mention"] for event in joined}) == 59


def test_charts_show_one_voice_and_all_of_its_reach(house) -> None:
    good = [{"id": f"g{n}", "text": f"good ride number {n}", "author": f"g{n}"} for n in range(4)]
    one_brand(house, *campaign(50), *good)
    run(house)
    with house.open() as wiring:
        count_days(wiring)
        health = health_figures(wiring, "Acme", wiring.clock())
        report = brand_health(wiring, "Acme", wiring.clock())
    week = health.week.now.counts
    assert (week.mentions, week.texts, week.negative, week.complaints) == (54, 5, 1, 1)
    text = markdown(report.compact).replace("\\", "").replace("\u00a0", "")
    assert "mentioned 54 times (5 different texts)" in text
    assert "| Mentions | 54 (5 different texts) |" in text
    assert [complaint.posts for complaint in health.complaints] == [50]
    assert markdown(report.full).count("night train") == 2, "among the complaints and as the alert's headline"


def test_short_texts_are_customers_of_their_own(house) -> None:
    one_brand(house, *({"id": n, "text": "bad airline!", "author": f"a{n}"} for n in range(5)))
    assert run(house).raised.opened == 5
    with house.open() as wiring:
        count_days(wiring)
        assert health_figures(wiring, "Acme", wiring.clock()).week.now.counts.complaints == 5


@pytest.mark.parametrize(("days", "opened"), [(COPY_WINDOW.days, 1), (COPY_WINDOW.days + 1, 2)])
def test_a_copy_joins_within_the_window(house, days: int, opened: int) -> None:
    first, second = (
        {"id": n, "text": BAD, "author": f"a{n}", "posted_at": (NOW - timedelta(days=after)).isoformat()}
        for n, after in enumerate((days, 0))
    )
    one_brand(house, first, second)
    assert run(house).raised.opened == opened


def test_an_authors_own_open_alert_comes_first(house) -> None:
    one_brand(
        house,
        {"id": 1, "text": BAD, "author": "ann"},
        {"id": 2, "text": "bad seat, too hard", "author": "bo"},
        {"id": 3, "text": BAD, "author": "bo"},
        {"id": 4, "text": BAD, "author": "cy"},
    )
    run(house)
    assert sorted(sorted(f.mention.external_id for f in file.mentions) for file in files(house)) == [
        ["m:1", "m:4"],
        ["m:2", "m:3"],
    ]


def test_a_copy_of_what_was_resolved_is_a_new_customer(house) -> None:
    one_brand(house, *campaign(2))
    run(house)
    with house.open() as wiring:
        act(wiring.database, files(house)[0].alert.id, Step.RESOLVE, by="kim", now=house.clock())
    one_brand(house, *campaign(5))
    result = run(house)
    assert (result.raised.opened, result.raised.joined, result.raised.reopened) == (1, 2, 0)
    assert result.delivered.delivered == 1


def test_a_copy_with_a_large_audience_raises_the_priority(house) -> None:
    loud = {"id": "loud", "text": BAD, "author": "star", "followers": 1_000_000}
    one_brand(house, *campaign(2), loud)
    assert run(house).raised.opened == 1
    assert files(house)[0].alert.priority is Priority.HIGH


def test_a_campaign_of_two_brands_is_an_alert_of_each(house) -> None:
    path = house.mentions("m.jsonl", *campaign(3))
    house.brands(
        {"name": "Acme", "targets": [house.archive("a", path)]},
        {"name": "Globex", "targets": [house.archive("g", path)]},
    )
    assert run(house).raised.opened == 2


@pytest.mark.parametrize("after", range(0, 12, 3))
def test_killed_anywhere_it_ends_the_same(house, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch's transaction dies after some posts; the next pass does what it would have done."""
    from storage import alerts as stored_alerts

    one_brand(house, *campaign(12))
    real, calls = stored_alerts.append_event, []

    def dying(*given, **named):
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(given)
        return real(*given, **named)

    monkeypatch.setattr(stored_alerts, "append_event", dying)
    with house.open() as wiring:
        listen(wiring, wiring.targets()[0])
        analyse(wiring)
        with pytest.raises(KeyboardInterrupt):
            raise_alerts(wiring)
    monkeypatch.setattr(stored_alerts, "append_event", real)
    with house.open() as wiring:
        result = run_once(wiring)
    assert (result.raised.opened, result.raised.copies, result.delivered.delivered) == (1, 11, 1)
    assert [file.alert.mentions for file in files(house)] == [12]


def test_a_deleted_first_post_leaves_its_copies_followed_up(house) -> None:
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    secret = f"Jane Roe: {BAD}"
    posts = [{"id": 1, "text": secret, "author": "jane"}, {"id": 2, "text": BAD, "author": "bo"}]
    posts.append({"id": 3, "text": f"{BAD} indeed", "author": "cy"})
    one_brand(house, *posts)
    run(house)
    house.clock.pass_(hours=1)
    one_brand(house, {"id": 1, "text": "[deleted]", "visibility": "deleted", "likes": 0}, *posts[1:])
    run(house)
    for file in house.folder.glob("earful.db*"):
        assert b"Jane Roe" not in file.read_bytes(), file
    with receiving() as receiver:
        house.environment["HOOK"] = f"json://127.0.0.1:{receiver.port}/alerts"
        house.clock.pass_(hours=7)
        assert run(house).delivered.delivered == 1, "the others are still told about"
    (file,) = files(house)
    assert [flagged.mention.text for flagged in file.mentions] == ["", BAD, f"{BAD} indeed"]
    assert file.alert.headline.startswith("my bad night train")
