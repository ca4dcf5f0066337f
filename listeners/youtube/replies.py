"""Replies: those that a thread does not show are asked for, and where that stopped is kept for the next poll.

They are asked for where a thread has more than it shows, and more than last time. A poll asks for so many
pages of a thread and no more (`max_reply_pages`); the next one goes on there, if the thread did not get
further replies meanwhile: then it is read from the beginning. Where replies fail, the thread and the others
are read all the same, and the next poll goes on there, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Lost, Mention, Page, Rejected
from listeners.json_api import JsonApi
from listeners.paging import follow
from listeners.patience import LASTS, PASSING, Patience, given_up
from listeners.several import Places
from listeners.values import mapping
from listeners.youtube.client import items_of
from listeners.youtube.options import YouTubeOptions
from listeners.youtube.read import (
    read_comments,
    read_threads,
    reply_count,
    shown_replies,
    thread_id,
    video_of,
)

_REMEMBERED = 500
"""Threads whose number of replies, and of whose replies the rest, is remembered."""
_LATE = "more replies of a long thread are read by the next poll (max_reply_pages)"

_Trouble = SourceUnavailable | SchemaChanged

Rests = Mapping[str, Any]
"""A thread's id -> its listing, its video, and the token of the page at which the next poll goes on; None: of
the first one."""


class Replies:
    """Reads the replies of one target's threads.

    Args:
        options: whether any are wanted, and how many pages of them.
        api: the Data API.
        clock: gives the time.
        places: of the target; remembers what was read.
        patience: notes it where the replies of a thread fail.
    """

    def __init__(
        self, options: YouTubeOptions, api: JsonApi, clock: Clock, places: Places, patience: Patience
    ) -> None:
        self._options, self._api, self._clock, self._places = options, api, clock, places
        self._patience = patience
        self._failing: dict[str, float] = {}

    def rests(self, listing: str) -> Rests:
        """What earlier polls left of a listing's threads."""
        if not self._options.replies:
            return {}
        every = mapping(self._places.more.get("rests")).items()
        return {own_id: rest for own_id, rest in every if mapping(rest).get("listing") == listing}

    def keep(self, listings: Sequence[str]) -> None:
        """Forget what is left of threads of other listings."""
        self._places.more["rests"] = {
            own_id: rest for name in listings for own_id, rest in self.rests(name).items()
        }
        self._failing = {
            own_id: float(began)
            for own_id, began in mapping(self._places.more.get("failing")).items()
            if own_id in self._places.more["rests"]
        }
        self._places.more["failing"] = self._failing

    def added(self, page: Page, threads: Sequence[Any], listing: str) -> Page:
        """The page, and the replies of its threads but for those that are too old for it."""
        if not self._options.replies:
            return page
        kept = {mention.external_id for mention in page.mentions}
        readable = {mention.external_id for mention in read_threads(threads, self._clock(), "")[0]}
        mentions: list[Mention] = []
        unread: list[Rejected] = []
        truncated = page.truncated
        for thread in threads:
            if (own_id := thread_id(thread)) in readable - kept:
                continue
            comments, late = self._of(thread, own_id, listing)
            truncated = truncated or late
            read, bad = read_comments(comments, self._clock(), "replies", video=video_of(thread))
            mentions.extend(read)
            unread.extend(bad)
        return replace(
            page,
            mentions=(*page.mentions, *mentions),
            rejected=(*page.rejected, *unread),
            truncated=truncated,
        )

    def rest(self, listing: str, before: Rests) -> Iterator[Page]:
        """More of what earlier polls left, a thread a page.

        Args:
            listing: its threads.
            before: what `rests` gave before the listing was walked; what was read anew meanwhile is left out.
        """
        for own_id, rest in before.items():
            if self._patience.over or self.rests(listing).get(own_id) != rest:
                continue
            token, video = mapping(rest).get("token"), str(mapping(rest).get("video") or "")
            token = None if token is None else str(token)
            comments, late, trouble = self._from(own_id, token, listing, video)
            why, lost = self._lost(own_id, token, trouble)
            read, bad = read_comments(comments, self._clock(), "replies", video=video)
            yield Page(mentions=read, rejected=bad, truncated=late or why, lost=lost)

    def _lost(self, own_id: str, token: str | None, trouble: _Trouble | None) -> tuple[str, Lost | None]:
        """Why a rest is never asked for again, and of when it is; None: it is, or it is not missing."""
        if trouble is None:
            return "", None
        lost: Lost | None = Lost(until=self._clock())
        # A token that is no longer taken; if it is more, the threads say it too.
        if isinstance(trouble, SchemaChanged) and token is not None:
            why = "its place was lost"
        elif (lost := given_up(self._failing, own_id, self._clock())) is not None:
            why = f"it has failed for {LASTS.days} days: {trouble}"
        else:
            self._patience.failed(f"the thread {own_id}", trouble)
            return "", None
        self._failing.pop(own_id, None)
        self._places.more["rests"].pop(own_id)
        return f"the rest of the replies of the thread {own_id} cannot be had: {why}", lost

    def _of(self, thread: object, own_id: str | None, listing: str) -> tuple[list[Any], str]:
        """A thread's replies, and why some are missing."""
        total, comments = reply_count(thread), shown_replies(thread)
        seen = mapping(self._places.more.get("replies"))
        if own_id is None or total <= len(comments) or seen.get(own_id) == str(total):
            return comments, ""
        self._remember("replies", own_id, str(total))
        if self._patience.over:
            self._leave(own_id, listing, video_of(thread), None)
            return comments, ""
        asked, late, trouble = self._from(own_id, None, listing, video_of(thread))
        if trouble is None:
            return asked, late
        self._patience.failed(f"the thread {own_id}", trouble)
        return asked or comments, ""

    def _from(
        self, parent: str, token: str | None, listing: str, video: str
    ) -> tuple[list[Any], str, _Trouble | None]:
        """As many replies as a poll may ask for, from a page on; why it may not ask for more; what failed."""

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            body = self._api.get(
                "/comments", part="snippet", parentId=parent, maxResults=100, pageToken=token
            )
            return items_of(body, "comment")

        comments: list[Any] = []
        following = token
        pages = follow(fetch, source="YouTube", start=token, max_pages=self._options.max_reply_pages)
        try:
            for some, token in pages:
                comments.extend(some)
                following = token
        except SourceGone:  # deleted since the thread was listed
            following = None
        except PASSING as trouble:
            self._leave(parent, listing, video, following)
            return comments, "", trouble
        self._patience.answered()
        self._failing.pop(parent, None)
        if following is None:
            self._remember("rests", parent, None)
            return comments, "", None
        self._leave(parent, listing, video, following)
        return comments, _LATE, None

    def _leave(self, own_id: str, listing: str, video: str, token: str | None) -> None:
        """For the next poll."""
        self._remember("rests", own_id, {"listing": listing, "video": video, "token": token})

    def _remember(self, what: str, own_id: str, value: Any) -> None:
        """The latest come last, and stay longest."""
        known = {key: kept for key, kept in mapping(self._places.more.get(what)).items() if key != own_id}
        if value is not None:
            known[own_id] = value
        self._places.more[what] = dict(list(known.items())[-_REMEMBERED:])
