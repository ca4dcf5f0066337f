"""Unhappy customers who wait: how many, since when, and how fast the last ones were seen and answered."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from reports.document import Block, Bullets, Folded, Heading, Line, Link, Paragraph, Report, Strong, Table
from reports.wording import moment, percent, plural, span, words

KEY = "open-alerts"
TITLE = "Open alerts"
SHOWN_AT_ONCE = 8
SOME = 10
"""Fewer than these say nothing about the slowest tenth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """How many open alerts stand in one place."""

    status: str
    priority: str
    age: int
    """Place in OpenAlerts.ages; one more than there are: older than all."""
    alerts: int
    unseen: int
    """How many of them nobody has acknowledged."""
    oldest_at: datetime
    """When the first of them was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open alert."""

    id: int
    brand: str
    headline: str
    priority: str
    status: str
    opened_at: datetime
    mentions: int = 1
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long something took for those alerts for which it has happened."""

    took: Sequence[timedelta] = ()
    """In any order."""
    not_yet: int = 0
    """Alerts that are open and for which it has not happened."""
    never: int = 0
    """Alerts that ended without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlerts:
    """The figures behind the report."""

    as_of: datetime
    zone: tzinfo
    days: int
    """How many days "of late" are."""
    open: Sequence[Open] = ()
    ages: Sequence[timedelta] = ()
    """At most so old, rising."""
    priorities: Sequence[str] = ()
    """In order, the most urgent first."""
    statuses: Sequence[str] = ()
    """In the order of an alert's life."""
    waiting: Sequence[Waiting] = ()
    """The most urgent first, of these the oldest; as many as are listed at most."""
    opened: int = 0
    """Of late."""
    seen: Pace = field(default_factory=Pace)
    touched: Pace = field(default_factory=Pace)
    """Until the first step that a person took."""
    ended: Sequence[tuple[str, int]] = ()
    """How many of those opened of late ended in which status."""
    outcomes: Sequence[tuple[str, int]] = ()
    """With what outcome for the customer those of them that were resolved did."""

    @property
    def count(self) -> int:
        """How many are open."""
        return sum(each.alerts for each in self.open)


def open_alerts(found: OpenAlerts) -> Report:
    """The report."""
    ages, priorities, statuses = _by_age(found), _by_priority(found), _by_status(found)
    return Report(
        key=KEY,
        title=TITLE,
        compact=[
            Paragraph(_sentence(found)),
            *_if(found.count, priorities, ages),
            Paragraph(f"In the last {found.days} days:"),
            _paces(found),
            *_if(len(found.waiting), _list(found.waiting[:SHOWN_AT_ONCE], found)),
            Paragraph(f"As of {moment(found.as_of, found.zone)}."),
        ],
        full=[
            Heading(TITLE, 1),
            *_if(found.count, Heading("How many"), statuses),
            Heading("The most urgent first"),
            *_waiting(found),
            Heading(f"Those opened in the last {found.days} days"),
            *_late(found),
            Folded("How to read this", [Bullets(_how_to_read(found))]),
        ],
    )


def _if(count: int, *blocks: Block) -> tuple[Block, ...]:
    return blocks if count else ()


def _sentence(found: OpenAlerts) -> Line:
    if not found.count:
        return (Strong("No alert is open."), f" {_opened(found)}.")
    oldest = found.as_of - min(each.oldest_at for each in found.open)
    unseen = sum(each.unseen for each in found.open)
    alerts = Strong(f"{plural(found.count, 'alert')} {'is' if found.count == 1 else 'are'} open")
    some = "none of them was" if unseen == found.count else f"{unseen:,} of them were not"
    said = f"; {some} acknowledged yet" if unseen else "; all of them were acknowledged"
    return (alerts, f"{said}; the oldest was opened {span(oldest)} ago. {_opened(found)}.")


def _opened(found: OpenAlerts) -> str:
    were = "was" if found.opened == 1 else "were"
    return f"{plural(found.opened, 'alert')} {were} opened in the last {found.days} days"


