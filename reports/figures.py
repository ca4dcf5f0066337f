"""What the reports are made from; flows fill these from storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one period held.

    All but `mentions` and `alerts_opened` count different texts: what many posts say in the same words is one
    voice in an opinion.
    """

    mentions: int = 0
    """Posts: how often the brand came up."""
    texts: int | None = None
    """Different ones among them; None: all of them are."""
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    complaints: int = 0
    unread: int = 0
    """Collected, not yet read by the model."""
    unsupported: int = 0
    """In languages that the model cannot read; counted in none of the sentiments."""
    alerts_opened: int = 0

    @property
    def repeated(self) -> bool:
        """Whether posts say the same as others."""
        return self.texts is not None and self.texts < self.mentions

    @property
    def read(self) -> int:
        """How many have a sentiment: what the shares are shares of."""
        return self.negative + self.neutral + self.positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was collected for one target in the period."""

    target: str
    state: str
    """`ok`, or the word of the coverage ledger for what went wrong."""
    whole: bool
    """Whether all that was asked for came; if not, the figures have a hole."""
    last_success: datetime | None
    new: int = 0
    rejected: int = 0
    """Records that could not be read; they are kept."""
    note: str = ""
    spend_usd: float = 0.0
    health: str = ""
    """How it is heard (core.listening.Health); empty: not known."""
    heard: int | None = None
    """New mentions of the last 24 hours; None: not known."""
    usual: float | None = None
    """In the same hours of earlier weeks; None: there is nothing to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert, newest first."""

    id: int
    status: str
    priority: str
    headline: str
    opened_at: datetime
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint in its author's words."""

    text: str
    source: str
    posted_at: datetime
    link: str = ""
    posts: int = 1
    """How many say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandHealth:
    """The figures of one brand for one period."""

    brand: str
    start: datetime
    end: datetime
    as_of: datetime
    now: Counts
    before: Counts | None = None
    """The period of the same length before; None: Earful did not listen yet."""
    alerts_open: int = 0
    coverage: tuple[Coverage, ...] = ()
    alerts: tuple[AlertLine, ...] = ()
    complaints: tuple[Complaint, ...] = ()
