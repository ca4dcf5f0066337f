"""The public feed of an app's reviews: fifty a page, ten pages a country, newest first, without a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceUnavailable
from core.mention import Mention, Page, Rejected
from listeners import listings
from listeners.appstore.options import FEED_PAGE, FEED_PAGES, AppStoreOptions
from listeners.appstore.read_feed import entries_of, read_feed
from listeners.base import Borrowed
from listeners.json_api import JsonApi
from listeners.newest_first import Listing

_SILENT = (
    "the feed is empty although it had reviews before, as Apple's feed is at times; "
    "nothing is taken for deleted, and the next poll looks again"
)


class Feed:
    """Listens to an app's reviews in some countries.

    Args:
        options: what to listen to.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: AppStoreOptions, borrowed: Borrowed) -> None:
        self._options, self._borrowed = options, borrowed

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, newest first, country by country."""
        return listings.poll(self._listings(), since, silent=_SILENT)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield a past span, as far as it is among the newest 500 reviews of a country."""
        return listings.past(self._listings(), start, end, since)

    def _listings(self) -> dict[str, Listing]:
        return {country: self._listing(country) for country in self._options.countries}

    def _listing(self, country: str) -> Listing:
        options, clock = self._options, self._borrowed.clock
        pages = _Pages(options, country, self._borrowed)

        def read(entries: Sequence[Any]) -> tuple[Sequence[Mention], Sequence[Rejected]]:
            return read_feed(entries, clock(), pages.place, app=options.app, country=country)

        return Listing(
            source=pages.source,
            question=f"feed {options.app} {country}",
            fetch=pages.fetch,
            read=read,
            clock=clock,
            overlap=timedelta(minutes=options.overlap_minutes),
            max_pages=min(options.max_pages, FEED_PAGES),
            wall=pages.wall,
            wall_in_sight=True,
        )


class _Pages:
    """The pages of one country's feed; a page's token is its number, as the feed's own links lead to XML."""

    def __init__(self, options: AppStoreOptions, country: str, borrowed: Borrowed) -> None:
        self.source = f"App Store ({country})"
        self.place = ""
        self._options, self._country, self._full = options, country, False
        self._held = 0
        """How many reviews the page before held."""
        self._empty: int | None = None
        """The page that was empty already when an earlier poll asked for it."""
        self._api = JsonApi(
            self.source,
            borrowed,
            base_url=options.base_url,
            timeout=options.timeout_seconds,
            judge=self._judge,
        )

    def fetch(self, token: str | None) -> tuple[list[Any], str | None]:
        if token is not None and not token.isdigit():
            raise SchemaChanged(f"{self.source}: the place of an unfinished poll is no page number")
        number = int(token or 1)
        self.place = f"GET {self._country}/rss/customerreviews page {number}"
        # A page may hold less than fifty with more to come: only an empty one ends the feed.
        entries = entries_of(
            self._api.get(
                f"/{self._country}/rss/customerreviews/page={number}/id={self._options.app}"
                "/sortby=mostrecent/json"
            )
        )
        if not entries and number > 1:
            self._doubt(number)
        self._held = len(entries)
        self._full = bool(entries) and number >= FEED_PAGES
        return entries, str(number + 1) if entries and not self._full else None

    def _doubt(self, number: int) -> None:
        """An empty page after a full one ends the feed only where the next poll finds it empty, too."""
        if self._held == 0:  # this poll goes on here; the walk begins anew, and will come by once more
            self._empty = number
        elif self._held >= FEED_PAGE and number != self._empty:
            raise SourceUnavailable(
                f"{self.source}: page {number} came empty after a full one, as Apple's feed does at times; "
                "it is asked for again"
            )

    def wall(self, _seen: int) -> str:
        """Whether the walk ended where the feed does, and not the reviews."""
        if not self._full:
            return ""
        return (
            f"the feed shows no more than the newest {FEED_PAGES * FEED_PAGE} reviews of a country; "
            "older ones can only be had through App Store Connect"
        )

    def _judge(self, status: int, _headers: Mapping[str, str], _body: object) -> SourceError | None:
        if status not in (401, 403):
            return None
        return AuthFailed(
            f"{self.source}: Apple refuses this machine's requests ({status}); the feed needs no key, so ask "
            "less often, or ask from elsewhere"
        )
