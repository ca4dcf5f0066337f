"""Who may be asked when, what is missing for good, what it may cost: through the real steps and storage."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from core.errors import ConfigError, RateLimited
from core.listening import Health
from flows.process import dead, new_holder
from flows.steps.backfill import backfill
from flows.steps.health import brand_health
from flows.steps.listen import listen_all
from flows.steps.listening import listening
from flows.steps.notify import notify
from flows.steps.operator import tell_operator
from flows.wiring import Wiring, open_wiring
from listeners.registry import SOURCES
from reports.markdown import markdown
from storage import holes, leases
from storage.backfills import unfinished
from storage.mentions import find_mentions
from tests.earful import environment
from tests.flows.conftest import NOW, House
from tests.flows.platforms import ask, platform
from tests.flows.test_steps import one_brand
from tests.listeners.scenarios.base import posted
from tests.replay import Answer, Seen

ROOT = Path(__file__).resolve().parents[2]


def standing(house: House, name: str = "one"):
    with house.open() as wiring, wiring.database.reading() as tx:
        return listening(tx, wiring.clock())[name]


def test_a_target_that_somebody_asks_is_left_to_him(house: House) -> None:
    with platform(house, "hackernews") as scenario:
        scenario.publish(1)
        with house.open() as wiring, wiring.database.transaction() as tx:
            other = new_holder()
            leases.take(tx, ["one"], other, now=house.clock(), until=house.clock() + timedelta(minutes=15))
        heard = ask(house)
        assert (heard.state, heard.error, heard.complete) == ("busy", None, False)
        assert "somebody else" in heard.note
        assert scenario.server.requests == []
        house.clock.pass_(minutes=20)
        assert ask(house).state == "complete", "he was not heard of for too long"
        assert ask(house).state == "complete", "and a poll that ended lets others ask"


def test_the_lease_of_a_process_that_died_ends_with_it(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    program = """
import sys
from datetime import datetime, timedelta
from flows.process import new_holder
from storage.database import open_database
from storage.leases import take
database = open_database(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
holder = new_holder()
with database.transaction() as tx:
    take(tx, ["acme"], holder, now=now, until=now + timedelta(minutes=15))
print(holder, flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", program, house.settings.database_url, house.clock().isoformat()]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        holder = process.stdout.readline().strip()
        try:
            assert not dead(holder)
            assert ask(house).state == "busy"
        finally:
            process.kill()
    assert dead(holder)
    assert ask(house).state == "complete"


def test_whoever_wants_to_be_asked_later_is(house: House) -> None:
    with platform(house, "hackernews") as scenario:
        scenario.publish(1)
        scenario.fail(Answer(status=429, body={}, headers={"Retry-After": "7200"}))
        first = ask(house)
        assert first.state == "rate_limited"
        asked = len(scenario.server.requests)
        scenario.heal()
        waiting = ask(house)
        assert (waiting.state, waiting.error) == ("waiting", None)
        assert "14:00 UTC" in waiting.note
        assert len(scenario.server.requests) == asked, "it is not asked to find out"
        assert standing(house).health is Health.WAITING
        house.clock.pass_(hours=2, seconds=1)
        assert ask(house).state == "complete"
        assert standing(house).health is Health.OK


def test_a_target_that_was_changed_need_not_wait(house: House) -> None:
    with platform(house, "trustpilot") as scenario:
        scenario.publish(1)
        scenario.fail(Answer(status=429, body={}, headers={"Retry-After": "7200"}))
        ask(house)
        scenario.heal()
        asked = len(scenario.server.requests)
        changed = {"source": "trustpilot", "name": "one", **scenario.options(), "max_pages": 7}
        house.brands({"name": "Acme", "targets": [changed]})
        assert ask(house).state == "rate_limited", "but whoever shares its key still has to"
        assert len(scenario.server.requests) == asked


def test_one_is_told_to_wait_and_all_who_share_the_key_do(house: House) -> None:
    with platform(house, "hackernews", "one", "two") as scenario:
        scenario.fail(Answer(status=429, body={}, headers={"Retry-After": "600"}))
        assert ask(house, 0).state == "rate_limited"
        scenario.heal()
        asked = len(scenario.server.requests)
        second = ask(house, 1)
        assert second.state == "rate_limited"
        assert isinstance(second.error, RateLimited)
        assert second.error.retry_at == NOW + timedelta(seconds=600)
        assert len(scenario.server.requests) == asked


def test_two_workers_share_a_keys_limit_and_another_key_has_its_own(house: House) -> None:
    source = SOURCES["reddit"]
    keys = {"REDDIT_CLIENT_ID": "app", "REDDIT_CLIENT_SECRET": "hush-hush"}
    house.environment = dict(keys)
    one_brand(house, {"id": 1, "text": "good"})
    options = source.options(listing="search", query="acme")
    taken = 0

    def ask_in_turn(*workers: Wiring) -> None:
        nonlocal taken
        while True:
            for wiring in workers:
                wiring.permits.of(source, options)()
                taken += 1

    with house.open() as first, house.open() as second:
        with pytest.raises(RateLimited) as refused:
            ask_in_turn(first, second)
        assert source.rate is not None
        assert taken <= source.rate.requests / 2
        assert taken >= source.rate.requests / 2 - 10, "what a worker holds in hand is all that is lost"
        assert (
            house.clock() < refused.value.retry_at <= house.clock() + timedelta(seconds=source.rate.seconds)
        )
        house.environment["REDDIT_CLIENT_SECRET"] = "another"
        first.permits.of(source, options)()
    for file in house.folder.glob("earful.db*"):
        assert b"hush-hush" not in file.read_bytes(), "the key itself is nowhere"


def test_a_source_is_asked_side_by_side_and_no_more_than_it_allows(house: House) -> None:
    limit = SOURCES["hackernews"].at_once
    lock, gate = threading.Lock(), threading.Event()
    under_way, most = 0, 0
    with platform(house, "hackernews", *(f"t{n}" for n in range(5 * limit))) as scenario:
        answer = scenario.serve

        def serve(seen: Seen) -> Answer:
            nonlocal under_way, most
            with lock:
                under_way += 1
                most = max(most, under_way)
            if most >= limit:
                gate.set()
            gate.wait(0.4)
            try:
                return answer(seen)
            finally:
                with lock:
                    under_way -= 1

        scenario.server.play("GET", scenario.path, serve)
        scenario.publish(1)
        with house.open() as wiring:
            heard = listen_all(wiring, wiring.targets())
    assert [each.target for each in heard] == [f"t{n}" for n in range(5 * limit)]
    assert {each.state: each.note for each in heard} == {"complete": ""}
    assert sum(each.saved.new for each in heard) == 1
    assert most == limit


def test_what_a_source_forgot_is_a_hole_and_the_operator_is_told_once(house: House) -> None:
    house.alerts(channels=[{"name": "hook", "url_env": "HOOK"}, {"name": "ops", "type": "console"}])
    with platform(house, "googleplay") as scenario:
        scenario.publish(1, 2)
        assert ask(house).state == "complete"
        house.clock.pass_(days=9)
        scenario.now = house.clock()
        scenario.fail(Answer(status=503, body={}))
        assert ask(house).state == "unavailable", "not even a failure makes it forget that"
        scenario.heal()
        house.clock.pass_(hours=2)
        assert ask(house).complete
        said = StringIO()
        console = Console(file=said, width=200)
        with open_wiring(
            house.settings, console=console, clock=house.clock, environment=house.secret
        ) as wiring:
            with wiring.database.reading() as tx:
                (hole,) = holes.list_holes(tx)
            assert (hole.start, hole.until) == (NOW, NOW + timedelta(days=2, hours=2))
            assert tell_operator(wiring) == 1
            assert tell_operator(wiring) == 0
            assert notify(wiring).delivered == 1
            report = markdown(brand_health(wiring, "Acme", wiring.clock()).full).replace("\\", "")
            assert "one: something is missing from 2026-11-22 12:00 UTC to 2026-11-24 14:00 UTC" in report
        assert "hole that nothing will fill" in said.getvalue()
        assert "keeps nothing for longer than 7 days" in said.getvalue()
        assert ask(house).complete
        with house.open() as wiring:
            assert tell_operator(wiring) == 0, "it was heard since: nothing is missing"


def test_the_operator_has_channels_of_his_own_if_he_wants(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    house.alerts(
        channels=[{"name": "a", "type": "console"}, {"name": "b", "type": "console"}], operator=["b"]
    )
    with house.open() as wiring:
        assert wiring.catalogue.alerting.operator_channels == ("b",)
    house.alerts(channels=[{"name": "a", "type": "console"}], operator=["c"])
    with (
        pytest.raises(ConfigError, match=r"alerts.yaml:1 \(operator\[0\]\): no channel is called c"),
        house.open(),
    ):
        pass


def test_a_backfill_goes_on_where_it_was_broken_off(house: House) -> None:
    with platform(house, "hackernews", page_size=2, max_pages=3) as scenario:
        scenario.publish(*range(1, 31))
        start, end = posted(5), posted(26)
        scenario.fail(Answer(status=503, body={}), after_pages=8)
        with house.open() as wiring:
            broken = backfill(wiring, wiring.targets()[0], start, end)
        assert (broken.state, broken.finished) == ("unavailable", False)
        assert 0 < broken.saved.new < 21
        scenario.heal()
        with house.open() as wiring:
            rest = backfill(wiring, wiring.targets()[0], start, end)
            assert rest.finished
            assert rest.saved.new == 21 - broken.saved.new
            assert rest.saved.duplicate <= 2, "it did not begin anew"
            with wiring.database.reading() as tx:
                found = {s.mention.external_id for s in find_mentions(tx, limit=100)}
            assert found == {scenario.external_id(n) for n in range(5, 26)}
            asked = len(scenario.server.requests)
            assert backfill(wiring, wiring.targets()[0], start, end).state == "done_already"
            assert len(scenario.server.requests) == asked
        assert ask(house).saved.duplicate + ask(house).saved.new > 0, "a poll has a checkpoint of its own"


def test_a_source_without_a_past_says_so(house: House) -> None:
    one_brand(house, {"id": 1, "text": "good"})
    with house.open() as wiring, pytest.raises(ConfigError, match="cannot be asked for a past span"):
        backfill(wiring, wiring.targets()[0], NOW - timedelta(days=9), NOW)


def test_a_past_that_is_yet_to_come_is_refused_before_anything_is_written(house: House) -> None:
    with platform(house, "hackernews"), house.open() as wiring:
        with pytest.raises(ConfigError, match="--to: lies in the future"):
            backfill(wiring, wiring.targets()[0], NOW - timedelta(days=9), NOW + timedelta(days=1))
        with wiring.database.reading() as tx:
            assert unfinished(tx) == []
