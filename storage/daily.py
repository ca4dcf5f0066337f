"""What each brand had on each day, kept up as mentions change: a report costs the same after years.

A day is one of the team's time zone. Within a day, mentions that say the same count as one text, by the first
of them that was read; over several days, days add up: the same words on another day are another voice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, delete, func, select
from sqlalchemy.orm import Session

from core.counts import Counts
from core.days import day_of, days_from, span_of
from core.reading import COMPLAINT
from storage.changed_hours import mark_all
from storage.copies import COPY_GROUP
from storage.copy_tables import CopyRow, TextRow
from storage.daily_tables import ChangedHourRow, DailyRow, TopicDailyRow
from storage.rows import PRESENT_READING
from storage.statements import BULK, aside, hold
from storage.tables import MentionRow, ReadingRow, SightingRow

ABOUT = 0.5
"""From this probability on, a text counts as being about a topic."""
BATCH = 2_000
"""Changed hours that are looked at together."""
DAYS_AT_ONCE = 20
"""Days that are counted in one transaction: it keeps writers of SQLite waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDaily:
    """How many different texts of one day were about a topic (probability 0.5 or more)."""

    complaints: int = 0
    """Complaints about it."""
    positive: int = 0
    """Positive texts about it."""


def refresh(tx: Session, zone: ZoneInfo) -> bool:
    """Count some days anew on which something has changed; call it, each time in a new transaction, while it
    gives True.

    Args:
        tx: the open transaction.
        zone: the team's; another one than before has everything counted anew.

    Returns:
        Whether there may be more to count.
    """
    hold(tx, "daily")
    _follow(tx, zone)
    changed = select(ChangedHourRow.brand, ChangedHourRow.hour).order_by(ChangedHourRow.id).limit(BATCH)
    waiting: dict[date, set[str]] = defaultdict(set)
    for brand, hour in tx.execute(changed):
        for day in {day_of(hour, zone), day_of(hour + timedelta(minutes=59), zone)}:
            waiting[day].add(brand)
    some = sorted(waiting)[:DAYS_AT_ONCE]
    for day in some:
        _forget_changes(tx, day, waiting[day], zone)  # before counting: what is changed meanwhile stays
    for day in some:
        _count(tx, day, waiting[day], zone)
    return bool(waiting)


def days(tx: Session, brand: str, first: date, last: date) -> dict[date, Counts]:
    """Every day of a span, also those on which nothing was posted; as of the last `refresh`."""
    wanted = select(DailyRow).where(DailyRow.brand == brand, DailyRow.day.between(first, last))
    found = {row.day: _counts(row) for row in tx.scalars(wanted)}
    return {day: found.get(day, Counts()) for day in days_from(first, last)}


def topics(tx: Session, brand: str, first: date, last: date) -> dict[str, dict[date, TopicDaily]]:
    """By topic, the days on which it came up."""
    row = TopicDailyRow
    found: dict[str, dict[date, TopicDaily]] = {}
    wanted = select(row).where(row.brand == brand, row.day.between(first, last)).order_by(row.topic, row.day)
    for each in tx.scalars(wanted):
        found.setdefault(each.topic, {})[each.day] = TopicDaily(
            complaints=each.complaints, positive=each.positive
        )
    return found


def first_day(tx: Session, brand: str) -> date | None:
    """The first day with a mention; None: there is none."""
    return tx.scalar(select(func.min(DailyRow.day)).where(DailyRow.brand == brand))


def last_day(tx: Session, brand: str) -> date | None:
    """The last day with a mention; None: there is none."""
    return tx.scalar(select(func.max(DailyRow.day)).where(DailyRow.brand == brand))


def _counts(row: DailyRow) -> Counts:
    return Counts(**{f.name: getattr(row, f.name) for f in fields(Counts)})


