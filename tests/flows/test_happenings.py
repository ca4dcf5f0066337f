"""What is announced to automations: each thing once, over runs, kills and recoveries."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest

from flows import events
from flows.steps import happenings
from flows.steps.happenings import Happened, News
from flows.wiring import Wiring
from tests.flows.conftest import House
from tests.flows.platforms import ask, budget, platform, spend
from tests.flows.test_steps import one_brand, run

Find = Callable[[Wiring], News]


def found(house: House, find: Find, *, announced: bool = True) -> list[Happened]:
    with house.open() as wiring:
        news = find(wiring)
        if announced:
            news.announced(wiring)
    return list(news.happened)


def test_an_alert_is_announced_once_with_numbers_and_names_only(house: House) -> None:
    one_brand(house, {"id": 1, "text": "bad secret-word-of-a-stranger", "author": "ann"})
    run(house)
    before_a_kill = found(house, happenings.alerts, announced=False)
    (alert,) = found(house, happenings.alerts)
    assert alert.id == before_a_kill[0].id, "who hears it twice can tell that it is the same"
    assert (alert.event, alert.payload["brand"]) == ("earful.alert.opened", "Acme")
    assert alert.labels["earful.priority"] == alert.payload["priority"]
    said = json.dumps([alert.resource, dict(alert.labels), dict(alert.payload)])
    assert "secret-word" not in said
    assert "ann" not in said
    assert found(house, happenings.alerts) == []
    one_brand(
        house, {"id": 1, "text": "bad", "author": "ann"}, {"id": 2, "text": "bad again", "author": "bo"}
    )
    run(house)
    (other,) = found(house, happenings.alerts)
    assert other.resource != alert.resource
    assert other.id != alert.id


def test_an_alert_that_nobody_could_be_told_of_for_long_is_no_news(house: House) -> None:
    one_brand(house, {"id": 1, "text": "bad", "author": "ann"})
    run(house)
    house.clock.pass_(hours=7)
    assert found(house, happenings.alerts) == []


def test_a_source_is_announced_when_it_falls_ill_and_when_it_recovers(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    ask(house)
    assert found(house, happenings.sources) == []
    house.clock.pass_(hours=5)
    (late,) = found(house, happenings.sources)
    assert (late.event, late.labels["earful.health"]) == ("earful.source.unhealthy", "late")
    assert found(house, happenings.sources) == []
    file = house.config / "m.jsonl"
    content = file.read_text()
    file.unlink()
    ask(house)
    (broken,) = found(house, happenings.sources)
    assert broken.labels["earful.health"] == "broken"
    assert broken.payload["since"] == late.payload["since"], "it was not heard since then, whatever the cause"
    assert broken.resource == late.resource
    file.write_text(content)
    ask(house)
    (well,) = found(house, happenings.sources)
    assert (well.event, well.resource) == ("earful.source.recovered", late.resource)
    assert found(house, happenings.sources) == []
    house.clock.pass_(hours=5)
    (again,) = found(house, happenings.sources)
    assert again.id != late.id, "another illness"


def test_a_source_that_is_taken_out_of_the_configuration_recovers(house: House) -> None:
    house.brands({"name": "Acme", "targets": [house.archive("missing", "nowhere.jsonl")]})
    ask(house)
    assert [h.event for h in found(house, happenings.sources)] == ["earful.source.unhealthy"]
    house.brands({"name": "Acme", "targets": [house.archive("other", "nowhere.jsonl")]})
    assert [h.event for h in found(house, happenings.sources)] == ["earful.source.recovered"]


def test_money_running_short_is_announced_at_each_mark_once(house: House) -> None:
    with platform(house, "x", "one"):
        budget(house, 100)
        with house.open() as wiring:
            spend(wiring, 79)
        assert found(house, happenings.budget) == []
        with house.open() as wiring:
            spend(wiring, 2)
        (near,) = found(house, happenings.budget)
        assert near.payload == {"spent_usd": 81.0, "monthly_usd": 100.0}
        assert found(house, happenings.budget) == []
        with house.open() as wiring:
            spend(wiring, 19)
        (over,) = found(house, happenings.budget)
        assert over.id != near.id
        house.clock.pass_(days=31)
        assert found(house, happenings.budget) == [], "a new month"


def weeks_of(house: House, *counts: int) -> None:
    """So many mentions a week, the last of them today."""
    number = 0
    for week, count in enumerate(counts):
        records = [{"id": number + i, "text": f"good {number + i}"} for i in range(count)]
        number += count
        house.mentions(f"{week}.jsonl", *records)
        (house.config / "m.jsonl").write_text(
            "".join((house.config / f"{w}.jsonl").read_text() for w in range(week + 1) if counts[w])
        )
        house.brands({"name": "Acme", "targets": [house.archive("acme", "m.jsonl")]})
        ask(house)
        if week + 1 < len(counts):
            house.clock.pass_(days=7)


def test_a_spike_is_announced_once_a_day(house: House) -> None:
    weeks_of(house, 50, 20, 22, 25, 120)
    (spike,) = found(house, happenings.volume)
    assert (spike.payload["mentions"], spike.payload["usual"]) == (120, 22.0)
    assert found(house, happenings.volume) == []


def test_a_usual_day_is_no_spike(house: House) -> None:
    weeks_of(house, 50, 20, 22, 25, 30)
    assert found(house, happenings.volume) == []


def test_trouble_with_events_fails_no_run_and_is_made_up_for(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one_brand(house, {"id": 1, "text": "bad", "author": "ann"})
    run(house)
    emitted = []

    def emit(*_args: object, **_options: object) -> object:
        if not emitted:
            emitted.append("broken")
            raise RuntimeError("nobody takes events")
        emitted.append("taken")
        return object()

    monkeypatch.setattr(events, "emit_event", emit)
    monkeypatch.setattr(events, "get_run_logger", lambda: logging.getLogger("test"))
    with house.open() as wiring:
        assert events.announce(wiring, happenings.alerts) == 0
        assert "tried again" in caplog.text
        assert events.announce(wiring, happenings.alerts) == 1
        assert events.announce(wiring, happenings.alerts) == 0
    assert emitted == ["broken", "taken"]
