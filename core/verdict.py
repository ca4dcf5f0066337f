"""Verdicts: what a person says about a reading, and what is left of one as evidence for the thresholds.

A verdict trains nothing. It measures how often a rule is right, and it may move that rule's threshold
for that brand within bounds (alerts/thresholds.py). docs/verdicts.md tells it to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

COUNTS_FOR = timedelta(days=365)
"""A verdict older than this moves nothing any more: brands, customers and their words change. It also
lets a threshold that was raised come back, as what lies under it is no longer flagged and judged."""


class Said(StrEnum):
    """What a person says about a text, for one brand."""

    FINE = "fine"
    """Nobody is unhappy with the brand here."""
    NEGATIVE = "negative"
    """Unhappy, but not complaining about anything."""
    COMPLAINT = "complaint"
    UNHAPPY = "unhappy"
    """Worth following up; whether it is a complaint was not asked."""

    def confirms(self, *, complaint: bool) -> bool:
        """Whether a rule that flags such a text is right.

        Args:
            complaint: whether the rule is about complaints; else it is about negative sentiment.
        """
        if self is Said.NEGATIVE:
            return not complaint
        return self is not Said.FINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A person's word on one mention for one brand, with the reading's numbers at that moment.

    The numbers stay when the mention is forgotten; `why` does not, as it may quote what was written.
    """

    mention_id: int | None
    """As stored; None: the mention was erased."""
    brand: str
    said: Said
    by: str
    """Who: a person's name as given."""
    at: datetime
    why: str
    revision: str
    """The model that read it."""
    negative: float
    complaint: float
    rules: tuple[str, ...] = ()
    """The rules that had flagged the mention; none: it was missed, or rightly left alone."""
    alert_id: int | None = None
    """The alert whose step implied it; None: a person judged the mention itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a standing verdict tells the thresholds: numbers only."""

    said: Said
    negative: float
    """Probability by the model in use."""
    complaint: float
    """Likewise."""
    rules: frozenset[str] = frozenset()
    """Those that had flagged it."""
    alert_id: int | None = None
    """Verdicts that one step on one alert implied are one decision: see alerts/thresholds.py."""
    rating: float | None = None
    followers: int | None = None
