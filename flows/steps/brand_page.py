"""Everything about one brand in one period, on one page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.days import day_of, span_of
from flows.steps.coverage import coverage
from flows.steps.custom import Understood, answer
from flows.steps.kinds import reports_of
from flows.steps.pages import Written, write_page
from flows.steps.share_of_voice import share_of_voice
from reports.coverage import KEY as COVERAGE
from reports.keys import key_of
from reports.share_of_voice import KEY as SHARE_OF_VOICE
from storage.withdrawals import last_withdrawal

if TYPE_CHECKING:
    from core.period import Period
    from flows.wiring import Wiring
    from reports.document import Report

LATELY = timedelta(days=1)


def write_brand_page(
    wiring: Wiring,
    request: Understood,
    *,
    latest: bool = False,
    made: Iterable[Report] = (),
    before: str | None = None,
) -> Written:
    """Make a brand's page and write it; days must have been counted before (steps/daily.py).

    Args:
        wiring: everything.
        request: whose page, of which period; with a topic or a competitor it is a page of its own.
        latest: also becomes the brand's latest page.
        made: reports that there are already; what is not among them is made.
        before: the last withdrawal before those were made; None: there are none.

    Raises:
        ConfigError: EARFUL_REPORTS is no address, or its library is missing.
        NotWritten: the place did not take it.
    """
    if before is None:
        with wiring.database.reading() as tx:
            before = last_withdrawal(tx)
    return write_page(
        wiring,
        request.brand.name,
        page_reports(wiring, request, made),
        period=request.period,
        as_of=as_of(wiring, request.period),
        before=before,
        name=request.slug,
        latest=latest,
    )


def page_reports(wiring: Wiring, request: Understood, made: Iterable[Report] = ()) -> list[Report]:
    """What is on a page: the period itself, then what the Prefect UI has under fixed keys."""
    now, brand = as_of(wiring, request.period), request.brand.name
    known = {report.key: report for report in made}
    reports = [answer(wiring, request)]
    for each in reports_of(request.brand):
        reports.append(known.get(key_of(each.kind, brand)) or each.make(wiring, brand, now))
    if len(wiring.catalogue.brands) > 1:
        reports.append(known.get(SHARE_OF_VOICE) or share_of_voice(wiring, now))
    return [*reports, known.get(COVERAGE) or coverage(wiring)]


def as_of(wiring: Wiring, period: Period) -> datetime:
    """When the figures of a period's page are true: now, or the end of a period that is long over."""
    now, zone = wiring.clock(), wiring.catalogue.zone
    if day_of(now, zone) - period.last <= LATELY:
        return now
    return span_of(period.first, period.last, zone)[1] - timedelta(seconds=1)
