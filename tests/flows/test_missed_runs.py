"""Runs come late, in any order, twice, or never: what is stored depends on the stored checkpoint alone."""

from __future__ import annotations

import pytest

from flows.steps.listen import listen
from storage.mentions import find_mentions
from tests.flows.conftest import House
from tests.flows.platforms import ask, platform


def stored(house: House) -> list[str]:
    with house.open() as wiring, wiring.database.reading() as tx:
        return sorted(found.mention.external_id for found in find_mentions(tx, limit=100))


@pytest.mark.parametrize("hours_run", [(0, 1, 2, 3), (0, 3), (3,), (0, 1, 1, 3, 3)])
def test_an_hour_that_never_came_is_caught_up_by_the_next_one(
    house: House, hours_run: tuple[int, ...]
) -> None:
    """Each hour three posts appear; whichever hours a run came in, after the last one all are there once."""
    with platform(house, "hackernews") as scenario:
        for hour in range(4):
            scenario.publish(*range(3 * hour, 3 * hour + 3))
            for _ in range(hours_run.count(hour)):
                assert ask(house).complete
            house.clock.pass_(hours=1)
        expected = sorted(scenario.external_id(number) for number in range(12))
    assert stored(house) == expected


def test_a_late_run_that_comes_after_its_successor_asks_for_nothing_old(house: House) -> None:
    with platform(house, "hackernews") as scenario:
        scenario.publish(*range(9))
        assert ask(house).saved.new == 9
        late = ask(house)
    assert (late.saved.new, late.complete) == (0, True)
    assert len(stored(house)) == 9


def test_a_run_that_overlaps_another_leaves_its_targets_to_it(house: House) -> None:
    with platform(house, "hackernews") as scenario:
        scenario.publish(1)
        serve, inside = scenario.serve, []

        def overlapping(seen):  # type: ignore[no-untyped-def]
            if not inside:
                inside.append("asking")
                inside.append(ask(house).state)
            return serve(seen)

        scenario.server.play("GET", scenario.path, overlapping)
        with house.open() as wiring:
            first = listen(wiring, wiring.targets()[0])
    assert inside == ["asking", "busy"]
    assert (first.state, first.saved.new) == ("complete", 1)