def _table(
    header: str, found: OpenAlerts, names: Sequence[tuple[str, object]], of: Callable[[Open], object]
) -> Table:
    """How many alerts are open for each of some things, in their order; those without any are left out."""
    counts: Counter[object] = Counter()
    for each in found.open:
        counts[of(each)] += each.alerts
    rows = [
        (name, f"{counts[key]:,}", percent(counts[key], found.count)) for name, key in names if counts[key]
    ]
    return Table((header, "Open", "Share"), rows, right=(1, 2))


def _by_age(found: OpenAlerts) -> Table:
    names: list[tuple[str, object]] = []
    for place, age in enumerate(found.ages):
        since = f"{span(found.ages[place - 1])} to " if place else "up to "
        names.append((f"{since}{span(age)}", place))
    older = f"older than {span(found.ages[-1])}" if found.ages else "any"
    return _table("Age", found, [*names, (older, len(found.ages))], lambda each: each.age)


def _by_priority(found: OpenAlerts) -> Table:
    names = [(words(name), name) for name in found.priorities]
    return _table("Priority", found, names, lambda each: each.priority)


def _by_status(found: OpenAlerts) -> Table:
    names = [(words(name), name) for name in found.statuses]
    return _table("Status", found, names, lambda each: each.status)


def _paces(found: OpenAlerts) -> Table:
    rows = [_pace("Acknowledged", found.seen), _pace("First step by a person", found.touched)]
    header = ("", "Half within", "Nine of ten within", "Alerts", "Not yet", "Ended without")
    return Table(header, rows, right=(3, 4, 5))


def _pace(label: str, pace: Pace) -> Sequence[Line]:
    took = sorted(pace.took)
    slowest = span(quantile(took, 0.9)) if len(took) >= SOME else "too few to tell"
    half = span(quantile(took, 0.5)) if took else "nothing to tell"
    return label, half, slowest if took else "", f"{len(took):,}", f"{pace.not_yet:,}", f"{pace.never:,}"


def quantile(rising: Sequence[timedelta], share: float) -> timedelta:
    """The shortest time within which a share of them was done (the nearest rank; nothing is interpolated)."""
    return rising[max(0, math.ceil(share * len(rising)) - 1)]


def _late(found: OpenAlerts) -> Iterator[Block]:
    yield Paragraph(f"{_opened(found)}.")
    if found.ended:
        ended = [(words(status), f"{count:,}") for status, count in found.ended]
        yield Table(("Ended as", "Alerts"), ended, right=(1,))
    if found.outcomes:
        outcomes = [(words(outcome), f"{count:,}") for outcome, count in found.outcomes]
        yield Table(("Resolved, and the customer is", "Alerts"), outcomes, right=(1,))


def _waiting(found: OpenAlerts) -> Iterator[Block]:
    if not found.waiting:
        yield Paragraph("None.")
        return
    if found.count > len(found.waiting):
        yield Paragraph(f"The first {len(found.waiting):,} of {found.count:,}.")
    yield _list(found.waiting, found)


def _list(waiting: Sequence[Waiting], found: OpenAlerts) -> Table:
    header = ("Alert", "Brand", "What", "Posts", "Age", "Status", "Priority", "Post")
    rows = [
        (
            f"{each.id}", each.brand, each.headline or "(the text is gone)", f"{each.mentions:,}",
            span(found.as_of - each.opened_at), words(each.status), words(each.priority),
            Link("open", each.link),
        )
        for each in waiting
    ]  # fmt: skip
    return Table(header, rows, right=(0, 3))


def _how_to_read(found: OpenAlerts) -> list[Line]:
    return [
        f"The times are of alerts opened in the last {found.days} days; those still waiting are in no time, "
        "but counted as not yet. While many wait, the true times are longer.",
        "Answers are not kept yet. The first step by a person stands in their place: an acknowledgement, "
        "a note, a resolution.",
        "Half within is the median: half of the alerts were done in that time or less.",
        "Resolved says that the work is done. Whether the customer is content is the outcome, and unknown "
        "until somebody says so.",
        "To see an alert with everything that happened, run earful alerts show NUMBER where Earful is "
        "installed; earful alerts ack NUMBER says that you look after it.",
    ]
