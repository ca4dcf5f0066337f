from __future__ import annotations

import json
from datetime import date

import pytest

from alerts.lifecycle import Step
from core.alert import DeliveryState, Happening, Status
from core.errors import NotAllowed
from flows.steps.daily import count_days
from flows.steps.follow_up import act
from flows.steps.listen import listen
from flows.steps.notify import notify
from flows.steps.once import Pass, run_once
from flows.wiring import Wiring
from storage.alert_files import list_alerts, show_alert
from storage.daily import first_day, last_day
from storage.figures import totals
from storage.mentions import find_mentions
from storage.notifications import list_dead
from tests.receiver import receiving


def half() -> float:
    return 0.5


def one_brand(house, *records) -> None:
    path = house.mentions("m.jsonl", *records)
    house.brands({"name": "Acme", "handles": ["@AcmeCare"], "targets": [house.archive("acme", path)]})


def run(house) -> Pass:
    with house.open() as wiring:
        return run_once(wiring)


def alerts(wiring: Wiring):
    with wiring.database.reading() as tx:
        return list_alerts(tx)


def counts(wiring: Wiring):
    with wiring.database.reading() as tx:
        return totals(tx, wiring.reader.revision)


def test_a_second_pass_changes_nothing(house) -> None:
    one_brand(
        house, {"id": 1, "text": "bad bag", "author": "ann"}, {"id": 2, "text": "good day", "author": "bo"}
    )
    first = run(house)
    assert (first.read, first.raised.opened, first.delivered.delivered) == (2, 1, 1)
    with house.open() as wiring:
        before = counts(wiring)
    second = run(house)
    assert (second.read, second.raised.judged, second.raised.opened, second.delivered.delivered) == (
        0,
        0,
        0,
        0,
    )
    with house.open() as wiring:
        assert counts(wiring) == before
    assert house.reader.read_texts == ["bad bag", "good day"], "each text is read once"


def test_what_cannot_be_read_is_kept_and_the_rest_goes_on(house) -> None:
    one_brand(house, {"id": 1, "text": "good"}, '{"id": 2, "te', {"id": 3}, {"id": 4, "text": "bad"})
    result = run(house)
    saved = result.heard[0].saved
    assert (saved.new, saved.rejected, result.raised.opened) == (2, 2, 1)


@pytest.mark.parametrize("claim", ["0001-01-01T00:00:00Z", "1601-01-01T06:30:00Z", "9999-12-31T23:59:59Z"])
def test_an_impossible_date_keeps_nobody_else_from_being_told_and_counted(house, claim) -> None:
    one_brand(house, {"id": 1, "text": "bad"}, {"id": 2, "text": "bad too", "posted_at": claim})
    result = run(house)
    saved = result.heard[0].saved
    assert (saved.new, saved.rejected, result.delivered.delivered) == (1, 1, 1)
    with house.open() as wiring:
        count_days(wiring)
        with wiring.database.reading() as tx:
            assert first_day(tx, "Acme") == last_day(tx, "Acme") == date(2026, 11, 21)


def test_one_sources_trouble_stays_its_own(house) -> None:
    path = house.mentions("m.jsonl", {"id": 1, "text": "bad"})
    targets = [house.archive("missing", "nowhere.jsonl"), house.archive("there", path)]
    house.brands(
        {
            "name": "Acme",
            "targets": [*targets, {"source": "x", "name": "x", "user": "1", "bearer_token_env": "NO"}],
        }
    )
    house.environment["NO"] = ""
    result = run(house)
    states = {heard.target: heard.state for heard in result.heard}
    assert states["missing"] == "gone"
    assert states["there"] == "complete"
    assert states["x"] != "complete"
    assert not result.failed
    assert result.raised.opened == 1
    assert "nowhere.jsonl" in result.troubled[0].note


def test_one_alert_for_an_author_and_the_posts_join_it(house) -> None:
    one_brand(
        house,
        {"id": 1, "text": "bad bag", "author": "ann"},
        {"id": 2, "text": "bad bag again", "author": "ann"},
        {"id": 3, "text": "bad seat", "author": "bo"},
        {"id": 4, "text": "bad we are sorry", "author": "acmecare"},
    )
    result = run(house)
    assert (result.raised.opened, result.raised.joined, result.delivered.delivered) == (2, 1, 2)
    with house.open() as wiring:
        found = {alert.mentions for alert in alerts(wiring)}
        assert found == {1, 2}


