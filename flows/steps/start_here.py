"""The page that everybody begins with, gathered from what all the other reports are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import reports.start_here
from core.days import day_of, same_time_on
from flows.steps import coverage
from flows.steps.collected import known_from
from flows.steps.kinds import OF_A_BRAND
from flows.steps.spans import total_until
from flows.wiring import Wiring
from reports.document import Jump, Report
from reports.keys import key_of
from reports.start_here import BrandLine, StartHere
from storage import daily
from storage.notifications import count_dead
from storage.open_alerts import open_by_brand
from storage.readings import count_unread

if TYPE_CHECKING:
    from core.config import Brand
    from storage.database import Transaction

DAYS = 7


def start_here(
    wiring: Wiring,
    published: Sequence[Report],
    now: datetime,
    warnings: Sequence[str] = (),
    *,
    present: datetime | None = None,
) -> Report:
    """The report that links to all others; storage.daily.refresh must have run before.

    Args:
        wiring: everything.
        published: the other reports, as of the same time: only these are linked to.
        now: the end of the days that are told of.
        warnings: what the run that publishes could not do, beyond what the ledger knows.
        present: the time at which everything else is true; None: the same.
    """
    return reports.start_here.start_here(gather(wiring, published, now, warnings, present=present))


def gather(
    wiring: Wiring,
    published: Sequence[Report],
    now: datetime,
    warnings: Sequence[str] = (),
    *,
    present: datetime | None = None,
) -> StartHere:
    """The figures behind it."""
    keys = {report.key for report in published}
    zone = wiring.catalogue.zone
    listened = coverage.gather(wiring)
    with wiring.database.reading() as tx:
        alerts = open_by_brand(tx)
        brands = [
            _brand(tx, brand, now, zone, alerts.get(brand.name, 0), keys) for brand in wiring.catalogue.brands
        ]
        unread = count_unread(tx, wiring.reader.revision)
        given_up = count_dead(tx)
    linked = {jump.key for brand in brands for jump in brand.reports}
    return StartHere(
        as_of=present or now,  # not when it was looked up: that is always a little later
        until=now,
        zone=zone,
        brands=brands,
        reports=[
            Jump(report.title, report.key)
            for report in published
            if report.key not in linked and report.key != reports.start_here.KEY
        ],
        listened=listened,
        heard_at=max((t.last_success for t in listened.targets if t.last_success), default=None),
        unread=unread,
        given_up=given_up,
        warnings=tuple(warnings),
    )


def _brand(
    tx: Transaction, brand: Brand, now: datetime, zone: ZoneInfo, alerts: int, keys: Collection[str]
) -> BrandLine:
    earlier = same_time_on(day_of(now, zone) - timedelta(days=DAYS), now, zone)
    since = known_from(tx, brand, zone)
    known = since is not None and since <= day_of(earlier, zone) - timedelta(days=DAYS - 1)
    return BrandLine(
        name=brand.name,
        competitor=brand.competitor,
        now=total_until(tx, brand.name, DAYS, now, zone),
        before=total_until(tx, brand.name, DAYS, earlier, zone) if known else None,
        open_alerts=alerts,
        newest=daily.last_day(tx, brand.name),
        reports=tuple(_links(brand.name, keys)),
    )


def _links(brand: str, keys: Collection[str]) -> Iterator[Jump]:
    for each in OF_A_BRAND:
        key = key_of(each.kind, brand)
        if key in keys:
            yield Jump(each.label, key)
