from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shares import wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # By hand from Wilson's formula; the last is of Newcombe, Two-sided confidence intervals (1998), table I.
    [
        (0, 0, 0.0, 1.0),
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_an_interval_from_the_textbook(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 10**6), st.data())
def test_an_interval_holds_the_share_and_stays_within_bounds(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
