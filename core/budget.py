"""The stop order of a month's money: what can wait stops first, own mentions last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NEAR = 0.8
"""From this share of the budget on, only what is essential is still asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What may be spent over everything this month.

    Args:
        monthly_usd: the budget of brands.yaml; None: there is none.
        spent_usd: what everything has cost since the month began.
    """

    monthly_usd: float | None
    spent_usd: float

    def left(self, *, essential: bool) -> float | None:
        """What a target may still cost; None: there is no budget over everything."""
        if self.monthly_usd is None:
            return None
        limit = self.monthly_usd if essential else self.monthly_usd * NEAR
        return max(0.0, self._left_of(limit))

    def stop(self, *, essential: bool) -> str:
        """Why a paid target is not asked any more this month; empty: it is."""
        left = self.left(essential=essential)
        if left is None or left > 0:
            return ""
        share = "all" if essential else f"{NEAR:.0%}"
        kept = "" if essential else "; the rest is kept for essential targets"
        return (
            f"{share} of the budget of {self.monthly_usd:.2f} USD a month over everything is spent{kept}. "
            "Raise budget: monthly_usd in brands.yaml to go on earlier"
        )

    @property
    def told_at(self) -> float | None:
        """The highest mark that was reached, as a share of the budget: the operator is told of each once."""
        if self.monthly_usd is None:
            return None
        return next((mark for mark in (1.0, NEAR) if self._left_of(mark * self.monthly_usd) <= 0), None)

    def _left_of(self, limit: float) -> float:
        """Without what floating point adds: 0.8 * 1.5 is more than 1.2."""
        return round(limit - self.spent_usd, 6)


def month_of(now: datetime) -> datetime:
    """When the month began, in UTC."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """When the next one begins."""
    return month_of(month_of(now) + timedelta(days=32))
