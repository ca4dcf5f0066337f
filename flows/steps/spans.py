"""Figures of spans of time, gathered from storage, each with what it consists of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.counts import Counts
from core.days import day_of, days_from, same_time_on, span_of, start_of
from flows.steps.collected import Collected, hole_days
from reports.figures import Campaign, Comparison, Day, Span, Topic
from storage import daily
from storage import opinions as said
from storage.daily import ABOUT
from storage.opinions import Kind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from storage.database import Transaction

DAYS = 28
"""Shown in charts, today with them."""
CAMPAIGNS_SOUGHT = 3
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def part_of_day(
    tx: Transaction, brand: str, name: str, start: datetime, end: datetime, *, holes: bool
) -> Span:
    """A span that is no longer than a day; its cost follows how much was posted in it."""
    sources = said.by_source(tx, brand, start, end)
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for opinion in said.opinions(tx, brand, start, end, "complaint"):
        topics["complaints"].update(topics_of(opinion))
    for opinion in said.opinions(tx, brand, start, end, "positive"):
        topics["positive"].update(topics_of(opinion))
    every = {*topics["complaints"], *topics["positive"]}
    return Span(
        name=name,
        counts=Counts.total(sources.values()),
        sources=sources,
        topics={
            topic: Topic(complaints=topics["complaints"][topic], positive=topics["positive"][topic])
            for topic in sorted(every)
        },
        holes=holes,
    )


def week(tx: Transaction, brand: str, now: datetime, known: Collected) -> Comparison:
    """The last seven days, today so far with them, against the seven before until the same time of day."""
    zone = known.frame.zone
    today = day_of(now, zone)
    present = _days_until(tx, brand, "in the last 7 days", today, now, known)
    if not known.reaches(today - 2 * WEEK + DAY):
        return Comparison(now=present, before=None)
    earlier = same_time_on(today - WEEK, now, zone)
    spans = (start_of(today - WEEK + DAY, zone), now), (start_of(today - 2 * WEEK + DAY, zone), earlier)
    return Comparison(
        now=present,
        before=_days_until(tx, brand, "in the 7 days before", today - WEEK, earlier, known),
        campaigns=campaigns(tx, brand, *spans),
    )


def _days_until(tx: Transaction, brand: str, name: str, last: date, end: datetime, known: Collected) -> Span:
    """Six whole days and a part of the seventh, added up: they agree with the bars of a chart."""
    zone = known.frame.zone
    first, start = last - WEEK + DAY, start_of(last - WEEK + DAY, zone)
    part = part_of_day(tx, brand, name, start_of(last, zone), end, holes=known.holes_in(start, end))
    whole = daily.days(tx, brand, first, last - DAY).values()
    sources = [said.by_source(tx, brand, *span_of(day, day, zone)) for day in days_from(first, last - DAY)]
    found = daily.topics(tx, brand, first, last - DAY)

    def total(topic: str, field: str) -> int:
        days = [*found.get(topic, {}).values(), part.topics.get(topic, Topic())]
        return sum(getattr(day, field) for day in days)

    return Span(
        name=name,
        counts=Counts.total([*whole, part.counts]),
        sources=_sources([*sources, part.sources]),
        topics={
            topic: Topic(complaints=total(topic, "complaints"), positive=total(topic, "positive"))
            for topic in sorted({*found, *part.topics})
        },
        holes=part.holes,
    )


def total_until(tx: Transaction, brand: str, days: int, end: datetime, zone: ZoneInfo) -> Counts:
    """The day so far and the whole days before it, added up.

    Args:
        tx: the open transaction; storage.daily.refresh must have run before.
        brand: about which.
        days: how many, the day of the end among them.
        end: what was posted then or later does not count.
        zone: where the team is.
    """
    last = day_of(end, zone)
    whole = daily.days(tx, brand, last - timedelta(days=days - 1), last - DAY)
    so_far = said.by_source(tx, brand, start_of(last, zone), end)
    return Counts.total([*whole.values(), *so_far.values()])


def last_days(tx: Transaction, brand: str, today: date, so_far: Counts, known: Collected) -> tuple[Day, ...]:
    """The last DAYS days, of which the last one is not over.

    Days before anything was heard are left out, but a week is shown at least.
    """
    first = today - timedelta(days=DAYS - 1)
    while first <= today - WEEK and not known.reaches(first):
        first += DAY
    missing = hole_days(known, first, today)
    whole = [
        Day(day=day, counts=counts, hole=day in missing, known=known.reaches(day))
        for day, counts in daily.days(tx, brand, first, today - DAY).items()
    ]
    return (*whole, Day(day=today, counts=so_far, hole=today in missing, partial=True))


def topic_days(
    tx: Transaction, brand: str, days: Sequence[date], so_far: Span, kind: Kind
) -> dict[str, tuple[int, ...]]:
    """Complaints or positive texts by topic on each of some days, of which the last is not over."""
    found = daily.topics(tx, brand, days[0], days[-2])
    field = "complaints" if kind == "complaint" else "positive"
    counted = {
        topic: (
            *(getattr(found.get(topic, {}).get(day), field, 0) for day in days[:-1]),
            getattr(so_far.topics.get(topic), field, 0),
        )
        for topic in sorted({*found, *so_far.topics})
    }
    return {topic: counts for topic, counts in counted.items() if any(counts)}


def campaigns(
    tx: Transaction, brand: str, now: tuple[datetime, datetime], before: tuple[datetime, datetime]
) -> tuple[Campaign, ...]:
    """The texts that most posts of a span say, and how many said so in an earlier one."""
    found = said.repeated(tx, brand, *now, limit=CAMPAIGNS_SOUGHT)
    if not found:
        return ()
    earlier = said.count_repeated(tx, brand, [each.copy_group for each in found], *before)
    posts = said.mentions_of(tx, [each.mention_id for each in found])
    return tuple(
        Campaign(
            text=posts[each.mention_id].text,
            source=posts[each.mention_id].source,
            link=posts[each.mention_id].url,
            posts=each.posts,
            before=earlier.get(each.copy_group, 0),
        )
        for each in found
        if each.mention_id in posts
    )


def topics_of(opinion: said.Opinion) -> list[str]:
    """The topics that a text is about."""
    return [topic for topic, probability in opinion.topics.items() if probability >= ABOUT]


def _sources(several: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """What each source contributed to spans that are added up."""
    parts: dict[str, list[Counts]] = defaultdict(list)
    for span in several:
        for source, counts in span.items():
            parts[source].append(counts)
    return {source: Counts.total(parts[source]) for source in sorted(parts)}
