"""The walk through Mastodon's listings: from the newest to what is known, and through a past span.

Pages go by id ("below this one"). A post's id holds the time at which it was written, so that one which
reaches this server late appears among older ones: what the overlap does not cover then is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged
from core.mention import Mention, Page, Rejected
from listeners import newest_first
from listeners.mastodon.client import TOLD_OF, Api
from listeners.mastodon.options import MastodonOptions
from listeners.mastodon.read import id_of, read_statuses, time_of
from listeners.newest_first import Fetch, Listing, Read
from listeners.several import load
from listeners.values import mapping, shown

_OVERLAP = timedelta(minutes=15)
"""Servers hand posts to each other within seconds; one that was down hands them over later."""
_BITS = 16
"""An id is milliseconds since 1970, then so many bits that tell posts of one millisecond apart."""
_FIRST_ID = 10**17
"""Ids of 1996. Smaller ones, and those with letters, hold no time: other servers have ids of their own."""

Step = Callable[[Listing, str | None], Iterator[Page]]
_Read = tuple[tuple[Mention, ...], tuple[Rejected, ...]]


class Mastodon:
    """Listens to one Mastodon target.

    Args:
        options: what to listen to.
        api: Mastodon.py, wrapped; closed at the end of each poll.
        clock: gives the time.
    """

    def __init__(self, options: MastodonOptions, api: Api, clock: Clock) -> None:
        self._options = options
        self._api = api
        self._clock = clock

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, one tag or query after the other, newest first."""
        with closing(self._api):
            yield from self._each(since, newest_first.poll)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span. Notifications are walked through from the newest, down to it."""
        token = None if self._options.mentions else str(snowflake(end))

        def step(listing: Listing, at: str | None) -> Iterator[Page]:
            return newest_first.between(listing, start, token, at)

        with closing(self._api):
            for page in self._each(since, step):
                yield replace(page, mentions=tuple(m for m in page.mentions if start <= m.posted_at < end))

    def _each(self, since: str | None, step: Step) -> Iterator[Page]:
        if self._options.mentions:
            yield from self._notifications(since, step)
            return
        listings = self._listings()
        places = load(since, "Mastodon", f"{self._options.base_url} {sorted(listings)}")
        yield from places.each(tuple(listings), lambda name, at: step(listings[name], at))

    def _listings(self) -> dict[str, Listing]:
        tags = {f"tag {tag}": self._tagged(tag) for tag in self._options.tags}
        queries = {f"search {query}": self._found(query) for query in self._options.queries}
        return {
            name: self._listing(name, fetch, self._read(name)) for name, fetch in (tags | queries).items()
        }

    def _listing(self, name: str, fetch: Fetch, read: Read) -> Listing:
        return Listing(
            source="Mastodon",
            question=f"{self._options.base_url} {name}",
            fetch=fetch,
            read=read,
            clock=self._clock,
            overlap=_OVERLAP,
            max_pages=self._options.max_pages,
            strays=0,  # the order of ids is that of times
        )

    def _read(self, name: str) -> Read:
        return lambda statuses: read_statuses(
            statuses, self._options.server, self._clock(), f"{self._options.server} {name}"
        )

    def _tagged(self, tag: str) -> Fetch:
        def fetch(below: str | None) -> tuple[list[Any], str | None]:
            body, following = self._api.tag(tag, below)
            return list_of(body, "a timeline"), following

        return fetch

    def _found(self, query: str) -> Fetch:
        """A search answers "below this id" with what is older than that id's *second*.

        (It makes `before:` of it, with a time to the second.) So it is asked up to the next second, and what
        was read already is left out.
        """

        def fetch(below: str | None) -> tuple[list[Any], str | None]:
            bound = _next_second(below) if below is not None else None
            found = list_of(self._api.search(query, bound), "'statuses'")
            if below is None or bound is None:
                return found, _last_id(found)
            if any(not _is_below(one, bound) for one in found):
                raise SchemaChanged(
                    "Mastodon: answered with a page that was already read instead of an older one; stopped. "
                    "If it happens again, please report it as a bug"
                )
            new = [one for one in found if _is_below(one, below)]
            if found and not new:  # nothing but that second
                return [], _this_second(below)
            return new, _last_id(new)

        return fetch

    def _notifications(self, since: str | None, step: Step) -> Iterator[Page]:
        """They are ordered by when they came, which may be long after the post was written.

        (Otherwise one old post that reaches us today would end the walk.)
        """
        posted: dict[str, datetime] = {}
        server = self._options.server

        def fetch(below: str | None) -> tuple[list[Any], str | None]:
            body, following = self._api.notifications(below)
            found = list_of(body, "the notifications")
            return [one for one in found if mapping(one).get("type", "mention") in TOLD_OF], following

        def read(notifications: Any) -> _Read:
            statuses = [mapping(one).get("status") or one for one in notifications]
            mentions, unread = read_statuses(statuses, server, self._clock(), f"{server} notifications")
            came = {
                f"{server}/{id_of(status)}": time_of(one)
                for one, status in zip(notifications, statuses, strict=True)
            }
            posted.update({mention.external_id: mention.posted_at for mention in mentions})
            return tuple(
                replace(m, posted_at=came.get(m.external_id) or m.posted_at) for m in mentions
            ), unread

        for page in step(self._listing("notifications", fetch, read), since):
            mentions = tuple(replace(m, posted_at=posted[m.external_id]) for m in page.mentions)
            yield replace(page, mentions=mentions)


def list_of(body: object, what: str) -> list[Any]:
    """The records of an answer; where another shape is recognised."""
    if not isinstance(body, list) or (body and not any(isinstance(record, dict) for record in body)):
        raise SchemaChanged(f"Mastodon: expected {what} as a list of objects, found {shown(body)}")
    return body


def snowflake(time: datetime) -> int:
    """The smallest id of a post that was written then."""
    return int(time.timestamp() * 1000) << _BITS


def _next_second(own_id: str) -> str:
    """The smallest id of the second after that of an id."""
    if not (own_id.isdecimal() and int(own_id) >= _FIRST_ID):
        return own_id
    return str(((int(own_id) >> _BITS) // 1000 + 1) * 1000 << _BITS)


def _this_second(own_id: str) -> str | None:
    """The smallest id of an id's second; None: it is that already, or holds no time."""
    if not (own_id.isdecimal() and int(own_id) >= _FIRST_ID):
        return None
    smallest = str((int(own_id) >> _BITS) // 1000 * 1000 << _BITS)
    return smallest if smallest != own_id else None


def _is_below(record: object, bound: str) -> bool:
    """Whether it comes after the bound; one without an id is taken as such."""
    own_id = id_of(record)
    return own_id is None or (len(own_id), own_id) < (len(bound), bound)


def _last_id(records: list[Any]) -> str | None:
    return next((own_id for record in reversed(records) if (own_id := id_of(record)) is not None), None)
