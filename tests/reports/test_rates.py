from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson_means_test

from reports.change import NO_CHANGE, TOO_FEW
from reports.rates import FEWEST, of_rates


@pytest.mark.parametrize(
    ("now", "of_now", "before", "of_before", "said"),
    [
        (10, 1_000, 40, 1_000, "down 75 %"),
        (40, 1_000, 10, 1_000, "up 300 %"),
        (12, 1_000, 0, 1_000, "up from none"),
        (0, 1_000, 12, 1_000, "down to none"),
        (20, 1_000, 25, 1_000, NO_CHANGE),
        (4, 1_000, 5, 1_000, TOO_FEW),
        (0, 0, 0, 0, TOO_FEW),
        (10, 29, 1, 1_000, TOO_FEW),
        (10, 100, 10, 1_000, "up 900 %"),
        (5_000, 1_000_000, 4_000, 1_000_000, "up 25 %"),
    ],
)
def test_what_is_said(now: int, of_now: int, before: int, of_before: int, said: str) -> None:
    assert of_rates(now, of_now, before, of_before) == said


@given(st.integers(0, 60), st.integers(30, 500), st.integers(0, 60), st.integers(30, 500))
def test_a_change_is_called_one_only_where_chance_seldom_makes_it(
    now: int, of_now: int, before: int, of_before: int
) -> None:
    said = of_rates(now, of_now, before, of_before)
    if now + before < FEWEST:
        assert said == TOO_FEW
        return
    share = of_now / (of_now + of_before)
    tails = [binomtest(now, now + before, share, alternative=side).pvalue for side in ("less", "greater")]
    chance = min(1.0, 2 * min(tails))
    if abs(chance - 0.05) > 1e-9:
        assert (said == NO_CHANGE) == (chance > 0.05)
    if said.startswith("up"):
        assert now / of_now > before / of_before
    if said.startswith("down"):
        assert now / of_now < before / of_before


def test_it_agrees_with_another_test_of_two_rates() -> None:
    """The E-test (Krishnamoorthy & Thomson 2004) is a little bolder."""
    assert poisson_means_test(30, 1_000, 12, 1_000).pvalue < 0.05
    assert of_rates(30, 1_000, 12, 1_000) == "up 150 %"
    assert poisson_means_test(20, 1_000, 15, 1_000).pvalue > 0.05
    assert of_rates(20, 1_000, 15, 1_000) == NO_CHANGE
