from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.change import NO_CHANGE, TOO_FEW, clear, of_counts, of_shares


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0, 0, TOO_FEW),
        (3, 1, TOO_FEW),
        (1, 28, TOO_FEW),
        (30, 0, "up from none"),
        (0, 40, "down 100 %"),
        (110, 100, NO_CHANGE),
        (150, 100, "up 50 %"),
        (100, 150, "down 33 %"),
        (3000, 100, "up 2,900 %"),
    ],
)
def test_counts(now: int, before: int, said: str) -> None:
    assert of_counts(now, before) == said


@pytest.mark.parametrize(
    ("now", "of_now", "before", "of_before", "said"),
    [
        (1, 1, 0, 1, TOO_FEW),
        (29, 29, 0, 1000, TOO_FEW),
        (0, 0, 0, 0, TOO_FEW),
        (0, 30, 0, 30, NO_CHANGE),
        (12, 40, 10, 40, NO_CHANGE),
        (30, 60, 10, 60, "up 33 points"),
        (10, 60, 30, 60, "down 33 points"),
        (51_000, 100_000, 50_000, 100_000, "up 1 point"),
        (5_040_000, 10_000_000, 5_010_000, 10_000_000, NO_CHANGE),
    ],
)
def test_shares(now: int, of_now: int, before: int, of_before: int, said: str) -> None:
    assert of_shares(now, of_now, before, of_before) == said


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_turned_round_it_is_said_as_loudly(now: int, before: int) -> None:
    quiet = (TOO_FEW, NO_CHANGE)
    assert (of_counts(now, before) in quiet) == (of_counts(before, now) in quiet)


def test_of_many_counts_that_are_looked_at_one_must_change_more() -> None:
    assert clear(60, 40)
    assert not clear(60, 40, among=15)
    assert clear(75, 40, among=15)
    assert of_counts(60, 40, among=15) == NO_CHANGE
    assert not clear(16, 13)


def test_one_in_twenty_unchanged_weeks_names_a_topic() -> None:
    chance = Random(7)
    weeks = [[chance.getrandbits(200).bit_count() for _ in range(15)] for _ in range(1_000)]
    alone = sum(clear(now, 200 - now) for week in weeks for now in week) / 15_000
    any_of_them = sum(any(clear(now, 200 - now, among=15) for now in week) for week in weeks) / 1_000
    assert 0.03 < alone < 0.08
    assert any_of_them < 0.08
