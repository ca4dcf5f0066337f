"""Open alerts and the pace of the last weeks, gathered from storage; always of the present."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import reports.open_alerts
from core.alert import Priority, Status
from flows.wiring import Wiring
from reports.open_alerts import Open, OpenAlerts, Pace, Waiting
from storage import open_alerts as stored
from storage.open_alerts import Handled

if TYPE_CHECKING:
    from reports.document import Report

DAYS = 28
LISTED = 200
AGES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7))


def open_alerts(wiring: Wiring) -> Report:
    """The report on all brands' open alerts."""
    return reports.open_alerts.open_alerts(gather(wiring))


def gather(wiring: Wiring) -> OpenAlerts:
    """The figures behind it."""
    now = wiring.clock()
    with wiring.database.reading() as tx:
        counts = stored.count_open(tx, now, AGES)
        waiting = stored.list_open(tx, LISTED)
        late = stored.handled_since(tx, now - timedelta(days=DAYS))
    ended = Counter(each.status for each in late if not each.status.open)
    resolved = (Status.RESOLVED, Status.CLOSED)
    outcomes = Counter(each.outcome for each in late if each.status in resolved)
    return OpenAlerts(
        as_of=now,
        zone=wiring.catalogue.zone,
        days=DAYS,
        open=[_open(each) for each in counts],
        ages=AGES,
        priorities=tuple(reversed(Priority)),
        statuses=tuple(status for status in Status if status.open),
        waiting=[_waiting(each) for each in waiting],
        opened=len(late),
        seen=_pace(late, lambda each: each.seen_at),
        touched=_pace(late, lambda each: each.touched_at),
        ended=[(status, count) for status, count in ended.most_common()],
        outcomes=[(outcome, count) for outcome, count in outcomes.most_common()],
    )


def _open(each: stored.OpenCount) -> Open:
    return Open(
        status=each.status,
        priority=each.priority,
        age=each.age,
        alerts=each.alerts,
        unseen=each.unseen,
        oldest_at=each.oldest_at,
    )


def _waiting(each: stored.Waiting) -> Waiting:
    return Waiting(
        id=each.id,
        brand=each.brand,
        headline=each.headline,
        priority=each.priority,
        status=each.status,
        opened_at=each.opened_at,
        mentions=each.mentions,
        link=each.url,
    )


def _pace(late: Sequence[Handled], done_at: Callable[[Handled], datetime | None]) -> Pace:
    left = [each for each in late if done_at(each) is None]
    return Pace(
        took=[at - each.opened_at for each in late if (at := done_at(each)) is not None],
        not_yet=sum(1 for each in left if each.status.open),
        never=sum(1 for each in left if not each.status.open),
    )
