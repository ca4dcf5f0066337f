"""What people complain about or are happy about: by topic, with the clearest examples of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import reports.complaints
import reports.praise
from core.days import day_of, start_of
from core.reading import EMOTIONS, SEVERITIES
from flows.steps import examples, spans
from flows.steps.collected import collected
from reports.figures import Comparison, Example, Opinions, Topic, TopicFigures
from storage.opinions import Kind, Opinion

if TYPE_CHECKING:
    from core.config import Brand
    from flows.wiring import Wiring
    from reports.document import Report
    from storage.database import Transaction

PER_TOPIC = 3
"""Examples of each topic."""
WITHOUT_TOPIC = 5


def complaints(wiring: Wiring, brand: str, now: datetime) -> Report:
    """What people complain about, as a report; days must have been counted before (steps/daily.py)."""
    return reports.complaints.report(opinion_figures(wiring, brand, now, "complaint"))


def praise(wiring: Wiring, brand: str, now: datetime) -> Report:
    """What people are happy about, as a report; days must have been counted before (steps/daily.py)."""
    return reports.praise.report(opinion_figures(wiring, brand, now, "positive"))


def opinion_figures(wiring: Wiring, brand: str, now: datetime, kind: Kind) -> Opinions:
    """Complaints, or positive texts, of the last seven days; days must have been counted before.

    Args:
        wiring: everything.
        brand: whom they are about.
        now: the end of the report.
        kind: which.
    """
    configured = wiring.brand(brand)
    zone = wiring.catalogue.zone
    today = day_of(now, zone)
    first = today - timedelta(days=spans.DAYS - 1)
    with wiring.database.reading() as tx:
        known = collected(tx, wiring, configured, start_of(first, zone), now)
        week = spans.week(tx, brand, now, known)
        so_far = spans.part_of_day(tx, brand, "today", start_of(today, zone), now, holes=False)
        days = spans.last_days(tx, brand, today, so_far.counts, known)
        by_day = spans.topic_days(tx, brand, [day.day for day in days], so_far, kind)
        named = {*by_day, *week.now.topics, *(week.before.topics if week.before else ())}
        largest = sorted(
            (topic for topic in named if by_day.get(topic) or _ever(topic, week, kind)),
            key=lambda topic: (-_of(week.now.topics.get(topic), kind), -sum(by_day.get(topic, ())), topic),
        )
        found = examples.of_week(tx, brand, today, now, zone, kind)
        shown = _examples(tx, configured, found, largest, kind)
    return Opinions(
        frame=known.frame,
        week=week,
        days=days,
        topics=tuple(
            TopicFigures(
                name=topic,
                now=_of(week.now.topics.get(topic), kind),
                before=None if week.before is None else _of(week.before.topics.get(topic), kind),
                days=by_day.get(topic, (0,) * len(days)),
                examples=shown[topic],
            )
            for topic in largest
        ),
        examples=shown[""],
        severity=_likeliest((each.severity for each in found), SEVERITIES) if kind == "complaint" else {},
        emotion=_likeliest((each.emotion for each in found), EMOTIONS),
    )


def _ever(topic: str, week: Comparison, kind: Kind) -> int:
    """Whether a topic came up in either week."""
    before = week.before.topics.get(topic) if week.before else None
    return _of(week.now.topics.get(topic), kind) + _of(before, kind)


def _of(topic: Topic | None, kind: Kind) -> int:
    if topic is None:
        return 0
    return topic.complaints if kind == "complaint" else topic.positive


def _examples(
    tx: Transaction, brand: Brand, found: Iterable[Opinion], topics: Sequence[str], kind: Kind
) -> dict[str, tuple[Example, ...]]:
    """The clearest of each topic, each text once; those about none under an empty name."""
    clear = examples.as_complaint if kind == "complaint" else examples.as_praise
    room = {**dict.fromkeys(topics, PER_TOPIC), "": WITHOUT_TOPIC}
    chosen: dict[str, list[Opinion]] = {topic: [] for topic in room}
    for opinion in examples.clearest(brand, found, clear):
        topic = _free(room, chosen, spans.topics_of(opinion))
        if topic is not None:
            chosen[topic].append(opinion)
    shown = examples.examples(tx, [opinion for several in chosen.values() for opinion in several])
    return {
        topic: tuple(shown[each.mention_id] for each in several if each.mention_id in shown)
        for topic, several in chosen.items()
    }


def _free(
    room: Mapping[str, int], chosen: Mapping[str, Collection[Opinion]], about: Sequence[str]
) -> str | None:
    """The topic with the fewest examples among those that a text is about; None: they have enough."""
    free = [topic for topic in about or [""] if len(chosen[topic]) < room[topic]]
    return min(free, key=lambda topic: len(chosen[topic]), default=None)


def _likeliest(readings: Iterable[Mapping[str, float]], names: Sequence[str]) -> dict[str, int]:
    """How many texts have each as their likeliest; those of which the model was not asked are left out."""
    counted: Counter[str] = Counter()
    for reading in readings:
        known = {name: reading[name] for name in names if name in reading}
        if known:
            counted[max(known, key=lambda name: known[name])] += 1
    return {name: counted[name] for name in names if counted[name]}
