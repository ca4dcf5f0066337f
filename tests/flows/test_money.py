"""What listening may cost, and how it looks when it is quiet, late or broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import QuotaExhausted
from core.listening import Health
from flows import money
from flows.steps.backfill import backfill
from flows.steps.health import brand_health
from flows.steps.listen import listen
from flows.steps.once import run_once
from flows.steps.operator import tell_operator
from flows.steps.poll import BUSY
from reports.markdown import markdown
from storage.spending import spent_usd
from tests.flows.conftest import NOW, House
from tests.flows.platforms import ask, budget, platform, spend
from tests.flows.test_ledger import standing
from tests.flows.test_steps import one_brand


def test_near_the_budget_searches_stop_and_own_mentions_at_its_end(house: House) -> None:
    with platform(house, "x") as scenario:
        scenario.publish(1)
        own = {"source": "x", "name": "own", "user": "12345", "base_url": scenario.server.url}
        search = {"source": "x", "name": "search", **scenario.options()}
        house.brands({"name": "Acme", "targets": [search, own]})
        budget(house, 100)
        with house.open() as wiring:
            searched, mine = wiring.targets()
            assert (money.essential(searched), money.essential(mine)) == (False, True)
            money.demand(wiring, searched)
            spend(wiring, 79)
            left = money.with_what_is_left(wiring, replace(searched, by_words=True), 0.5)
            assert left.options.monthly_budget_usd == pytest.approx(1.5)
            assert left.by_words, "all but its budget stays as it is"
            assert tell_operator(wiring) == 0
            spend(wiring, 2)
            assert tell_operator(wiring) == 1
            assert tell_operator(wiring) == 0
            heard = listen(wiring, searched)
            assert (heard.state, scenario.server.requests) == ("quota_exhausted", [])
            assert "80%" in heard.note
            money.demand(wiring, mine)
            spend(wiring, 19)
            with pytest.raises(QuotaExhausted, match=r"brands\.yaml"):
                money.demand(wiring, mine)
            assert tell_operator(wiring) == 1
            assert listen(wiring, searched).state == "waiting"
        budget(house, 1_000)
        assert ask(house).state != "waiting", "more money, and it is asked again"


@pytest.mark.parametrize("first", ["poll", "back-fill"])
def test_a_poll_and_a_back_fill_do_not_both_spend_what_is_left(house: House, first: str) -> None:
    with platform(house, "x", authors=False, monthly_budget_usd=0.1) as scenario, house.open() as wiring:
        scenario.publish(*range(1, 31))
        (target,) = wiring.targets()
        states: list[str] = []

        def fetch_past(_count: int = 0) -> None:
            states.append(backfill(wiring, target, NOW - timedelta(days=1), NOW).state)

        def ask_now(_count: int = 0) -> None:
            states.append(listen(wiring, target).state)

        if first == "poll":
            listen(wiring, target, fetch_past)
        else:
            backfill(wiring, target, NOW - timedelta(days=1), NOW, ask_now)
        with wiring.database.reading() as tx:
            assert 0.05 < spent_usd(tx, target.name, NOW) <= 0.1
        assert set(states) == {BUSY}
        states.clear()
        fetch_past()
        ask_now()
        assert BUSY not in states


def test_where_it_costs_nothing_a_poll_waits_for_no_back_fill(house: House) -> None:
    with platform(house, "hackernews") as scenario, house.open() as wiring:
        scenario.publish(1, 2)
        (target,) = wiring.targets()
        states: list[str] = []
        start = NOW - timedelta(days=1)
        backfill(wiring, target, start, NOW, lambda _count: states.append(listen(wiring, target).state))
        assert set(states) == {"complete"}


def test_free_sources_go_on_without_money(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    budget(house, 1)
    with house.open() as wiring:
        spend(wiring, 5)
        assert run_once(wiring).heard[0].state == "complete"


def test_quiet_late_and_broken_look_different(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    assert ask(house).complete
    assert standing(house, "acme").health is Health.OK
    house.clock.pass_(days=2)
    assert standing(house, "acme").health is Health.LATE
    assert ask(house).complete
    assert standing(house, "acme").health is Health.QUIET
    (house.config / "m.jsonl").unlink()
    house.clock.pass_(hours=1)
    assert ask(house).state == "gone"
    assert standing(house, "acme").health is Health.BROKEN
    with house.open() as wiring:
        report = markdown(brand_health(wiring, "Acme", wiring.clock()).full)
    assert "**broken**" in report
