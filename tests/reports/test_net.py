from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.counts import Counts
from reports.change import ENOUGH, NO_CHANGE, TOO_FEW
from reports.net import difference, net_of, net_words, of_nets

numbers = st.integers(0, 400)
some_counts = st.builds(Counts, positive=numbers, negative=numbers, neutral=numbers)


def counts(positive: int, negative: int, read: int) -> Counts:
    return Counts(positive=positive, negative=negative, neutral=read - positive - negative)


def test_of_nothing_there_is_none() -> None:
    assert net_of(Counts()) is None


def test_by_hand() -> None:
    """60 positive and 30 negative of 120: p = 61/122 and q = 31/122, as in Bonett and Price (2012)."""
    net = net_of(counts(60, 30, 120))
    assert net is not None
    assert net.value == 25.0
    middle, error = 30 / 122, math.sqrt((92 / 122 - (30 / 122) ** 2) / 122)
    assert net.low == pytest.approx((middle - 1.96 * error) * 100)
    assert net.high == pytest.approx((middle + 1.96 * error) * 100)
    assert net.certain


def test_one_text_is_no_certainty() -> None:
    net = net_of(counts(0, 1, 1))
    assert net is not None
    assert (net.value, net.low) == (-100.0, -100.0)
    assert net.high > 0
    assert not net.certain


@given(some_counts)
def test_the_band_holds_the_figure(some: Counts) -> None:
    net = net_of(some)
    if net is not None:
        assert -100 <= net.low <= net.value <= net.high <= 100


@pytest.mark.parametrize("count", [ENOUGH, 2 * ENOUGH, 4 * ENOUGH])
@pytest.mark.parametrize("truth", [(0.1, 0.1), (0.2, 0.5), (0.05, 0.7), (0.5, 0.5), (0.9, 0.05)])
def test_the_band_holds_the_truth_in_95_of_100_cases(count: int, truth: tuple[float, float]) -> None:
    """Exactly, over everything that can come of so many texts; with fewer, none is shown alone."""
    p, q = truth
    held = 0.0
    for a in range(count + 1):
        for b in range(count + 1 - a):
            rest = count - a - b
            ways = math.comb(count, a) * math.comb(count - a, b)
            chance = ways * p**a * q**b * max(0.0, 1 - p - q) ** rest
            net = net_of(counts(a, b, count))
            assert net is not None
            held += chance * (net.low <= (p - q) * 100 <= net.high)
    assert 0.93 <= held <= 1


def test_changes() -> None:
    assert of_nets(counts(10, 10, 29), counts(10, 10, 400)) == TOO_FEW
    assert of_nets(counts(40, 20, 100), counts(38, 22, 100)) == NO_CHANGE
    assert of_nets(counts(20, 60, 100), counts(60, 20, 100)) == "down 80 points"
    assert of_nets(counts(60, 20, 100), counts(20, 60, 100)) == "up 80 points"
    assert difference(counts(20, 60, 100), counts(60, 20, 100)) == pytest.approx(-80)
    assert difference(counts(1, 1, 29), counts(60, 20, 100)) is None


def test_in_words() -> None:
    assert net_words(counts(60, 30, 120)) == "+25 (+10 to +39)"
    assert net_words(counts(3, 5, 17)) == "too few to tell (3 positive, 5 negative of 17)"
    assert net_words(Counts(mentions=3, unread=3)) == "nothing read"
