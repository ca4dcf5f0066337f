"""What is missing for good: only what the platform really forgot, and all of it."""

from __future__ import annotations

from datetime import timedelta

from flows.steps.poll import Heard
from storage.holes import Kind, StoredHole, list_holes
from tests.flows.conftest import NOW, House
from tests.flows.platforms import ask, platform
from tests.flows.test_ledger import standing
from tests.listeners.scenarios.base import Scenario
from tests.replay import Answer

SEARCH = "/2/tweets/search/recent"
MENTIONS = "/2/users/4242/mentions"
TOO_OLD = Answer(status=400, body={"errors": [{"parameters": {"since_id": ["1"]}, "message": "too old"}]})


def found(house: House) -> list[StoredHole]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return list_holes(tx)


def heard_after(house: House, scenario: Scenario, **time: float) -> Heard:
    house.clock.pass_(**time)
    scenario.now = house.clock()
    return ask(house)


def test_own_mentions_at_x_are_kept_for_longer_than_a_week(house: House) -> None:
    with platform(house, "x", query=None, user="4242") as scenario:
        scenario.server.play("GET", MENTIONS, scenario.serve)
        scenario.publish(1)
        assert ask(house).complete
        scenario.publish(2)
        assert heard_after(house, scenario, days=9).complete
        assert found(house) == []


def test_a_silence_hides_no_other_hole(house: House) -> None:
    with platform(house, "x") as scenario:
        scenario.publish(1)
        assert ask(house).complete
        post = scenario.record(2, "good") | {"created_at": (NOW + timedelta(days=15)).isoformat()}
        rest = Answer(body={"data": [post], "meta": {"result_count": 1}})
        scenario.server.on("GET", SEARCH, TOO_OLD, rest)
        heard_after(house, scenario, days=20)
        assert {(hole.kind, hole.start, hole.until) for hole in found(house)} == {
            (Kind.SILENCE, NOW, NOW + timedelta(days=13)),
            (Kind.WALL, NOW, NOW + timedelta(days=13, minutes=1)),
        }


def test_what_x_has_forgotten_is_lost_and_the_rest_of_a_walk_is_only_late(house: House) -> None:
    with platform(house, "x", max_pages=1, authors=False) as scenario:
        scenario.publish(1)
        assert ask(house).complete
        late = {"created_at": (NOW + timedelta(days=18)).isoformat()}
        scenario.records = {number: scenario.record(number, "good") | late for number in range(2, 8)}
        scenario.server.play(
            "GET", SEARCH, lambda seen: TOO_OLD if "since_id" in seen.query else scenario.serve(seen)
        )
        heard = heard_after(house, scenario, days=20)
        assert "cannot be had any more" in heard.note
        assert "the next poll reads the older posts" in heard.note
        spans = {
            (Kind.SILENCE, NOW, NOW + timedelta(days=13)),
            (Kind.WALL, NOW, NOW + timedelta(days=13, minutes=1)),
        }
        assert {(hole.kind, hole.start, hole.until) for hole in found(house)} == spans
        assert ask(house).saved.new == 3
        assert standing(house).window.asked_from == NOW, "there was more to come"
        assert {(hole.kind, hole.start, hole.until) for hole in found(house)} == spans


def test_a_wall_of_one_listing_is_not_hidden_by_what_another_shows_again(house: House) -> None:
    with platform(house, "discourse", listing="search", query="parcel OR hello") as scenario:
        scenario.records[1] = scenario.record(1, "good") | {"cooked": "hello"}
        assert ask(house).complete
        for number in range(2, 62):
            time = (NOW + timedelta(minutes=number)).isoformat()
            scenario.records[number] = scenario.record(number, "good") | {
                "topic_id": number,
                "created_at": time,
            }
        heard = heard_after(house, scenario, hours=2)
        assert "500 results" in heard.note
        ((kind, start, until),) = [(hole.kind, hole.start, hole.until) for hole in found(house)]
        assert (kind, start, until) == (Kind.WALL, NOW, NOW + timedelta(minutes=32))


def test_a_wall_after_a_week_is_told_as_a_wall(house: House) -> None:
    with platform(house, "x", query=None, user="4242", authors=False) as scenario:
        scenario.server.play("GET", MENTIONS, scenario.serve)
        scenario.publish(1)
        assert ask(house).complete
        later = NOW + timedelta(days=8)
        posts = [
            {**scenario.record(2, "good"), "id": scenario.external_id(1000 - number)} for number in range(800)
        ]
        pages = [
            {"data": [post | {"created_at": later.isoformat()} for post in posts[first : first + 100]]}
            for first in range(0, 800, 100)
        ]
        links = [*({"next_token": f"t{number}"} for number in range(7)), {}]
        answers = [Answer(body=page | {"meta": link}) for page, link in zip(pages, links, strict=True)]
        scenario.server.on("GET", MENTIONS, *answers)
        heard_after(house, scenario, days=9)
        assert [(hole.kind, hole.start, hole.until) for hole in found(house)] == [(Kind.WALL, NOW, later)]
