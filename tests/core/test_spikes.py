"""When far more is written than usual: today's volume against the same hours of earlier weeks."""

from __future__ import annotations

import math

import pytest

from core.listening import Volume, at_least, together


@pytest.mark.parametrize(
    ("heard", "before", "unusual"),
    [
        (100, (20, 25, 22, 18), True),
        (100, (60, 55, 62, 58), False),  # less than twice what is usual
        (29, (1, 2, 1, 1), False),  # too few to bother anybody
        (30, (1, 2, 1, 1), True),
        (30, (0, 0, 0, 0), True),  # from nothing
        (100, (20,), False),  # one week says nothing about what is usual
        (100, (20, 25), True),
        (100, (), False),
        (100, (20, 25, 22, 95), False),  # it was so once before: no more than such days are
        (250, (20, 25, 22, 95), True),
        (0, (20, 25, 22, 18), False),
        (60, (30, 30, 30, 46), False),  # twice as many, and chance explains it on the busiest week
        (40_000, (10_000, 11_000, 9_000, 10_500), True),  # large numbers do not overflow
        (11_500, (10_000, 11_000, 9_000, 10_500), False),
    ],
)
def test_a_spike_is_told_from_a_busy_day(heard: int, before: tuple[int, ...], unusual: bool) -> None:
    assert Volume(heard=heard, before=before).unusually_much is unusual


def test_a_brands_targets_count_together_over_the_weeks_that_all_of_them_know() -> None:
    old = Volume(heard=40, before=(10, 12, 8, 9))
    young = Volume(heard=30, before=(5, 6))
    new = Volume(heard=500)  # its first days bring the past
    assert together([old, young, new]) == Volume(heard=70, before=(15, 18))
    assert together([]) == Volume(heard=0)
    assert not together([new]).unusually_much


@pytest.mark.parametrize(
    ("count", "expected", "chance"),
    [(0, 3.0, 1.0), (1, 1.0, 1 - math.exp(-1)), (3, 1.0, 1 - 2.5 * math.exp(-1)), (1, 0.0, 0.0)],
)
def test_the_chance_of_so_many_is_poissons(count: int, expected: float, chance: float) -> None:
    assert at_least(count, expected) == pytest.approx(chance, abs=1e-12)


def test_small_and_large_expectations_meet() -> None:
    assert at_least(560, 500.0) == pytest.approx(at_least(560, 500.001), rel=0.25)
