from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.permits import MARGIN, bucket


@pytest.mark.parametrize(
    ("requests", "seconds", "burst", "handful"),
    [(1, 1, 1, 1), (2, 1, 1, 1), (10, 60, 5, 1), (100, 60, 50, 5), (450, 900, 225, 10), (100, 10, 50, 1)],
)
def test_half_at_once_and_the_rest_spread(requests: int, seconds: float, burst: int, handful: int) -> None:
    rule = bucket(requests, seconds)
    assert (rule.burst, rule.handful) == (burst, handful)
    assert rule.keeps_for <= seconds * (MARGIN - 1)


@given(
    requests=st.integers(1, 60),
    seconds=st.floats(0.5, 900),
    pauses=st.lists(st.floats(0, 1), max_size=200),
)
def test_no_span_ever_holds_more_than_the_limit(requests: int, seconds: float, pauses: list[float]) -> None:
    rule, now, full_at = bucket(requests, seconds), 1_000.0, 0.0
    times: list[float] = []
    for pause in pauses:  # somebody who asks as often as he can, and now and then waits
        now += pause * seconds / requests * 3
        while (later := rule.after(full_at, now, 1)) is not None:
            full_at = later
            times.append(now)
    for first, time in enumerate(times):
        within = [t for t in times[first:] if t < time + seconds]
        assert len(within) <= requests


def test_an_empty_bucket_says_when_there_is_a_permit() -> None:
    rule, full_at = bucket(10, 60), 0.0
    for _ in range(rule.burst):
        later = rule.after(full_at, 100.0, 1)
        assert later is not None
        full_at = later
    assert rule.after(full_at, 100.0, 1) is None
    retry_at = rule.retry_at(full_at)
    assert retry_at == pytest.approx(100.0 + rule.spacing)
    assert rule.after(full_at, retry_at - 0.01, 1) is None
    assert rule.after(full_at, retry_at, 1) is not None


def test_a_blocked_bucket_gives_one_permit_at_the_time_and_not_before() -> None:
    rule = bucket(100, 60)
    full_at = rule.blocked_until(500.0)
    assert rule.after(full_at, 499.9, 1) is None
    assert rule.after(full_at, 500.0, 1) is not None
    assert rule.after(full_at, 500.0, 2) is None
