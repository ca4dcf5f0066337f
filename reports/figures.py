"""What the reports about one brand are made from; flows fill these from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.counts import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Different texts about one topic."""

    complaints: int = 0
    positive: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of time, and how what it held divides."""

    name: str
    """In words that go on a sentence: "today until 10:05"."""
    counts: Counts
    sources: Mapping[str, Counts] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    """A text may be about several, or none."""
    holes: bool = False
    """Whether something in it could not be collected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One text that many posts say."""

    text: str
    source: str
    link: str
    posts: int
    before: int
    """Posts that said it in the span before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A span against an earlier one of the same length."""

    now: Span
    before: Span | None
    """None: nobody listened then."""
    title: str = ""
    """Of its column: "Yesterday until 10:05"."""
    campaigns: Sequence[Campaign] = ()
    """The texts that most posts of the present span say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the team's time zone."""

    day: date
    counts: Counts
    hole: bool = False
    """Whether something of it could not be collected."""
    partial: bool = False
    """Whether it is not over."""
    known: bool = True
    """Whether figures of it say anything: somebody listened, or has collected it afterwards."""


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
class Waiting:
    """An open alert that nobody has acknowledged."""

    id: int
    priority: str
    headline: str
    waited: timedelta
    """Since it was opened."""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text in its author's words."""

    text: str
    source: str
    posted_at: datetime
    link: str = ""
    posts: int = 1
    """How many say the same."""
    author: str = ""
    """The handle; empty: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every report about a brand says: whose, of when, and what is missing."""

    brand: str
    as_of: datetime
    zone: ZoneInfo
    """Of the team: days and times are there."""
    coverage: Sequence[Coverage] = ()
    holes: Sequence[str] = ()
    """What nothing will bring back, one line each."""
    heard_from: date | None = None
    """The day on which somebody began to listen; None: nobody has yet."""
    newest: date | None = None
    """The day of the newest mention; None: there is none."""
    competitor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandHealth:
    """The figures of one brand."""

    frame: Frame
    today: Sequence[Comparison]
    """The day so far against the same hours of earlier days; the first is yesterday."""
    week: Comparison
    """The last seven days, today so far with them, against the seven before until the same time of day."""
    days: Sequence[Day]
    """The last ones, today with them."""
    topic_days: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Complaints by topic, on each of `days`."""
    alerts_open: int = 0
    unanswered: int = 0
    waiting: Sequence[Waiting] = ()
    """The unanswered alerts that have waited longest."""
    complaints: Sequence[Example] = ()
    """The clearest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFigures:
    """One topic in complaints or in praise."""

    name: str
    now: int
    """Different texts of the last seven days."""
    before: int | None
    """Of the seven before; None: nobody listened then."""
    days: Sequence[int]
    """On each of the report's days."""
    examples: Sequence[Example] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What people complain about, or are happy about."""

    frame: Frame
    week: Comparison
    days: Sequence[Day]
    topics: Sequence[TopicFigures]
    """The largest first."""
    examples: Sequence[Example] = ()
    """Of those that are about no topic that is known."""
    severity: Mapping[str, int] = field(default_factory=dict)
    """How many texts of the last seven days are likeliest to be that severe."""
    emotion: Mapping[str, int] = field(default_factory=dict)
    """By the likeliest emotion."""
