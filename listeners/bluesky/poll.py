"""The walk through Bluesky's search and notifications, from the newest to what is known.

A search goes by time, not by `cursor`, which counts from the top and, as the interface says, need not reach
the end: each page is asked for as "older than the oldest one of the last page".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged
from core.mention import Mention, Page, Rejected
from listeners import newest_first
from listeners.bluesky.client import SAID_TO_US, Api
from listeners.bluesky.options import BlueskyOptions
from listeners.bluesky.read import read_posts, seen_time, sort_time, uri_of
from listeners.newest_first import Listing
from listeners.several import load
from listeners.values import Unreadable, mapping, shown

_OVERLAP = timedelta(minutes=15)
"""The index learns of a post within seconds; from a server that was away, later."""
_TICK = timedelta(milliseconds=1)
"""Bluesky's index knows times to the millisecond."""
_OWN = "notifications"

Step = Callable[[Listing, str | None], Iterator[Page]]


class Bluesky:
    """Listens to one Bluesky target.

    Args:
        options: what to listen to.
        api: atproto, wrapped.
        clock: gives the time.
    """

    def __init__(self, options: BlueskyOptions, api: Api, clock: Clock) -> None:
        self._options = options
        self._api = api
        self._clock = clock

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, one query after the other, newest first."""
        yield from self._each(since, newest_first.poll, None)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span. Notifications are walked through from the newest, down to it."""
        token = _text(end) if self._options.handle is None else None

        def step(listing: Listing, at: str | None) -> Iterator[Page]:
            return newest_first.between(listing, start, token, at)

        for page in self._each(since, step, start):
            yield replace(page, mentions=tuple(m for m in page.mentions if start <= m.posted_at < end))

    def _each(self, since: str | None, step: Step, start: datetime | None) -> Iterator[Page]:
        if self._options.handle is not None:
            yield from self._notifications(since, step)
            return
        queries = self._options.queries

        def walk(query: str, at: str | None) -> Iterator[Page]:
            return step(
                self._listing(f"search {query}", self._searching(query, start), self._read_search), at
            )

        yield from load(since, "Bluesky", f"search {queries}").each(queries, walk)

    def _notifications(self, since: str | None, step: Step) -> Iterator[Page]:
        """They are ordered by when Bluesky saw a post; a mention says when it was posted.

        (Otherwise one post with a date of last year would end the walk.)
        """
        posted: dict[str, datetime] = {}

        def read(records: Any) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
            mentions, unread = read_posts(records, self._clock(), "GET listNotifications")
            seen = {uri_of(record): seen_time(record) for record in records if _moment(record)}
            posted.update({mention.external_id: mention.posted_at for mention in mentions})
            return tuple(replace(m, posted_at=seen.get(m.external_id, m.posted_at)) for m in mentions), unread

        listing = self._listing(f"{_OWN} {self._options.handle}", self._notified, read)
        for page in step(listing, since):
            mentions = tuple(replace(m, posted_at=posted[m.external_id]) for m in page.mentions)
            yield replace(page, mentions=mentions)

    def _listing(self, question: str, fetch: newest_first.Fetch, read: newest_first.Read) -> Listing:
        return Listing(
            source="Bluesky",
            question=question,
            fetch=fetch,
            read=read,
            clock=self._clock,
            overlap=_OVERLAP,
            max_pages=self._options.max_pages,
        )

    def _read_search(self, records: Any) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
        return read_posts(records, self._clock(), "GET searchPosts")

    def _searching(self, query: str, start: datetime | None) -> newest_first.Fetch:
        since = _text(start) if start is not None else None

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            """Posts of one query, older than the token, a time."""
            until = _until(token)
            body = self._api.search(query, token, since)
            posts = list_of(body, "posts")
            if not body.get("cursor") or not posts:
                return posts, None
            return _without_the_last_moment(posts, until)

        return fetch

    def _notified(self, cursor: str | None) -> tuple[list[Any], str | None]:
        """What was said to us; likes and followers are nobody's words."""
        body = self._api.notifications(cursor)
        found = list_of(body, "notifications")
        said = [one for one in found if mapping(one).get("reason", "mention") in SAID_TO_US]
        following = body.get("cursor")
        if following is not None and not isinstance(following, str):
            raise SchemaChanged(f"Bluesky: expected 'cursor' as a text, found {shown(following)}")
        return said, following or None


def list_of(body: dict[str, Any], key: str) -> list[Any]:
    """The records of an answer; where another shape is recognised."""
    records = body.get(key)
    if not isinstance(records, list):
        raise SchemaChanged(f"Bluesky: expected '{key}' as a list, found {shown(records)}")
    return records


def _without_the_last_moment(posts: list[Any], until: datetime | None) -> tuple[list[Any], str]:
    """The posts of a page that goes on, and where it goes on.

    More posts of the page's last millisecond may be on the next page, so all of them are taken from there.
    """
    moments = [_moment(post) for post in posts]
    older = [moment for moment in moments if moment is not None and (until is None or moment < until)]
    if not older:
        raise SchemaChanged(
            "Bluesky: answered with a page that was already read instead of an older one; stopped. If it "
            "happens again, please report it as a bug"
        )
    last = moments[-1]
    last = last if last is not None and (until is None or last < until) else min(older)
    if until is not None and last + _TICK == until:  # a page of nothing else
        return posts, _text(last)
    kept = [post for post, moment in zip(posts, moments, strict=True) if moment != last]
    return kept, _text(last + _TICK)


def _moment(post: object) -> datetime | None:
    """By which the search is ordered, to the millisecond."""
    try:
        time = sort_time(mapping(post))
    except Unreadable:
        return None
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def _until(token: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(token) if token is not None else None
    except ValueError:
        raise SchemaChanged(
            "Bluesky: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from None