def _follow(tx: Session, zone: ZoneInfo) -> None:
    """Days of another time zone are other days."""
    if tx.scalar(select(DailyRow.zone).where(DailyRow.zone != zone.key).limit(1)) is None:
        return
    tx.execute(delete(DailyRow), execution_options=BULK)
    tx.execute(delete(TopicDailyRow), execution_options=BULK)
    mark_all(tx)


def _forget_changes(tx: Session, day: date, brands: Collection[str], zone: ZoneInfo) -> None:
    """An hour that belongs to two days, as in India, stays until the later one of them is counted."""
    start, end = span_of(day, day, zone)
    seen = and_(
        ChangedHourRow.brand.in_(brands),
        ChangedHourRow.hour > start - timedelta(hours=1),
        ChangedHourRow.hour <= end - timedelta(hours=1),
    )
    tx.execute(delete(ChangedHourRow).where(seen), execution_options=BULK)


def _count(tx: Session, day: date, brands: Collection[str], zone: ZoneInfo) -> None:
    counts = {brand: _Counting() for brand in brands}
    for post in _posts(tx, day, brands, zone):
        counts[post.brand].add(post)
    for row in (DailyRow, TopicDailyRow):
        old = delete(row).where(row.day == day, row.brand.in_(brands))
        tx.execute(old, execution_options=BULK)
    for brand, counting in sorted(counts.items()):
        if counting.numbers["mentions"]:
            tx.add(DailyRow(brand=brand, day=day, zone=zone.key, **asdict(Counts(**counting.numbers))))
        for topic in sorted({*counting.complaints, *counting.positive}):
            tx.add(
                TopicDailyRow(
                    brand=brand,
                    day=day,
                    topic=topic,
                    complaints=counting.complaints[topic],
                    positive=counting.positive[topic],
                )
            )
    tx.flush()


def _posts(tx: Session, day: date, brands: Collection[str], zone: ZoneInfo) -> Iterator[Any]:
    """The day's mentions; of those that say the same, the first that was read comes first."""
    start, end = span_of(day, day, zone)
    unread = case((ReadingRow.id.is_(None), 1), else_=0)
    wanted = (
        select(
            SightingRow.brand,
            COPY_GROUP.label("copy_group"),
            (MentionRow.text != "").label("has_text"),
            ReadingRow.label,
            ReadingRow.supported,
            ReadingRow.complaint,
            ReadingRow.unsure,
            ReadingRow.topics,
        )
        .select_from(MentionRow)
        .join(SightingRow, SightingRow.mention_id == MentionRow.id)
        .outerjoin(ReadingRow, PRESENT_READING)
        .outerjoin(CopyRow, CopyRow.mention_id == MentionRow.id)
        .outerjoin(TextRow, TextRow.id == CopyRow.text_id)
        .where(MentionRow.posted_at >= start, MentionRow.posted_at < end)
        .where(aside(SightingRow.brand).in_(brands), SightingRow.relevant.is_(True))
        .order_by(unread, MentionRow.posted_at, MentionRow.id)
    )
    yield from tx.execute(wanted)


class _Counting:
    """One brand's day."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.complaints: Counter[str] = Counter()
        self.positive: Counter[str] = Counter()
        self._copy_groups: set[int] = set()

    def add(self, post: Any) -> None:
        self.numbers["mentions"] += 1
        if post.copy_group in self._copy_groups:
            return
        self._copy_groups.add(post.copy_group)
        self.numbers["texts"] += 1
        if post.label is None:
            self.numbers["unread" if post.has_text else "without_text"] += 1
        elif not post.supported:
            self.numbers["unsupported"] += 1
        else:
            self._add_read(post)

    def _add_read(self, post: Any) -> None:
        complaint = post.complaint >= COMPLAINT
        self.numbers[post.label] += 1
        self.numbers["complaints"] += complaint
        self.numbers["unsure"] += bool(post.unsure)
        about = [topic for topic, probability in post.topics.items() if probability >= ABOUT]
        if complaint:
            self.complaints.update(about)
        if post.label == "positive":
            self.positive.update(about)
