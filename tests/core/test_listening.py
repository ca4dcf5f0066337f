from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.listening import SPANS, Health, Signs, Volume, at_most, comparable, judge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHORT, LONG = SPANS


def signs(**changes: Any) -> Signs:
    values: dict[str, Any] = {
        "state": "complete",
        "succeeded_at": NOW - HOUR,
        "not_before": None,
        "volumes": {SHORT: Volume(heard=2), LONG: Volume(heard=9)},
    }
    return Signs(**{**values, **changes})


def volumes(heard: int, *before: int) -> dict[timedelta, Volume]:
    return {LONG: Volume(heard=heard, before=before)}


@pytest.mark.parametrize(
    ("changes", "health"),
    [
        ({}, Health.OK),
        ({"state": "truncated"}, Health.OK),
        ({"state": "running"}, Health.OK),
        ({"volumes": volumes(0)}, Health.QUIET),
        ({"volumes": volumes(0, 0, 1, 0, 2)}, Health.QUIET),
        ({"volumes": volumes(0, 3, 4, 5, 3)}, Health.QUIET),
        ({"volumes": volumes(0, 30, 40, 20, 25)}, Health.SILENT),
        ({"volumes": volumes(0, 30)}, Health.SILENT),
        ({"volumes": volumes(0, 900, 0, 0, 0)}, Health.QUIET),
        ({"volumes": volumes(40, 900, 800, 1_000, 950)}, Health.SILENT),
        ({"volumes": volumes(200, 900, 800, 1_000, 950)}, Health.OK),
        ({"volumes": {SHORT: Volume(heard=0, before=(50, 60)), **volumes(300, 400)}}, Health.SILENT),
        ({"succeeded_at": NOW - 4 * HOUR}, Health.LATE),
        ({"succeeded_at": None}, Health.LATE),
        ({"succeeded_at": NOW - 4 * HOUR, "state": "unavailable"}, Health.BROKEN),
        ({"state": "unavailable"}, Health.OK),
        *(({"state": state}, Health.BROKEN) for state in ("auth_failed", "gone", "schema_changed", "failed")),
        ({"state": "quota_exhausted"}, Health.BROKEN),
        ({"state": "rate_limited", "not_before": NOW + HOUR}, Health.WAITING),
        ({"state": "rate_limited", "not_before": NOW - HOUR}, Health.OK),
        ({"state": "quota_exhausted", "not_before": NOW + HOUR, "succeeded_at": None}, Health.WAITING),
        ({"state": "interrupted", "succeeded_at": NOW - 5 * HOUR}, Health.LATE),
    ],
)
def test_no_mentions_and_broken_look_different(changes: dict[str, Any], health: Health) -> None:
    assert judge(signs(**changes), NOW) is health


def test_the_chance_of_few() -> None:
    assert at_most(0, 3.0) == pytest.approx(0.0498, abs=1e-4)
    assert at_most(2, 3.0) == pytest.approx(0.4232, abs=1e-4)
    assert at_most(50, 3.0) == pytest.approx(1.0)
    assert at_most(5, 5_000.0) == 0.0


def test_weeks_before_the_first_day_are_not_compared_with() -> None:
    begun = NOW - timedelta(days=16)
    assert [week for week in range(1, 5) if comparable(SHORT, week, NOW, begun)] == [1, 2]
    assert [week for week in range(1, 5) if comparable(LONG, week, NOW, begun)] == [1, 2]
    assert not comparable(LONG, 2, NOW, begun + timedelta(seconds=1))
    assert not comparable(LONG, 1, NOW, NOW)
