"""The walk through a Reddit listing: from the newest item to what the last complete walk has seen.

Reddit has no "since": a walk ends at a time, the newest creation time of the last complete walk less an
overlap. Reading is free, so the checkpoint is published on the last page only, and a walk that was broken
off begins again at the newest item. Items of the overlap come twice, which does no harm: they are known
by their ids, and may have been edited or deleted since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged
from core.mention import Page
from listeners.paging import follow
from listeners.reddit.client import Api, listing_of
from listeners.reddit.options import WALL, RedditOptions
from listeners.reddit.read import read_items

_OVERLAP = {"new": timedelta(minutes=10), "comments": timedelta(minutes=10), "search": timedelta(hours=3)}
"""Items appear late: those held back for moderation, and in search, whose index lags, any."""
_NEARLY = 0.95
"""Items that nobody may see are counted in the wall of 1000 but not shown."""


class Reddit:
    """Listens to one Reddit target.

    Args:
        options: what to listen to.
        api: praw, wrapped; closed at the end of each poll.
        clock: gives the time.
    """

    def __init__(self, options: RedditOptions, api: Api, clock: Clock) -> None:
        self._options = options
        self._api = api
        self._clock = clock

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, newest first; the checkpoint is on the last page only."""
        known = _load(since, self._options)
        newest, seen, pages = known, 0, 0
        edge = known - _OVERLAP[self._options.listing] if known is not None else None

        def fetch(after: str | None) -> tuple[list[Any], str | None]:
            return listing_of(self._api.page(after))

        with closing(self._api):
            for children, after in follow(fetch, source="Reddit", max_pages=self._options.max_pages):
                pages += 1
                seen += len(children)
                mentions, rejected = read_items(children, self._clock(), f"GET {self._options.listing}")
                times = [mention.posted_at for mention in mentions]
                newest = self._newest(times, newest)
                # The last one decides: an old item pinned to the top is not the end of what is new.
                reached = edge is not None and bool(times) and times[-1] < edge
                last = after is None or reached or pages == self._options.max_pages
                yield Page(
                    mentions=tuple(m for m in mentions if edge is None or m.posted_at >= edge),
                    rejected=rejected,
                    checkpoint=_text(newest, self._options) if last and newest is not None else None,
                    truncated=self._wall(after, seen) if last and not reached else "",
                )
                if last:
                    return

    def _newest(self, times: list[datetime], newest: datetime | None) -> datetime | None:
        """The newest time so far; one in the future would hide everything until then."""
        now = self._clock()
        return max((time for time in [*times, newest] if time is not None and time <= now), default=newest)

    def _wall(self, after: str | None, seen: int) -> str:
        """Why older items may be missing, where a walk ended before it came to what is known."""
        if after is not None:
            return (
                f"stopped after {self._options.max_pages} pages ({seen} items); older new items cannot be "
                "had. Poll more often, or raise max_pages (Reddit serves about 1000 items at most)"
            )
        if seen >= WALL * _NEARLY:
            return (
                f"Reddit lists only the newest {WALL} items or so; older ones cannot be had. Poll more often"
            )
        return ""


def _fingerprint(options: RedditOptions) -> str:
    question = f"{options.listing} {options.subreddit.lower()} {options.query}"
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def _text(newest: datetime, options: RedditOptions) -> str:
    return json.dumps({"asked": _fingerprint(options), "newest": newest.isoformat()}, separators=(",", ":"))


def _load(text: str | None, options: RedditOptions) -> datetime | None:
    """The time of the newest known item; None where the target now asks something else."""
    if text is None:
        return None
    try:
        stored = json.loads(text)
        newest = datetime.fromisoformat(stored["newest"]).astimezone(UTC)
        return newest if stored["asked"] == _fingerprint(options) else None
    except (ValueError, TypeError, KeyError) as error:
        raise SchemaChanged(
            "Reddit: the stored checkpoint of this target cannot be read; remove it to start anew"
        ) from error
