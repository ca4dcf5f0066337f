"""Who wrote about a brand, and who came back: gathered from storage, author by author, and summed up."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import reports.voices
from core.config import Brand
from core.days import day_of, start_of
from core.voices import RULES, Telling, rule_of, told
from flows.wiring import Wiring
from reports.voices import Author, Returning, Voices
from storage import daily, holes
from storage.voices import Voice, Wrote, latest_posts, voices_of

if TYPE_CHECKING:
    from reports.document import Report
    from storage.database import Transaction

DAYS = 28
LISTED = 20
"""Authors in a list."""

Latest = Mapping[int, tuple[datetime, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spans:
    """The days that are compared."""

    first: date
    middle: date
    start: datetime
    turn: datetime
    end: datetime

    @classmethod
    def until(cls, now: datetime, zone: ZoneInfo) -> _Spans:
        """The last DAYS days, today's so far among them, and as many before."""
        today = day_of(now, zone)
        middle = today - timedelta(days=DAYS - 1)
        first = middle - timedelta(days=DAYS)
        return cls(
            first=first, middle=middle, start=start_of(first, zone), turn=start_of(middle, zone), end=now
        )


@dataclass(slots=True)
class _Heard:
    """What is kept of all authors while they pass by, one after the other."""

    counts: dict[str, int] = field(default_factory=dict)
    reach: list[tuple[tuple[int, ...], Voice]] = field(default_factory=list)
    loyal: list[tuple[tuple[int, ...], Voice]] = field(default_factory=list)

    def add(self, voice: Voice, *, named: bool) -> None:
        for name, holds in _signs(voice):
            self.counts[name] = self.counts.get(name, 0) + holds
        if named and voice.followers is not None and voice.since.posts:
            _keep(self.reach, (voice.followers, voice.since.posts, -voice.id), voice)
        if named and voice.days > 1:
            _keep(self.loyal, (voice.days, voice.before.posts + voice.since.posts, -voice.id), voice)


def voices(wiring: Wiring, brand: str, now: datetime) -> Report:
    """The report on a brand's voices, as of a time.

    Raises:
        ConfigError: there is no such brand.
    """
    return reports.voices.voices(gather(wiring, brand, now))


def gather(wiring: Wiring, brand: str, now: datetime) -> Voices:
    """The figures behind it."""
    configured, zone = wiring.brand(brand), wiring.catalogue.zone
    spans, heard = _Spans.until(now, zone), _Heard()
    sources = sorted({target.source for target in configured.targets})
    with wiring.database.reading() as tx:
        allowed = told(RULES, Telling.NAMED, Telling.COUNTED)  # of targets that are gone, too
        every = voices_of(tx, brand, allowed, start=spans.start, middle=spans.turn, end=spans.end, zone=zone)
        for voice in every:
            # A target that finds by something else than words brings what ignored authors write, too.
            if not (configured.owns(voice.handle) or configured.ignores(voice.handle)):
                heard.add(voice, named=not configured.competitor and _named(voice))
        reach, loyal = _best(heard.reach), _best(heard.loyal)
        listed = {voice.id for voice in (*reach, *loyal)}
        latest = latest_posts(tx, brand, allowed, listed, start=spans.start, end=spans.end)
        missing = _holes(tx, configured, spans)
        first = daily.first_day(tx, brand)
    return Voices(
        brand=brand,
        as_of=now,
        zone=zone,
        start=spans.first,
        middle=spans.middle,
        returning=Returning(**heard.counts),
        reach=[_author(voice, voice.since.posts, latest, zone) for voice in reach],
        loyal=[_author(voice, voice.before.posts + voice.since.posts, latest, zone) for voice in loyal],
        competitor=configured.competitor,
        heard_since=first,
        holes=missing,
        counted=told(sources, Telling.COUNTED),
        left_out=[(source, rule_of(source).why) for source in told(sources, Telling.LEFT_OUT)],
    )


def _named(voice: Voice) -> bool:
    return rule_of(voice.source).telling is Telling.NAMED


def _signs(voice: Voice) -> Iterable[tuple[str, bool]]:
    """What an author counts as."""
    before, since = voice.before, voice.since
    back = before.posts > 0 and since.posts > 0
    yield "before", before.posts > 0
    yield "since", since.posts > 0
    yield "back", back
    yield "back_happy", back and _happy(since)
    yield "back_unhappy", back and _unhappy(since)
    yield "turned_happy", back and _unhappy(before) and _happy(since)
    yield "turned_unhappy", back and _happy(before) and _unhappy(since)
    yield "complained", before.complaints > 0
    yield "quiet", before.complaints > 0 and not back


def _happy(wrote: Wrote) -> bool:
    return wrote.positive > wrote.negative


def _unhappy(wrote: Wrote) -> bool:
    return wrote.negative > wrote.positive


def _keep(kept: list[tuple[tuple[int, ...], Voice]], rank: tuple[int, ...], voice: Voice) -> None:
    """Keep the LISTED best; no two have the same rank, as the id is part of it."""
    if len(kept) < LISTED:
        heapq.heappush(kept, (rank, voice))
    elif rank > kept[0][0]:
        heapq.heapreplace(kept, (rank, voice))


def _best(kept: list[tuple[tuple[int, ...], Voice]]) -> list[Voice]:
    return [voice for _, voice in sorted(kept, key=lambda pair: pair[0], reverse=True)]


def _author(voice: Voice, posts: int, latest: Latest, zone: ZoneInfo) -> Author:
    at, link = latest[voice.id]
    return Author(
        handle=voice.handle,
        source=voice.source,
        followers=voice.followers,
        posts=posts,
        days=voice.days,
        happy=(voice.before.positive, voice.since.positive),
        unhappy=(voice.before.negative, voice.since.negative),
        last=day_of(at, zone),
        link=link,
    )


def _holes(tx: Transaction, brand: Brand, spans: _Spans) -> int:
    names = [target.name for target in brand.targets]
    found = holes.list_holes(tx, targets=names, since=spans.start)
    return sum(1 for hole in found if hole.until > spans.start and hole.start < spans.end)
