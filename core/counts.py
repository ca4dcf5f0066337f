"""What was said about a brand in some days, or in a part of one, as numbers that can be added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All but `mentions` count different texts: what many posts say in the same words is one voice.

    texts = negative + neutral + positive + unsupported + unread + without_text; complaints and unsure are
    among the texts, too.
    """

    mentions: int = 0
    """Posts: how often the brand came up."""
    texts: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    complaints: int = 0
    unsure: int = 0
    unsupported: int = 0
    """In languages that the model cannot read; counted in none of the sentiments."""
    unread: int = 0
    """Collected, not yet read by the model."""
    without_text: int = 0
    """Deleted, or never had one."""

    @property
    def repeated(self) -> bool:
        """Whether posts say the same as others."""
        return 0 < self.texts < self.mentions

    @property
    def read(self) -> int:
        """How many have a sentiment: what the shares are shares of."""
        return self.negative + self.neutral + self.positive

    @staticmethod
    def total(several: Iterable[Counts]) -> Counts:
        """All of them together."""
        each = list(several)
        return Counts(**{f.name: sum(getattr(one, f.name) for one in each) for f in fields(Counts)})
