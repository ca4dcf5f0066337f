"""Each brand's thresholds, from its verdicts: for judging, and for showing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.thresholds import Threshold, apply, calibrate
from core.alerting import Rule
from core.verdict import COUNTS_FOR
from storage import verdicts

if TYPE_CHECKING:
    from storage.database import Transaction


def brand_thresholds(
    tx: Transaction, rules: Sequence[Rule], brand: str, revision: str, now: datetime
) -> tuple[Threshold, ...]:
    """Every rule's threshold for a brand.

    Args:
        tx: the open transaction.
        rules: as configured.
        brand: whose.
        revision: the model whose readings are judged.
        now: the present time; what people said long ago does not count.
    """
    return calibrate(rules, verdicts.cases(tx, brand, revision, since=now - COUNTS_FOR))


class BrandRules:
    """The rules as they are for each brand, worked out once a run, and only for brands with something new."""

    def __init__(self, rules: Sequence[Rule], now: datetime) -> None:
        self._rules, self._now = rules, now
        self._known: dict[tuple[str, str], tuple[Rule, ...]] = {}

    def of(self, tx: Transaction, brand: str, revision: str) -> tuple[Rule, ...]:
        """A brand's, for what this model read."""
        key = brand, revision
        if key not in self._known:
            found = brand_thresholds(tx, self._rules, brand, revision, self._now)
            self._known[key] = apply(self._rules, found)
        return self._known[key]
