"""The figures behind the brand-health artifact, gathered from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.config import Brand
from core.text import plain
from flows.wiring import Wiring
from reports.figures import AlertLine, BrandHealth, Complaint, Counts, Coverage
from storage import alert_files, coverage, figures, mentions

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
        latest = {w.target: w for w in coverage.latest_windows(tx)}
        polls = coverage.windows_since(tx, brand, start)
        complaints = _complaints(tx, configured, start)
    return BrandHealth(
        brand=brand,
        start=start,
        end=now,
        as_of=now,
        now=_counts(present),
        before=_counts(before) if before.mentions else None,
        alerts_open=present.open_alerts,
        coverage=tuple(
            _coverage(latest[target.name], [p for p in polls if p.target == target.name])
            for target in configured.targets
            if target.name in latest
        ),
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


def _coverage(last: coverage.CoverageWindow, polls: Sequence[coverage.CoverageWindow]) -> Coverage:
    """What all polls of the period brought, and every hole in it, also those of polls long past."""
    holes = [poll for poll in polls if poll.state not in (coverage.COMPLETE, coverage.RUNNING)]
    said = list(dict.fromkeys(poll.note or poll.state for poll in reversed(holes)))
    return Coverage(
        target=last.target,
        state="ok" if last.state == coverage.COMPLETE else last.state,
        whole=last.state == coverage.COMPLETE and not holes,
        last_success=last.last_success_at,
        new=sum(poll.new for poll in polls),
        rejected=sum(poll.rejected for poll in polls),
        note="; ".join(said[:NOTES_SHOWN]),
        spend_usd=sum(poll.spend_usd for poll in polls),
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
