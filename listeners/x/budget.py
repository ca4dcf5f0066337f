"""What a target may still cost this month, and what its answers cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.budget import next_month
from core.clock import Clock
from core.errors import QuotaExhausted
from listeners.values import mapping
from listeners.x.options import USER_USD, XOptions


class Budget:
    """Keeps a target's account.

    Args:
        options: prices and the monthly budget.
        clock: says when the month ends.
        spent_usd: what the target has cost since the month began.
    """

    def __init__(self, options: XOptions, clock: Clock, spent_usd: float) -> None:
        self._options = options
        self._clock = clock
        self._spent = spent_usd
        self._unreported = 0.0

    def pay(self, usd: float) -> None:
        """Note what something has cost."""
        self._spent += usd
        self._unreported += usd

    def report(self) -> float:
        """What was paid since this was last asked, for a page's `spend_usd`."""
        spend, self._unreported = round(self._unreported, 6), 0.0
        return spend

    def cost(self, body: Mapping[str, Any]) -> float:
        """What X charges for an answer, at the most: it counts a resource once a UTC day."""
        users = mapping(body.get("includes")).get("users")
        authors = len(users) if isinstance(users, list) else 0
        return len(body.get("data") or ()) * self._options.post_usd + authors * USER_USD

    def page_size(self) -> int:
        """As many posts as asked for, or as many as the rest of the budget pays in the worst case."""
        left = self._options.monthly_budget_usd - self._spent
        return min(self._options.page_size, int(left / self._options.worst_usd + 1e-9))

    def stop(self) -> str:
        """Why no further page is asked for this month; empty: go on."""
        if self.page_size() >= self._options.smallest_page:
            return ""
        budget, resets = self._options.monthly_budget_usd, self._resets()
        return (
            f"the budget of {budget:.2f} USD a month does not pay a further page ({self._spent:.2f} USD "
            f"spent); the rest is read from {resets:%Y-%m-%d}, as far as X still has it"
        )

    def demand_page(self) -> None:
        """Raise QuotaExhausted where the budget does not pay a further page."""
        if stop := self.stop():
            said = (
                f"X: {stop}. To go on earlier, raise monthly_budget_usd of the target, and the budget over "
                "everything in brands.yaml where there is one"
            )
            raise QuotaExhausted(said, self._resets())

    def _resets(self) -> datetime:
        return next_month(self._clock())
