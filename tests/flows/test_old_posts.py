"""The past floods nobody: alerts about old posts are told to nobody, until something new is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.lifecycle import Step
from core.alert import Happening, Status
from flows.steps import happenings
from flows.steps.follow_up import act
from storage.alert_files import list_alerts, show_alert
from tests.flows.conftest import NOW, House
from tests.flows.test_steps import one_brand, run


def post(number: int, age_days: float, **more: object) -> dict[str, object]:
    posted_at = (NOW - timedelta(days=age_days)).isoformat()
    return {
        "id": number,
        "text": f"bad train {number}",
        "author": f"a{number}",
        "posted_at": posted_at,
        **more,
    }


def alerts(house: House):
    with house.open() as wiring, wiring.database.reading() as tx:
        return {alert.id: show_alert(tx, alert.id) for alert in list_alerts(tx)}


def test_weeks_of_complaints_is_opened_and_told_to_nobody(house) -> None:
    one_brand(house, *(post(n, n) for n in range(12, 60)))
    result = run(house)
    assert (result.raised.opened, result.raised.untold) == (48, 45), "those of the last 14 days are told"
    assert result.delivered.delivered == 3
    assert result.raised.about_old_posts.startswith(
        "45 alerts were opened and told to nobody, about posts older"
    )
    files = alerts(house).values()
    assert sorted(file.alert.told for file in files) == [False] * 45 + [True] * 3
    notes = {file.events[0].note for file in files if not file.alert.told}
    assert notes == {"told to nobody: the post is older than 14 days"}
    with house.open() as wiring:
        assert len(happenings.alerts(wiring).happened) == 3, "automations are not flooded either"


@pytest.mark.parametrize(
    ("edited", "told"), [({}, 0), ({"edited_at": (NOW - timedelta(days=1)).isoformat()}, 1)]
)
def test_the_limit_is_configured_and_an_edit_is_news(house, edited, told) -> None:
    house.alerts(old_after_days=3)
    one_brand(house, post(1, 4, **edited))
    assert run(house).delivered.delivered == told


def test_a_new_post_that_joins_an_untold_alert_is_told_once(house) -> None:
    first = post(1, 40)
    one_brand(house, first)
    assert run(house).delivered.delivered == 0
    again, third = (post(n, 1, author="a1") for n in (2, 3))
    one_brand(house, first, again)
    result = run(house)
    assert (result.raised.joined, result.delivered.delivered) == (1, 1)
    one_brand(house, first, again, third)
    result = run(house)
    assert (result.raised.joined, result.delivered.delivered) == (1, 0), "as for every other alert"
    (file,) = alerts(house).values()
    assert (file.alert.mentions, file.alert.told) == (3, True)


def test_what_a_new_post_joins_in_the_same_run_is_not_counted_as_untold(house) -> None:
    one_brand(house, post(1, 40), post(2, 1, author="a1"), post(3, 40))
    result = run(house)
    assert (result.raised.opened, result.raised.untold, result.delivered.delivered) == (2, 1, 1)
    assert sum(not file.alert.told for file in alerts(house).values()) == 1


def test_old_posts_together_stay_untold(house) -> None:
    one_brand(house, post(1, 40), post(2, 39, author="a1"))
    result = run(house)
    assert (result.raised.opened, result.raised.joined, result.delivered.delivered) == (1, 1, 0)


def test_an_old_post_reopens_nothing(house) -> None:
    new = post(1, 1)
    one_brand(house, new)
    run(house)
    with house.open() as wiring:
        act(wiring.database, 1, Step.RESOLVE, by="kim", now=house.clock())
    house.clock.pass_(days=30)
    one_brand(house, new, post(2, -1, author="a1"))
    result = run(house)
    assert (result.raised.reopened, result.raised.untold, result.delivered.delivered) == (0, 1, 0)
    files = alerts(house)
    assert [files[number].alert.status for number in (1, 2)] == [Status.RESOLVED, Status.NEW]
    assert Happening.REOPENED not in {event.what for event in files[1].events}
