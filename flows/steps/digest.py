"""Sends how the brands are doing: a few lines every morning, the report page every week, each once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.delivery import hashed
from core.alert import Message, Priority
from core.days import day_of
from core.errors import EarfulError
from core.period import Period
from core.text import plain
from flows.steps.brand_page import write_brand_page
from flows.steps.custom import Understood, answer
from flows.steps.daily import count_days
from flows.steps.outbox import put
from reports.plain_lines import plain_lines

if TYPE_CHECKING:
    from datetime import date

    from core.config import Brand
    from flows.wiring import Wiring

DAILY, WEEKLY = "daily", "weekly"


@dataclass(slots=True, kw_only=True)
class Sent:
    """What became of a digest."""

    told: int = 0
    """Messages that were put into the outbox."""
    known: int = 0
    """Those that were there already."""
    pages: list[str] = field(default_factory=list)
    """Addresses of the pages that were written."""
    troubles: list[str] = field(default_factory=list)
    """What kept a brand's digest back, one line each; the next run tries again."""


def daily_digest(wiring: Wiring) -> Sent:
    """Yesterday in a few lines, for each brand that is no competitor; sending again sends nothing again."""
    sent = Sent()
    channels = wiring.catalogue.alerting.digest.daily
    if not channels:
        return sent
    count_days(wiring)
    yesterday = _today(wiring) - timedelta(days=1)
    period = Period(yesterday, yesterday)
    for brand in wiring.catalogue.own_brands:
        with _trouble_of(brand, sent):
            report = answer(wiring, Understood(brand=brand, period=period))
            headline = f"{plain(brand.name, 100)} on {period.words}"
            message = _message(wiring, brand, headline, plain_lines(report.compact))
            _tell(wiring, sent, DAILY, brand, period, channels, message)
    return sent


def weekly_digest(wiring: Wiring) -> Sent:
    """The page of the week before, for each brand that is no competitor; sending again sends nothing."""
    sent = Sent()
    channels = wiring.catalogue.alerting.digest.weekly
    if not channels:
        return sent
    count_days(wiring)
    period = Period.week_before(_today(wiring))
    for brand in wiring.catalogue.own_brands:
        with _trouble_of(brand, sent):
            request = Understood(brand=brand, period=period)
            report = answer(wiring, request)
            page = write_brand_page(wiring, request)
            sent.pages.append(page.address)
            headline = f"{plain(brand.name, 100)}: the week of {period.words}"
            message = _message(wiring, brand, headline, plain_lines(report.compact), page.address)
            _tell(wiring, sent, WEEKLY, brand, period, channels, message)
    return sent


@contextmanager
def _trouble_of(brand: Brand, sent: Sent) -> Iterator[None]:
    """One brand's trouble stays its own."""
    try:
        yield
    except EarfulError as trouble:
        sent.troubles.append(f"{plain(brand.name, 100)}: {trouble}")


def _today(wiring: Wiring) -> date:
    return day_of(wiring.clock(), wiring.catalogue.zone)


def _message(
    wiring: Wiring, brand: Brand, headline: str, lines: Sequence[str], attachment: str = ""
) -> Message:
    return Message(
        headline=headline,
        brand=brand.name,
        priority=Priority.NORMAL,
        posted_at=wiring.clock(),
        digest=tuple(lines),
        attachment=attachment,
    )


def _tell(
    wiring: Wiring,
    sent: Sent,
    kind: str,
    brand: Brand,
    period: Period,
    channels: Sequence[str],
    message: Message,
) -> None:
    """One message to each channel, unless that period's was put into the outbox before."""
    keys = {to: hashed("earful-digest", json.dumps([kind, brand.name, period.slug, to])) for to in channels}
    with wiring.database.transaction() as tx:
        told = put(wiring, tx, message, keys)
    sent.told += told
    sent.known += len(keys) - told
