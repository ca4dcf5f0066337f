from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery import decide, dedupe_key
from core.alerting import Retry

T = datetime(2026, 11, 22, tzinfo=UTC)


def full() -> float:
    return 1.0


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 60), (2, 120), (3, 240), (7, 3840), (8, None), (9, None), (1000, None)]
)
def test_doubles_then_gives_up(attempts: int, seconds: float | None) -> None:
    again = decide(attempts, Retry(attempts=8), T, full)
    assert again == (None if seconds is None else T + timedelta(seconds=seconds))


def test_is_capped() -> None:
    assert decide(49, Retry(attempts=50), T, full) == T + timedelta(hours=6)


def test_jitter_takes_up_to_half() -> None:
    assert decide(1, Retry(attempts=8), T, lambda: 0.0) == T + timedelta(seconds=30)


@given(
    st.integers(0, 60),
    st.builds(
        Retry,
        attempts=st.integers(1, 50),
        first_wait_seconds=st.floats(0, 1e6),
        longest_wait_seconds=st.floats(0, 1e6),
    ),
    st.floats(0, 1, exclude_max=True),
)
def test_never_in_the_past_never_beyond_the_cap(attempts: int, retry: Retry, drawn: float) -> None:
    again = decide(attempts, retry, T, lambda: drawn)
    assert (again is None) == (attempts >= retry.attempts)
    if again is not None:
        assert T <= again <= T + timedelta(seconds=retry.longest_wait_seconds) + timedelta(microseconds=1)


def test_key_is_stable_and_fits_a_header() -> None:
    key = dedupe_key(rule="laut \u00e4\n", subject="s", alert_id=12, sequence=1, channel="support")
    assert key == dedupe_key(rule="laut \u00e4\n", subject="s", alert_id=12, sequence=1, channel="support")
    assert key.isascii()
    assert len(key) == 39
    # The literal holds the promise over versions: a changed key would send what was sent before once more.
    assert (
        dedupe_key(rule="loud", subject="s", alert_id=1, sequence=1, channel="c")
        == "earful-cca989b03d27245753ef9d4838e7273a"
    )


name = st.text(max_size=5)
facts = st.tuples(name, name, st.integers(0, 99), st.integers(0, 99), name)


@given(facts, facts)
def test_different_facts_different_keys(
    one: tuple[str, str, int, int, str], other: tuple[str, str, int, int, str]
) -> None:
    keys = [
        dedupe_key(rule=r, subject=b, alert_id=a, sequence=s, channel=c) for r, b, a, s, c in (one, other)
    ]
    assert (keys[0] == keys[1]) == (one == other)
