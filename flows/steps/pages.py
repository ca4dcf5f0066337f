"""Writes report pages where the team wants them: a file for each brand and period, and one for the latest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import ConfigError, NotWritten
from core.settings import absolute
from core.text import plain
from flows.shelf import Shelf, read_file, write_file
from flows.steps.poll import NOTE_LIMIT
from reports.keys import key_of
from reports.page import Page, page
from reports.page_lines import linked, origin, without
from reports.wording import moment
from storage.live_links import live_links
from storage.withdrawals import last_withdrawal, pages_in, remember_pages, settle, shelves, withdrawal

if TYPE_CHECKING:
    from datetime import datetime

    from core.period import Period
    from flows.wiring import Wiring
    from reports.document import Report

LATEST = "latest"
NAMED = 3
"""Places that are named, where more may be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a page lies."""

    address: str
    """Of this period: the same whenever it is written again."""
    latest: str = ""
    """Of the brand's latest page; empty: this page did not become it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What came of taking posts off pages."""

    pages: int = 0
    """Pages that changed."""
    elsewhere: tuple[str, ...] = ()
    """Where pages were written and none is found from here, as on another machine: still to be done."""
    troubles: tuple[str, ...] = ()
    """Why some were not gone through: a sentence each. The next run tries again."""

    @property
    def note(self) -> str:
        """Which pages were left to others, in words; empty: none."""
        if not self.elsewhere:
            return ""
        more = len(self.elsewhere) - NAMED
        named = ", ".join(self.elsewhere[:NAMED]) + (f" and {more} other places" if more > 0 else "")
        return (
            f"Report pages were written to {named}, where none is found from here: "
            "the first `earful revisit` that finds them takes off what is gone."
        )


def write_page(
    wiring: Wiring,
    brand: str,
    reports: Sequence[Report],
    *,
    period: Period,
    as_of: datetime,
    before: str,
    name: str = "",
    latest: bool = True,
) -> Written:
    """Write a page, in place of the one of the same brand and period.

    What has gone since its reports were made is taken off it, as `take_back` may have been done by then.

    Args:
        wiring: everything.
        brand: whose page it is.
        reports: what is on it, in this order.
        period: what it is about.
        as_of: when its figures were true.
        before: the last withdrawal before its reports were made.
        name: tells it from other pages of that period, such as `asked-delay`; empty: it is the period's own.
        latest: also becomes the brand's latest page.

    Raises:
        ConfigError: EARFUL_REPORTS is no address, or its library is missing.
        NotWritten: the place did not take it.
    """
    zone = wiring.catalogue.zone
    content = Page(
        title=brand,
        period=period.words,
        as_of=moment(as_of, zone) + ("" if as_of.astimezone(zone).tzname() == zone.key else f" ({zone.key})"),
        reports=reports,
        origin=_origin(wiring),
    )
    text = page(content)
    places = [f"{period.slug}{f'-{name}' if name else ''}", *([LATEST] if latest else [])]
    addresses = _put(wiring, brand, places, text)
    if gone := _gone_since(wiring, before, text):
        _put(wiring, brand, places, without(text, gone))
    return Written(address=addresses[0], latest=addresses[1] if latest else "")


def _put(wiring: Wiring, brand: str, places: Sequence[str], text: str) -> list[str]:
    shelf = Shelf(wiring.settings.reports)
    addresses = []
    for place in places:
        addresses.append(shelf.write(f"{folder_of(brand)}/{place}.html", text.encode()))
        _remember(wiring, shelf)
    return addresses


def _remember(wiring: Wiring, shelf: Shelf) -> None:
    """Pages lie on this shelf: whoever takes back what is gone has to know, wherever he is started."""
    with wiring.database.reading() as tx:
        known = shelf.place in shelves(tx)
    if not known:
        with wiring.database.transaction() as tx:
            remember_pages(tx, shelf.place)


def _gone_since(wiring: Wiring, before: str, text: str) -> frozenset[str]:
    """What a page leads to and is gone; empty, and without looking, where nothing has gone meanwhile."""
    with wiring.database.reading() as tx:
        if last_withdrawal(tx) == before:
            return frozenset()
        return linked(text) - live_links(tx, linked(text))


def folder_of(brand: str) -> str:
    """A brand's folder; two brands never share one."""
    return key_of("brand", brand).removeprefix("brand-").lstrip("-")


def take_back(wiring: Wiring) -> TakenBack:
    """Take posts that were deleted, or whose term has run out, off every page, wherever one was ever written.

    Nothing is read of a shelf that was gone through since the last post has gone. Only pages that were made
    from this database change. Quotations without an address cannot be told apart, and stay (docs/reports.md).
    """
    here = Shelf(wiring.settings.reports)  # its pages may be older than the memory of shelves
    with wiring.database.reading() as tx:
        known = shelves(tx)
        marks = {place: withdrawal(tx, pages_in(place)) for place in sorted({here.place, *known})}
    changed, elsewhere, troubles = 0, [], []
    for place, mark in marks.items():
        if mark is None:
            continue
        try:
            pages = Shelf(place).pages()
            changed += _clean(wiring, pages)
        except (ConfigError, NotWritten) as trouble:
            troubles.append(plain(f"report pages: {trouble}", NOTE_LIMIT))
            continue
        if pages:
            with wiring.database.transaction() as tx:
                settle(tx, pages_in(place), mark)
        elif place in known:
            elsewhere.append(place)
    return TakenBack(pages=changed, elsewhere=tuple(elsewhere), troubles=tuple(troubles))


def _clean(wiring: Wiring, pages: Sequence[str]) -> int:
    """Take what is gone off these pages; gives how many changed."""
    leads_to = {}
    for address in pages:
        document = _text(address)
        if origin(document) == _origin(wiring):  # of other posts we know nothing
            leads_to[address] = linked(document)
    every = frozenset[str]().union(*leads_to.values())
    with wiring.database.reading() as tx:
        gone = every - live_links(tx, every)
    changed = [address for address, found in leads_to.items() if found & gone]
    for address in changed:
        write_file(address, without(_text(address), gone).encode())
    return len(changed)


def _text(address: str) -> str:
    """Of a page, or of what somebody else put there, in whatever encoding."""
    return read_file(address).decode(errors="replace")


def _origin(wiring: Wiring) -> str:
    """Names the database without telling where it is."""
    return hashlib.sha256(absolute(wiring.database.place).encode()).hexdigest()[:32]