def test_a_new_complaint_reopens_what_was_resolved_and_tells_support_again(house) -> None:
    one_brand(house, {"id": 1, "text": "bad", "author": "ann"})
    run(house)
    with house.open() as wiring:
        number = alerts(wiring)[0].id
        act(wiring.database, number, Step.RESOLVE, by="kim", now=house.clock())
    house.clock.pass_(hours=1)
    since = house.clock.now.isoformat()
    one_brand(
        house,
        {"id": 1, "text": "bad", "author": "ann"},
        {"id": 2, "text": "still bad", "author": "ann", "posted_at": since},
    )
    result = run(house)
    assert (result.raised.opened, result.raised.reopened, result.delivered.delivered) == (0, 1, 1)
    with house.open() as wiring, wiring.database.reading() as tx:
        file = show_alert(tx, number)
    assert file.alert.status is Status.IN_PROGRESS
    assert [event.what for event in file.events] == [
        Happening.OPENED,
        Happening.NOTIFIED,
        Happening.RESOLVED,
        Happening.REOPENED,
        Happening.NOTIFIED,
    ]


def test_after_a_dismissal_a_new_complaint_is_a_new_alert(house) -> None:
    one_brand(house, {"id": 1, "text": "bad", "author": "ann"})
    run(house)
    with house.open() as wiring:
        number = alerts(wiring)[0].id
        with pytest.raises(NotAllowed):
            act(wiring.database, number, Step.DISMISS, by="kim", now=house.clock())
        act(wiring.database, number, Step.DISMISS, by="kim", now=house.clock(), note="spam")
    one_brand(
        house, {"id": 1, "text": "bad", "author": "ann"}, {"id": 2, "text": "worse, bad", "author": "ann"}
    )
    assert run(house).raised.opened == 1


def test_an_edited_post_is_read_and_judged_again(house) -> None:
    one_brand(house, {"id": 1, "text": "good", "author": "ann"})
    assert run(house).raised.opened == 0
    house.clock.pass_(hours=1)
    one_brand(house, {"id": 1, "text": "bad after all", "author": "ann", "likes": 1})
    result = run(house)
    assert (result.heard[0].saved.updated, result.read, result.raised.opened) == (1, 1, 1)


def test_a_mention_of_two_brands_is_read_once_and_judged_for_each(house) -> None:
    path = house.mentions("m.jsonl", {"id": 1, "text": "bad, both of them", "author": "ann"})
    house.brands(
        {"name": "Acme", "targets": [house.archive("a", path)]},
        {"name": "Globex", "targets": [house.archive("g", path)]},
    )
    result = run(house)
    assert (result.read, result.raised.opened) == (1, 2)


def test_a_webhook_gets_each_alert_once_even_if_it_was_down(house) -> None:
    one_brand(house, *({"id": i, "text": "bad", "author": f"a{i}"} for i in range(3)))
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}], retry={"attempts": 5})
    with receiving() as receiver:
        house.environment["HOOK"] = f"json://127.0.0.1:{receiver.port}/alerts"
        receiver.answers = [500, 500, 500]
        first = run(house)
        assert (first.raised.opened, first.delivered.failed, first.delivered.delivered) == (3, 3, 0)
        assert run(house).delivered.delivered == 0, "it is not tried again before it is time"
        house.clock.pass_(minutes=2)
        assert run(house).delivered.delivered == 3
        assert run(house).delivered.delivered == 0
    keys = [request.headers["Idempotency-Key"] for request in receiver.received]
    bodies = [json.loads(request.body)["idempotency_key"] for request in receiver.received]
    assert bodies == keys
    assert len(keys) == 6
    assert sorted(keys[:3]) == sorted(keys[3:]), "a repetition carries the same key"
    assert len(set(keys)) == 3


def test_after_the_retry_limit_it_is_a_dead_letter(house) -> None:
    one_brand(house, {"id": 1, "text": "bad", "author": "ann"})
    house.alerts(
        channels=[{"name": "hook", "url_env": "HOOK"}], retry={"attempts": 3, "first_wait_seconds": 60}
    )
    with receiving() as receiver:
        house.environment["HOOK"] = f"json://user:topsecret@127.0.0.1:{receiver.port}/alerts"
        receiver.answers = [500] * 9
        run(house)
        for _ in range(5):
            house.clock.pass_(hours=7)
            with house.open() as wiring:
                notify(wiring, jitter=half)
    assert len(receiver.received) == 3
    with house.open() as wiring, wiring.database.reading() as tx:
        dead = list_dead(tx)
        assert counts(wiring).notifications == {DeliveryState.DEAD: 1}
    assert dead[0].attempts == 3
    assert "500" in dead[0].last_error
    assert "topsecret" not in dead[0].last_error


def test_a_text_that_stopped_being_readable_holds_up_nothing(house) -> None:
    one_brand(house, {"id": 1, "text": "[deleted]", "visibility": "deleted"}, {"id": 2, "text": "bad"})
    result = run(house)
    assert (result.heard[0].saved.new, result.read, result.raised.opened) == (2, 1, 1)


def test_the_month_decides_what_a_target_has_cost(house) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    with house.open() as wiring:
        heard = listen(wiring, wiring.targets()[0])
        assert heard.complete
        assert heard.spend_usd == 0
        with wiring.database.reading() as tx:
            assert [s.mention.text for s in find_mentions(tx)] == ["good"]
