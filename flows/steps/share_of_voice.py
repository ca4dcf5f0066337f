"""What was said about each brand, side by side, from the numbers of each day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import reports.share_of_voice
from core.days import day_of
from flows.steps.spans import total_until
from flows.wiring import Wiring
from reports.share_of_voice import MONTH, WEEK, BrandVoice, Said, ShareOfVoice
from storage import daily

if TYPE_CHECKING:
    from core.config import Brand
    from reports.document import Report
    from storage.database import Transaction


def share_of_voice(wiring: Wiring, now: datetime) -> Report:
    """The report on all brands, as of a time; storage.daily.refresh must have run before."""
    return reports.share_of_voice.share_of_voice(gather(wiring, now))


def gather(wiring: Wiring, now: datetime) -> ShareOfVoice:
    """The figures behind it."""
    zone = wiring.catalogue.zone
    with wiring.database.reading() as tx:
        brands = [_brand(tx, brand, now, zone) for brand in wiring.catalogue.brands]
    return ShareOfVoice(as_of=now, zone=zone, brands=brands)


def _brand(tx: Transaction, brand: Brand, now: datetime, zone: ZoneInfo) -> BrandVoice:
    return BrandVoice(
        name=brand.name,
        competitor=brand.competitor,
        week=_said(tx, brand.name, WEEK, now, zone),
        month=_said(tx, brand.name, MONTH, now, zone),
        targets=len(brand.targets),
        sources=sorted({target.source for target in brand.targets}),
    )


def _said(tx: Transaction, brand: str, days: int, now: datetime, zone: ZoneInfo) -> Said:
    today = day_of(now, zone)
    topic, complaints = _most(
        (name, sum(day.complaints for day in by_day.values()))
        for name, by_day in daily.topics(tx, brand, today - timedelta(days=days - 1), today).items()
    )
    return Said(counts=total_until(tx, brand, days, now, zone), topic=topic, topic_complaints=complaints)


def _most(counted: Iterable[tuple[str, int]]) -> tuple[str, int]:
    """The topic with the most complaints, of equals the first by name; none where nobody complained."""
    ranked = sorted((-count, name) for name, count in counted if count)
    return (ranked[0][1], -ranked[0][0]) if ranked else ("", 0)
