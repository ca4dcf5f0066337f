from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.clock import utc_now


def test_the_time_is_aware_in_utc_and_now() -> None:
    now = utc_now()
    assert now.tzinfo is UTC
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)
