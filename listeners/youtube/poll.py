"""The walk through comments: of each video, or of a channel, from the newest thread to what is known.

Threads come in the order in which they began, so a late reply does not bring its thread back to the top.
Threads of the last hours (`look_back_hours`) are therefore walked through again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import QuotaExhausted
from core.mention import Page
from listeners import newest_first
from listeners.base import Borrowed
from listeners.newest_first import Listing
from listeners.patience import Patience
from listeners.several import Places, load
from listeners.times import from_iso
from listeners.values import mapping, storable
from listeners.youtube.client import Closed, items_of, open_api
from listeners.youtube.closed import ClosedOnes
from listeners.youtube.options import YouTubeOptions
from listeners.youtube.read import read_threads
from listeners.youtube.replies import Replies

_Step = Callable[[Listing, str | None], Iterator[Page]]


class YouTube:
    """Listens to one YouTube target.

    Args:
        options: what to listen to.
        borrowed: client, clock, key and permit.
    """

    def __init__(self, options: YouTubeOptions, borrowed: Borrowed) -> None:
        self._options = options
        self._api = open_api(options, borrowed)
        self._clock = borrowed.clock
        self._patience = Patience()

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, one video after the other, newest first."""
        now = self._clock()
        places = load(since, "YouTube", self._question())
        searched = from_iso(places.more.get("searched"))
        if self._options.query is not None and (
            searched is None or now - searched >= timedelta(hours=self._options.search_every_hours)
        ):
            yield self._searched(places, now - timedelta(days=self._options.search_days))
        yield from self._each(places, newest_first.poll)

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span; newer comments are walked through on the way there."""
        places = load(since, "YouTube", self._question())
        if self._options.query is not None and "searched" not in places.more:
            self._search(places, start - timedelta(days=self._options.search_days), end)
            yield Page(checkpoint=places.text())

        def step(listing: Listing, at: str | None) -> Iterator[Page]:
            for page in newest_first.between(listing, start, None, at):
                yield replace(page, mentions=tuple(m for m in page.mentions if m.posted_at < end))

        yield from self._each(places, step)

    def _question(self) -> str:
        return f"{self._options.video} {self._options.channel} {self._options.query}"

    def _searched(self, places: Places, after: datetime) -> Page:
        """A page, as searches are scarce: what this one found is kept.

        One that fails does not keep the videos that are known from being read.
        """
        why = ""
        try:
            with self._patience.one("the search for videos"):
                self._search(places, after, None)
        except QuotaExhausted as error:  # searches have one of their own
            if set(self._names(places)) <= set(_texts(places.more.get("closed"))):
                raise
            why = f"no videos were searched for, those known were read: {error}"
        return Page(checkpoint=places.text(), truncated=why)

    def _search(self, places: Places, after: datetime, before: datetime | None) -> None:
        """Find videos; those that were found before and are young enough stay."""
        body = self._api.get(
            "/search",
            part="snippet",
            type="video",
            order="date",
            q=self._options.query,
            publishedAfter=_stamp(after),
            publishedBefore=_stamp(before) if before is not None else None,
            maxResults=self._options.videos,
        )
        found: dict[str, str] = {}
        for item in items_of(body, "search")[0]:
            video, published = mapping(mapping(item).get("id")).get("videoId"), _published(item)
            if isinstance(video, str) and video and published is not None:
                found[storable(video)] = published.isoformat()
        known = _texts(places.more.get("videos")) | found
        young = {video: at for video, at in known.items() if (from_iso(at) or after) >= after}
        newest = sorted(young, key=lambda video: young[video], reverse=True)[: self._options.videos]
        places.more["videos"] = {video: young[video] for video in newest}
        places.more["searched"] = self._clock().isoformat()

    def _names(self, places: Places) -> tuple[str, ...]:
        if self._options.channel is not None:
            return (self._options.channel,)
        if self._options.query is None:
            return self._options.video
        return tuple(_texts(places.more.get("videos")))

    def _each(self, places: Places, step: _Step) -> Iterator[Page]:
        names = self._names(places)
        replies = Replies(self._options, self._api, self._clock, places, self._patience)
        replies.keep(names)
        closed = ClosedOnes(places, names, self._clock(), chosen=self._options.query is None)
        kind = "video" if self._options.channel is None else "channel"

        def walk(name: str, at: str | None) -> Iterator[Page]:
            if closed.rests(name):
                return
            try:
                rests = replies.rests(name)
                for page in self._pages(name, at, replies, step):
                    closed.opened(name)
                    yield page
                yield from replies.rest(name, rests)
            except Closed as error:
                yield closed.refused(name, f"the {kind} {name} {error.why}")

        yield from places.each(names, walk)
        if closed.all_rest:
            yield Page(checkpoint=places.text())
        closed.tell()
        self._patience.tell()

    def _pages(self, name: str, at: str | None, replies: Replies, step: _Step) -> Iterator[Page]:
        """One listing's pages with their replies."""
        threads: list[Any] = []
        for page in step(self._listing(name, threads), at):
            yield replies.added(page, threads, name)

    def _listing(self, name: str, last: list[Any]) -> Listing:
        """Args: name: of the video or channel; last: filled with the threads of the page that came last."""
        channel = self._options.channel

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            body = self._api.get(
                "/commentThreads",
                part="snippet,replies" if self._options.replies else "snippet",
                videoId=None if channel else name,
                allThreadsRelatedToChannelId=channel,
                order="time",
                maxResults=self._options.page_size,
                pageToken=token,
            )
            last[:], following = items_of(body, "commentThread")
            return list(last), following

        return Listing(
            source="YouTube",
            question=name,
            fetch=fetch,
            read=lambda threads: read_threads(threads, self._clock(), "GET commentThreads"),
            clock=self._clock,
            overlap=timedelta(hours=self._options.look_back_hours),
            max_pages=self._options.max_pages,
        )


def _published(item: object) -> datetime | None:
    return from_iso(mapping(mapping(item).get("snippet")).get("publishedAt"))


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _texts(value: object) -> dict[str, str]:
    """A stored table of texts, whatever is stored."""
    return {str(key): str(entry) for key, entry in mapping(value).items()}
