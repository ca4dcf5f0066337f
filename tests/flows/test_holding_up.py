"""What goes wrong in one place holds up nothing else, and what is taken back is taken back everywhere."""

from __future__ import annotations

import pytest
from prefect.states import Completed, Failed

from core.alert import DeliveryState
from core.errors import AuthFailed, ConfigError, RateLimited, SourceUnavailable
from flows.listen import _passes
from flows.steps.daily import count_days
from flows.steps.health import brand_health, health_figures
from flows.steps.notify import notify
from flows.steps.once import run_once
from flows.steps.opinions import complaints
from listeners.archive.poll import Archive
from reports.markdown import markdown
from storage.alert_files import list_alerts
from storage.figures import totals
from storage.mentions import find_mentions
from tests.flows.conftest import NOW
from tests.flows.test_steps import one_brand, run


def test_a_channel_whose_secret_is_not_set_holds_up_only_itself(house) -> None:
    one_brand(house, {"id": 1, "text": "bad"})
    house.alerts(
        channels=[{"name": "console", "type": "console"}, {"name": "hook", "url_env": "NOT_SET_ANYWHERE"}]
    )
    house.environment = {}
    with house.open() as wiring:
        result = run_once(wiring)
        assert (result.raised.opened, result.delivered.delivered, result.delivered.failed) == (1, 1, 1)


def test_a_fault_in_one_listener_is_that_targets_trouble(house, monkeypatch: pytest.MonkeyPatch) -> None:
    one_brand(house, {"id": 1, "text": "bad"})
    run(house)

    def poll(self, since):
        raise ZeroDivisionError("\x1b[31mred")

    monkeypatch.setattr(Archive, "poll", poll)
    result = run(house)
    assert result.heard[0].state == "failed"
    assert "ZeroDivisionError" in result.heard[0].note
    assert "\x1b" not in result.heard[0].note


def test_without_a_model_what_waits_is_still_told(house) -> None:
    one_brand(house, {"id": 1, "text": "bad"})
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    with house.open() as wiring:
        assert run_once(wiring).delivered.failed == 1
    house.clock.pass_(hours=1)
    house.alerts(channels=[{"name": "hook", "type": "console"}])
    one_brand(house, {"id": 1, "text": "bad"}, {"id": 2, "text": "new"})

    def missing() -> None:
        raise ConfigError("encoder", "is missing")

    house.reader.prepare = missing
    with house.open() as wiring:
        with pytest.raises(ConfigError):
            run_once(wiring)
        with wiring.database.reading() as tx:
            assert totals(tx, wiring.reader.revision).notifications == {DeliveryState.DELIVERED: 1}


def test_a_hole_stays_in_the_report_when_the_next_poll_is_whole(house) -> None:
    path = house.mentions("m.jsonl", {"id": 1, "text": "good"})
    house.brands({"name": "Acme", "targets": [house.archive("acme", "later.jsonl")]})
    run(house)
    (house.config / "later.jsonl").write_text((house.config / path).read_text())
    house.clock.pass_(hours=1)
    run(house)
    house.clock.pass_(minutes=1)
    with house.open() as wiring:
        coverage = health_figures(wiring, "Acme", wiring.clock()).frame.coverage[0]
        report = brand_health(wiring, "Acme", wiring.clock())
    assert coverage.state == "ok"
    assert not coverage.whole
    assert "later" in coverage.note
    assert "Not everything was collected" in markdown(report.compact)


def test_a_deleted_post_is_gone_from_alerts_messages_and_the_report(house) -> None:
    secret = "my name is Jane Roe, bad staff"
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    one_brand(house, {"id": 1, "text": secret, "author": "jane"})
    run(house)
    house.clock.pass_(hours=1)
    one_brand(house, {"id": 1, "text": "[deleted]", "visibility": "deleted", "likes": 0})
    run(house)
    with house.open() as wiring:
        count_days(wiring)
        reports = [make(wiring, "Acme", wiring.clock()) for make in (brand_health, complaints)]
        with wiring.database.reading() as tx:
            assert [alert.headline for alert in list_alerts(tx)] == [""]
            assert totals(tx, wiring.reader.revision).notifications == {DeliveryState.RECALLED: 1}
        assert notify(wiring).delivered == 0
    assert not any("Jane" in markdown([*report.compact, *report.full]) for report in reports)
    for file in house.folder.glob("earful.db*"):
        assert b"Jane Roe" not in file.read_bytes(), file


def test_posts_without_a_date_keep_the_time_at_which_they_were_first_seen(house) -> None:
    one_brand(house, {"id": 1, "text": "good", "posted_at": None})
    run(house)
    house.clock.pass_(days=20)
    one_brand(
        house, {"id": 1, "text": "good", "posted_at": None}, {"id": 2, "text": "new", "posted_at": None}
    )
    run(house)
    with house.open() as wiring, wiring.database.reading() as tx:
        times = {s.mention.external_id: s.mention.posted_at for s in find_mentions(tx)}
    assert times["m:1"] == NOW


@pytest.mark.parametrize(
    ("state", "again"),
    [
        (Failed(data=SourceUnavailable("cut")), True),
        (Failed(data=AuthFailed("401")), False),
        (Failed(data=RateLimited("429", NOW)), False),
        (Failed(message="returned, not raised"), False),
        (Completed(), False),
    ],
)
def test_only_passing_trouble_is_asked_again_soon(state, again: bool) -> None:
    assert _passes(None, None, state) is again
