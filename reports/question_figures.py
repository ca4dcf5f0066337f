"""The figures behind the report on questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.change import of_counts
from reports.figures import Example, Frame
from reports.rates import of_rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many texts of a span asked it."""

    texts: int
    of: int
    """All texts about the brand in the span."""
    days: int

    @property
    def per_thousand(self) -> str:
        """For a table."""
        return f"{self.texts / self.of * 1_000:,.1f}" if self.of else "no texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer that a person recorded."""

    url: str
    published_at: datetime
    by: str
    note: str
    before: Rate | None
    """Up to 28 days before the day of publication; None: nothing is known of them."""
    after: Rate | None
    """Up to 28 days after it; None: there is none yet."""

    @property
    def effect(self) -> str:
        """What became of the rate, as loudly as the numbers allow."""
        if self.after is None:
            return "too early to tell"
        if self.before is None:
            return "not known: nothing was collected before"
        return of_rates(self.after.texts, self.after.of, self.before.texts, self.before.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One question or complaint."""

    number: int
    label: str
    """The post that is nearest to all the others; empty: none has words any more."""
    words: Sequence[str]
    """That tell it from the other questions."""
    now: int
    """Different texts of the last seven days."""
    before: int | None
    """Of the seven before; None: nobody listened then."""
    asking: int
    """Of both weeks' posts in percent: how many ask; the others complain."""
    days: Sequence[int]
    """On each of the report's days."""
    topic: str
    """The one that most of its texts are about; empty: none."""
    first_seen: date
    examples: Sequence[Example] = ()
    answer: Answered | None = None

    @property
    def change(self) -> str:
        """Against the week before, as loudly as the numbers allow."""
        return "" if self.before is None else of_counts(self.now, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """A brand's questions, the most frequent first."""

    frame: Frame
    days: Sequence[date]
    holes: Collection[date]
    asked: Sequence[AskedQuestion]
    more: int = 0
    """Questions of these two weeks that are not listed."""
    alone: int = 0
    """Posts of the last 28 days that ask or complain about what too few others do."""
    waiting: int = 0
    """Posts that the next run will look at."""
    left_out: int = 0
    """Different texts that are compared with no others, as there are too many."""
