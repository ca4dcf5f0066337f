"""What listening may cost, and how it looks when it is quiet, late or broken."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.budget import NEAR
from core.errors import QuotaExhausted
from core.listening import Health
from flows import money
from flows.steps.backfill import backfill
from flows.steps.health import brand_health
from flows.steps.listen import listen, listen_all
from flows.steps.once import run_once
from flows.steps.operator import tell_operator
from flows.steps.poll import BUSY
from reports.markdown import markdown
from storage.spending import spent_usd
from tests.flows.conftest import NOW, House
from tests.flows.platforms import ask, budget, platform, spend
from tests.flows.test_ledger import standing
from tests.flows.test_steps import one_brand
from tests.listeners.scenarios import x
from tests.listeners.scenarios.base import Scenario
from tests.replay import Answer, Seen

BUDGET = 1.50
"""Over everything; searches may have 80 % of it: two pages of a hundred posts, and one of forty."""
PAGES = [100, 100, 40]
PAGE_USD = 0.50


@pytest.fixture
def two_searches(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scenario]:
    """Each finds more than the budget over everything pays, and may spend far more by its own."""
    monkeypatch.setattr(x, "PER_PAGE", 100)
    monkeypatch.setattr(x, "posted", lambda number: NOW - timedelta(days=6, seconds=-50 * number))
    with platform(house, "x", "one", "two", authors=False) as scenario:
        scenario.publish(*range(1, 1_001))
        budget(house, BUDGET)
        yield scenario


def spent(house: House) -> float:
    with house.open() as wiring:
        return money.purse(wiring).spent_usd


def sizes(scenario: Scenario) -> list[int]:
    """How many posts were asked for, request by request."""
    return [int(seen.query["max_results"]) for seen in scenario.server.requests]


class InFlight:
    """A platform that notes how many ask at once; the first answer waits a moment for a second request."""

    def __init__(self, scenario: Scenario) -> None:
        self.most = 0
        self._now, self._lock, self._company = 0, threading.Lock(), threading.Event()
        self._serve = scenario.serve
        scenario.server.play("GET", scenario.path, self.serve)  # type: ignore[attr-defined]

    def serve(self, seen: Seen) -> Answer:
        with self._lock:
            self._now += 1
            first, self.most = self.most == 0, max(self.most, self._now)
        if self._now > 1:
            self._company.set()
        if first:
            self._company.wait(0.3)
        answer = self._serve(seen)
        with self._lock:
            self._now -= 1
        return answer


def test_searches_that_share_a_budget_ask_one_after_the_other_and_within_it(
    house: House, two_searches: Scenario
) -> None:
    in_flight = InFlight(two_searches)
    with house.open() as wiring:
        heard = listen_all(wiring, wiring.targets())
    assert sorted(each.state for each in heard) == ["quota_exhausted", "truncated"]
    assert in_flight.most == 1
    assert sizes(two_searches) == PAGES
    assert spent(house) == pytest.approx(NEAR * BUDGET)


def test_what_others_spend_meanwhile_stops_a_search_after_the_page_under_way(
    house: House, two_searches: Scenario
) -> None:
    with house.open() as wiring:

        def somebody_else_spends(mentions: int) -> None:
            if mentions:
                spend(wiring, BUDGET)

        heard = listen(wiring, wiring.targets()[0], somebody_else_spends)
    assert (heard.state, heard.saved.new, len(sizes(two_searches))) == ("truncated", 100, 1)
    assert "brands.yaml" in heard.note
    assert spent(house) <= BUDGET + PAGE_USD


def test_a_back_fill_stops_at_the_budget_over_everything(house: House, two_searches: Scenario) -> None:
    with house.open() as wiring:
        target = wiring.targets()[0]
        done = backfill(wiring, target, NOW - timedelta(days=6), NOW - timedelta(hours=1))
    assert (done.state, done.finished, done.saved.new) == ("quota_exhausted", False, sum(PAGES))
    assert "monthly_usd in brands.yaml" in done.note, "it says which budget to raise"
    assert sizes(two_searches) == PAGES
    assert done.spend_usd == pytest.approx(spent(house)) == pytest.approx(NEAR * BUDGET)
    with house.open() as wiring:
        again = backfill(wiring, target, NOW - timedelta(days=6), NOW - timedelta(hours=1))
    assert (again.state, again.spend_usd, sizes(two_searches)) == ("quota_exhausted", 0, PAGES)


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
