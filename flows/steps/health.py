"""The figures behind the brand-health artifact, gathered from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.config import Brand
from core.text import plain
from flows.steps.listening import Listening, listening
from flows.steps.operator import hole_in_words
from flows.wiring import Wiring
from reports.figures import AlertLine, BrandHealth, Complaint, Counts, Coverage
from storage import alert_files, figures, holes, mentions, windows
from storage.coverage import COMPLETE

if TYPE_CHECKING:
    from storage.database import Transaction

PERIOD = timedelta(days=7)
ALERTS_SHOWN = 15
COMPLAINTS_SHOWN = 10
COMPLAINTS_SOUGHT = 200
NOTES_SHOWN = 3


def brand_health(wiring: Wiring, brand: str) -> BrandHealth:
    """The last seven days against the seven before, open alerts, and what could not be collected."""
    configured = wiring.brand(brand)
    now = wiring.clock()
    start = now - PERIOD
    with wiring.database.reading() as tx:
        present = figures.brand_figures(tx, brand, start, now)
        before = figures.brand_figures(tx, brand, start - PERIOD, start)
        alerts = [_alert(tx, alert) for alert in alert_files.list_alerts(tx, brand=brand, limit=ALERTS_SHOWN)]
        coverage = _coverage(tx, configured, start, now)
        complaints = _complaints(tx, configured, start)
    return BrandHealth(
        brand=brand,
        start=start,
        end=now,
        as_of=now,
        now=_counts(present),
        before=_counts(before) if before.mentions else None,
        alerts_open=present.open_alerts,
        coverage=coverage,
        alerts=tuple(alerts),
        complaints=complaints,
    )


def _counts(found: figures.BrandFigures) -> Counts:
    return Counts(
        mentions=found.mentions,
        texts=found.texts,
        negative=found.negative,
        neutral=found.neutral,
        positive=found.positive,
        complaints=found.complaints,
        unread=found.unread,
        unsupported=found.unsupported,
        alerts_opened=found.alerts_opened,
    )


def _alert(tx: Transaction, alert: alert_files.StoredAlert) -> AlertLine:
    posts = alert_files.show_alert(tx, alert.id).mentions
    return AlertLine(
        id=alert.id,
        status=alert.status,
        priority=alert.priority,
        headline=alert.headline,
        opened_at=alert.opened_at,
        link=posts[0].mention.url if posts else "",
    )


def _coverage(tx: Transaction, brand: Brand, start: datetime, now: datetime) -> tuple[Coverage, ...]:
    """What all polls of the period brought, and every hole in it, also those of polls long past."""
    names = [target.name for target in brand.targets]
    latest = listening(tx, now)
    sums = windows.sums_since(tx, names, start)
    said = windows.troubled_since(tx, names, start)
    missing: dict[str, list[str]] = {}
    for hole in holes.list_holes(tx, targets=names, since=start):
        missing.setdefault(hole.target, []).append(hole_in_words(hole))
    return tuple(
        _of_target(
            latest[name],
            sums.get(name, windows.Sums()),
            [*missing.get(name, []), *said.get(name, [])],
        )
        for name in names
        if name in latest
    )


def _of_target(heard: Listening, sums: windows.Sums, said: Sequence[str]) -> Coverage:
    last = heard.window
    return Coverage(
        target=last.target,
        state="ok" if last.state == COMPLETE else last.state,
        whole=last.state == COMPLETE and not said,
        last_success=last.last_success_at,
        new=sums.new,
        rejected=sums.rejected,
        note="; ".join(said[:NOTES_SHOWN]),
        spend_usd=sums.spend_usd,
        health=heard.health,
        heard=heard.day.heard,
        usual=heard.day.usual,
    )


def _complaints(tx: Transaction, brand: Brand, start: datetime) -> tuple[Complaint, ...]:
    """The clearest complaints of the period, by others than the brand itself, each once."""
    found = mentions.find_mentions(
        tx, brand=brand.name, sentiment="negative", since=start, once=True, limit=COMPLAINTS_SOUGHT
    )
    clear = [
        (s.reading.complaint, s)
        for s in found
        if s.reading
        and s.reading.complaint >= figures.COMPLAINT
        and not s.reading.unsure
        and not (s.mention.author and brand.owns(s.mention.author.handle))
    ]
    clear.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(
        Complaint(
            text=plain(stored.mention.text, 300),
            source=stored.mention.source,
            posted_at=stored.mention.posted_at,
            link=stored.mention.url,
            posts=stored.posts,
        )
        for _, stored in clear[:COMPLAINTS_SHOWN]
    )
