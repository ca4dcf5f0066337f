from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.budget import Purse, month_of, next_month


@pytest.mark.parametrize(
    ("budget", "spent", "others", "essential", "told"),
    [
        (None, 1_000.0, None, None, None),
        (100.0, 0.0, 80.0, 100.0, None),
        (100.0, 79.0, 1.0, 21.0, None),
        (100.0, 80.0, 0.0, 20.0, 0.8),
        (100.0, 99.5, 0.0, 0.5, 0.8),
        (100.0, 100.0, 0.0, 0.0, 1.0),
        (100.0, 130.0, 0.0, 0.0, 1.0),
        (1.5, 1.2, 0.0, 0.3, 0.8),
    ],
)
def test_own_mentions_stop_last(
    budget: float | None, spent: float, others: float | None, essential: float | None, told: float | None
) -> None:
    purse = Purse(monthly_usd=budget, spent_usd=spent)
    assert purse.left(essential=False) == (None if others is None else pytest.approx(others))
    assert purse.left(essential=True) == (None if essential is None else pytest.approx(essential))
    assert bool(purse.stop(essential=False)) == (others == 0)
    assert bool(purse.stop(essential=True)) == (essential == 0)
    assert purse.told_at == told


def test_a_stop_says_what_to_do() -> None:
    said = Purse(monthly_usd=50, spent_usd=45).stop(essential=False)
    assert "80%" in said
    assert "50.00 USD" in said
    assert "monthly_usd in brands.yaml" in said


def test_months_end() -> None:
    now = datetime(2026, 12, 31, 23, 59, 59, 5, tzinfo=UTC)
    assert month_of(now) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_month(now) == datetime(2027, 1, 1, tzinfo=UTC)
    assert next_month(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 1, tzinfo=UTC)
