"""The walk through X's pages: what is asked next, what it may cost, and what could not be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import AuthFailed, QuotaExhausted, RateLimited
from core.mention import Lost, Page
from listeners.base import Borrowed
from listeners.paging import follow
from listeners.x.answers import advanced, finished, next_token
from listeners.x.authors import Authors, without_authors
from listeners.x.budget import Budget
from listeners.x.checkpoint import Checkpoint, Walk, load
from listeners.x.client import Api, Refused
from listeners.x.options import MENTIONS_LIMIT, USER_USD, XOptions
from listeners.x.read import read_posts

_REACH = timedelta(days=7) - timedelta(minutes=1)
"""How far back recent search goes, with a minute for clocks that differ."""
_OVERLAP = timedelta(minutes=1)
"""X holds back the newest half minute; a walk by time goes over the last minute once more."""
_HELD_BACK = timedelta(seconds=30)
"""X shows no post that is younger, and takes no `end_time` that is."""
_TOLERANCE = timedelta(hours=6)
"""A first search that takes some hours loses its last hours to the seven days: nobody asked for those."""
_REFUSALS = 3
"""How often one poll lets X refuse a parameter before it gives up."""


class X:
    """Listens to one X target.

    Args:
        options: what to listen to.
        api: tweepy, wrapped; closed at the end of each poll.
        borrowed: gives the time, what this target has cost since the month began, and stored authors.
    """

    def __init__(self, options: XOptions, api: Api, borrowed: Borrowed) -> None:
        self._options = options
        self._api = api
        self._clock = borrowed.clock
        self._authors = Authors(api, borrowed.authors, lookup=options.authors)
        self._budget = Budget(options, borrowed.clock, borrowed.spent_usd)
        self._pages_left, self._refusals = options.max_pages, 0
        self._oldest: datetime | None = None

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint: first the rest of a broken-off walk, then what is new.

        Every page carries a checkpoint (see checkpoint.py). A page on which the walk stops early says so
        in `truncated`; the next poll goes on from there, so what is missing then is late, not lost.
        """
        with closing(self._api):
            yield from self._read(load(since, self._options))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield what was posted in a span: of a search, as far as it lies within the last seven days."""
        state = load(since, self._options, f" {start.isoformat()} {end.isoformat()}")
        if state.walk is None and state.checked_at is not None:
            return
        now, first = self._clock(), start
        if self._options.query is not None and start < now - _REACH:
            first = now - _REACH
            yield self._out_of_reach("that were asked for")
        if end <= first:
            return
        last = end.isoformat() if end < now - _HELD_BACK else None
        walk = state.walk or Walk(began=now.isoformat(), end_time=last)
        state = replace(state, walk=replace(walk, start_time=first.isoformat()))
        with closing(self._api):
            yield from self._read(state, once=True)

    def _read(self, state: Checkpoint, *, once: bool = False) -> Iterator[Page]:
        """Walk on from a state, and, unless `once`, begin a new walk where one that was broken off ended."""
        self._pages_left, self._refusals = self._options.max_pages, 0
        state = self._with_account(state)
        if spend := self._budget.report():
            yield Page(checkpoint=state.text(), spend_usd=spend)
        self._budget.demand_page()
        if self._rested_too_long(state):
            yield self._out_of_reach()
        while True:
            resumed = state.walk is not None and state.walk.token is not None
            try:
                for page, after in self._walk(state):
                    state = after
                    yield page
            except Refused as refused:
                state, whole = self._around(refused, state)
                if not whole:
                    yield self._out_of_reach()
                continue
            if once or state.walk is not None or not resumed or self._stop_reason():
                return

    def _with_account(self, state: Checkpoint) -> Checkpoint:
        """Find the account's number, once: after that it is in the checkpoint, in a page of its own.

        (If it waited for the first posts, an hour without X would pay for it again each time.)
        """
        if self._options.user is None or state.account_id is not None:
            return state
        account_id = self._options.account_id
        if account_id is None:
            self._budget.demand_page()
            account_id = self._api.account_id(str(self._options.user))
            self._budget.pay(USER_USD)
        return replace(state, account_id=account_id)

    def _rested_too_long(self, state: Checkpoint) -> bool:
        """Whether a search that was broken off waited for so long that its rest is out of reach."""
        walk = state.walk
        if walk is None or self._options.query is None:
            return False
        began = datetime.fromisoformat(walk.began) - _REACH
        end = datetime.fromisoformat(state.checked_at or walk.start_time or began.isoformat())
        return end < self._clock() - _REACH - _TOLERANCE

    def _out_of_reach(self, which: str = "that came after the last complete poll") -> Page:
        """Says what is lost; a page of its own, as the walk down to there may be late on top of it."""
        reach = self._clock() - _REACH
        return Page(
            truncated=f"posts before {reach:%Y-%m-%d %H:%M} UTC {which} cannot be had any more: "
            "X search reaches back seven days",
            lost=Lost(until=reach),
        )

    def _walk(self, state: Checkpoint) -> Iterator[tuple[Page, Checkpoint]]:
        """Yield each page with the state after it; at its end the state has no walk any more."""
        walk = state.walk or Walk(newest=state.since_id, began=self._clock().isoformat())
        place = "search" if self._options.query is not None else "mentions"

        def fetch(token: str | None) -> tuple[dict[str, Any], str | None]:
            body = self._api.page(state.account_id, token, **self._bounds(state, walk))
            return body, next_token(body)

        for body, token in follow(fetch, source="X", start=walk.token, max_pages=self._pages_left):
            self._pages_left -= 1
            authors, users_usd, trouble = self._authors.of(body)
            self._budget.pay(self._budget.cost(body) + users_usd)
            walk = advanced(walk, body, token)
            stop = self._stop_reason() if token is not None else ""
            state = replace(state, walk=walk) if token is not None else finished(state, walk)
            mentions, unread = read_posts(body, self._clock(), f"GET {place}", authors)
            self._oldest = min((mention.posted_at for mention in mentions), default=self._oldest)
            wall = self._wall(walk, token)
            page = Page(
                mentions=mentions,
                rejected=(*unread, *without_authors(trouble)),
                checkpoint=state.text(),
                spend_usd=self._budget.report(),
                truncated=wall or stop,
                lost=Lost(until=self._oldest or self._clock()) if wall else None,
            )
            yield page, state
            if isinstance(trouble, RateLimited | QuotaExhausted | AuthFailed):
                raise trouble  # after the page, which is paid for
            if stop:
                return

    def _bounds(self, state: Checkpoint, walk: Walk) -> dict[str, Any]:
        bounds: dict[str, Any] = {"max_results": self._budget.page_size()}
        if walk.start_time is not None:
            start = datetime.fromisoformat(walk.start_time)
            # X refuses one that has fallen out of a search's reach while the walk rested.
            reach = self._clock() - _REACH if self._options.query is not None else start
            bounds["start_time"] = max(start, reach)
            if walk.end_time is not None:
                bounds["end_time"] = datetime.fromisoformat(walk.end_time)
        elif state.since_id is not None:
            bounds["since_id"] = state.since_id
        return bounds

    def _around(self, refused: Refused, state: Checkpoint) -> tuple[Checkpoint, bool]:
        """The state from which to ask again after a 400, or the error itself where there is no way.

        And whether everything that is wanted is still within reach from there.

        A page token that X no longer takes: the walk begins anew, and reads some posts twice.
        A `since_id` older than seven days: the walk ends at a time instead.
        """
        walk = state.walk
        self._refusals += 1
        if self._refusals >= _REFUSALS:
            raise refused
        if walk is not None and walk.token is not None and walk.start_time is not None:
            return replace(state, walk=replace(walk, token=None)), True
        if walk is not None and walk.token is not None:
            return replace(state, walk=None), True
        if "since_id" not in refused.parameters or state.since_id is None or walk is not None:
            raise refused
        now = self._clock()
        earliest = now - _REACH
        checked = datetime.fromisoformat(state.checked_at) - _OVERLAP if state.checked_at else None
        whole = checked is not None and checked >= earliest
        start = max(checked or earliest, earliest)
        walk = Walk(newest=state.since_id, began=now.isoformat(), start_time=start.isoformat())
        return replace(state, walk=walk), whole

    def _stop_reason(self) -> str:
        """Why no further page is asked for now; empty: go on."""
        stop = self._budget.stop()
        if not stop and self._pages_left <= 0:
            stop = f"stopped at page {self._options.max_pages}; the next poll reads the older posts"
        return stop

    def _wall(self, walk: Walk, token: str | None) -> str:
        if token is None and self._options.user is not None and walk.posts >= MENTIONS_LIMIT:
            return f"X shows only the newest {MENTIONS_LIMIT} mentions; older ones cannot be had"
        return ""
