"""Support is told of whoever is unhappy, also where an earlier message never went out; and of nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alerts.lifecycle import Step
from core.alert import Outcome, Status
from flows.steps.follow_up import act
from flows.steps.notify import notify
from flows.steps.once import Pass
from flows.steps.open_alerts import gather
from storage.alert_files import StoredAlert, list_alerts
from storage.notifications import claim_due, mark_delivered, mark_failed, requeue_dead
from storage.unanswered import unanswered
from tests.flows.conftest import House
from tests.flows.on_both import BothHouse, on_both  # noqa: F401 - the fixture
from tests.flows.test_steps import one_brand, run


@pytest.fixture
def house(on_both: BothHouse) -> BothHouse:  # noqa: F811
    """One whose only channel has no address yet: its messages wait."""
    on_both.alerts(channels=[{"name": "hook", "url_env": "HOOK"}])
    return on_both


def post(house: House, number: int = 1, **more: Any) -> dict[str, Any]:
    """By Ann, an hour ago."""
    posted_at = (house.clock.now - timedelta(hours=1)).isoformat()
    return {"id": number, "text": f"bad bag {number}", "author": "ann", "posted_at": posted_at, **more}


def mended(house: House) -> None:
    """From now on messages are delivered; those that were to be tried again are due."""
    house.alerts(channels=[{"name": "hook", "type": "console"}])
    house.clock.pass_(hours=3)


def heard(house: House, *records: dict[str, Any]) -> Pass:
    one_brand(house, *records)
    return run(house)


def the_alert(house: House) -> StoredAlert:
    with house.open() as wiring, wiring.database.reading() as tx:
        (alert,) = list_alerts(tx)
    return alert


def test_after_a_recalled_message_the_next_post_is_told(house: House) -> None:
    first = post(house)
    heard(house, first)
    assert the_alert(house).told
    house.clock.pass_(hours=1)
    gone = {**first, "text": "[deleted]", "visibility": "deleted"}
    heard(house, gone)
    assert (the_alert(house).told, the_alert(house).headline) == (False, "")
    mended(house)
    result = heard(house, gone, post(house, 2))
    assert (result.raised.joined, result.delivered.delivered) == (1, 1)
    assert (the_alert(house).told, the_alert(house).headline) == (True, "bad bag 2")
    assert heard(house, gone, post(house, 2), post(house, 3)).delivered.delivered == 0


def test_after_a_message_that_was_given_up_the_next_post_is_told(house: House) -> None:
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}], retry={"attempts": 1})
    first = post(house)
    assert heard(house, first).delivered.dead == 1
    assert not the_alert(house).told
    mended(house)
    assert heard(house, first, post(house, 2)).delivered.delivered == 1


@pytest.mark.parametrize("visibility", ["removed", "protected"])
def test_a_post_that_comes_back_before_anybody_heard_of_it_is_told(house: House, visibility: str) -> None:
    first = post(house)
    heard(house, first)
    house.clock.pass_(hours=1)
    heard(house, {**first, "text": "", "visibility": visibility})
    assert (the_alert(house).told, the_alert(house).headline) == (False, "")
    mended(house)
    result = heard(house, first)
    assert (result.raised.opened, result.delivered.delivered) == (0, 1)
    assert (the_alert(house).told, the_alert(house).headline) == (True, "bad bag 1")
    house.clock.pass_(hours=1)
    assert heard(house, {**first, "text": "bad bag, edited"}).delivered.delivered == 0


def test_a_post_that_comes_back_after_it_was_told_heads_its_alert_and_is_told_no_more(house: House) -> None:
    mended(house)
    first = post(house)
    assert heard(house, first).delivered.delivered == 1
    for text, visibility, headline in (("", "removed", ""), ("bad bag 1", "live", "bad bag 1")):
        house.clock.pass_(hours=1)
        result = heard(house, {**first, "text": text, "visibility": visibility})
        assert (result.delivered.delivered, the_alert(house).headline) == (0, headline)


def test_what_somebody_is_done_with_is_not_told_when_it_comes_back(house: House) -> None:
    first = post(house)
    heard(house, first)
    house.clock.pass_(hours=1)
    heard(house, {**first, "text": "", "visibility": "removed"})
    with house.open() as wiring:
        act(wiring.database, the_alert(house).id, Step.RESOLVE, by="kim", now=house.clock())
    mended(house)
    assert heard(house, first).delivered.delivered == 0


def step(house: House, what: Step) -> None:
    with house.open() as wiring:
        act(wiring.database, the_alert(house).id, what, by="kim", now=house.clock(), note="settled")


def unacknowledged(house: House) -> int:
    with house.open() as wiring, wiring.database.reading() as tx:
        count = unanswered(tx, "Acme").unanswered
    with house.open() as wiring:
        assert sum(each.unseen for each in gather(wiring).open) == count
    return count


@pytest.mark.parametrize("before", [[Step.ACKNOWLEDGE, Step.RESOLVE], [Step.RESOLVE]])
def test_nobody_has_an_alert_that_its_customer_reopened_until_somebody_says_so(
    house: House, before: list[Step]
) -> None:
    first = post(house)
    heard(house, first)
    for what in before:
        step(house, what)
    assert unacknowledged(house) == 0
    house.clock.pass_(hours=2)
    assert heard(house, first, post(house, 2)).raised.reopened == 1
    assert unacknowledged(house) == 1
    heard(house, first, post(house, 2), post(house, 3))
    assert unacknowledged(house) == 1
    step(house, Step.ACKNOWLEDGE)
    assert unacknowledged(house) == 0


def test_who_reopens_an_alert_has_it(house: House) -> None:
    heard(house, post(house))
    assert unacknowledged(house) == 1
    step(house, Step.RESOLVE)
    step(house, Step.REOPEN)
    assert unacknowledged(house) == 0
    step(house, Step.ACKNOWLEDGE)  # a colleague takes over


def test_an_older_post_that_is_collected_late_changes_nothing_that_was_settled(house: House) -> None:
    mended(house)
    first, older = post(house), post(house, 2)
    heard(house, first)
    house.clock.pass_(hours=1)
    with house.open() as wiring:
        act(wiring.database, 1, Step.RESOLVE, by="kim", now=house.clock(), outcome=Outcome.GONE_QUIET)
    settled = the_alert(house)
    house.clock.pass_(hours=1)
    ancient = post(house, 3, posted_at=(house.clock.now - timedelta(days=40)).isoformat())
    result = heard(house, first, older, ancient)
    assert (result.raised.joined, result.raised.reopened, result.delivered.delivered) == (2, 0, 0)
    alert = the_alert(house)
    assert (alert.status, alert.outcome, alert.mentions) == (Status.RESOLVED, Outcome.GONE_QUIET, 3)
    assert alert.resolved_at == settled.resolved_at
    edited = {**older, "text": "bad bag, and now a bad seat", "edited_at": house.clock.now.isoformat()}
    another = post(house, 4, edited_at=house.clock.now.isoformat(), posted_at=older["posted_at"])
    result = heard(house, first, edited, ancient, another)
    assert (result.raised.reopened, result.delivered.delivered) == (1, 1), "edited since"


@pytest.mark.parametrize("what", [Step.RESOLVE, Step.DISMISS])
@pytest.mark.parametrize("attempts", [1, 5])
def test_what_somebody_is_done_with_is_not_told_when_the_channel_works_again(
    house: House, what: Step, attempts: int
) -> None:
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}], retry={"attempts": attempts})
    first = post(house)
    assert heard(house, first).delivered.delivered == 0
    step(house, what)
    mended(house)
    with house.open() as wiring:
        with wiring.database.transaction() as tx:
            assert requeue_dead(tx, house.clock()) == 0
        assert notify(wiring).delivered == 0
    again = heard(house, first, post(house, 2))
    assert again.delivered.delivered == 1, "a new complaint is told"


def test_a_note_and_an_acknowledgement_recall_nothing(house: House) -> None:
    first = post(house)
    heard(house, first)
    step(house, Step.ACKNOWLEDGE)
    step(house, Step.NOTE)
    mended(house)
    assert heard(house, first).delivered.delivered == 1


@pytest.mark.parametrize(("arrives", "state"), [(True, "delivered"), (False, "recalled")])
def test_what_is_being_sent_while_somebody_resolves_is_not_sent_again(
    house: BothHouse, arrives: bool, state: str
) -> None:
    heard(house, post(house))
    house.clock.pass_(hours=3)
    with house.open() as wiring:
        with wiring.database.transaction() as tx:
            (sending,) = claim_due(tx, house.clock(), 1, timedelta(minutes=5))
        act(wiring.database, 1, Step.RESOLVE, by="kim", now=house.clock())
        with wiring.database.transaction() as tx:
            if arrives:
                mark_delivered(tx, sending.id, house.clock())
            else:
                mark_failed(tx, sending.id, "503", house.clock())
        assert [word for (word,) in house.rows("SELECT state FROM notifications")] == [state]
        assert notify(wiring).delivered == 0
