"""The walk through X's pages: what is asked next, what it may cost, and what could not be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import Clock
from core.errors import QuotaExhausted, SchemaChanged
from core.mention import Page
from listeners.paging import follow
from listeners.values import shown
from listeners.x.checkpoint import Checkpoint, Walk, load
from listeners.x.client import Api, Refused
from listeners.x.options import MENTIONS_LIMIT, USER_USD, XOptions
from listeners.x.read import read_posts

_REACH = timedelta(days=7) - timedelta(minutes=1)
"""How far back recent search goes, with a minute for clocks that differ."""
_OVERLAP = timedelta(minutes=1)
"""X holds back the newest half minute; a walk by time goes over the last minute once more."""
_TOLERANCE = timedelta(hours=6)
"""A first search that takes some hours loses its last hours to the seven days: nobody asked for those."""
_REFUSALS = 3
"""How often one poll lets X refuse a parameter before it gives up."""


class X:
    """Listens to one X target.

    Args:
        options: what to listen to.
        api: tweepy, wrapped; closed at the end of each poll.
        clock: gives the time.
        spent_usd: what this target has cost since the month began.
    """

    def __init__(self, options: XOptions, api: Api, clock: Clock, spent_usd: float) -> None:
        self._options = options
        self._api = api
        self._clock = clock
        self._spent = spent_usd
        self._unreported = 0.0
        self._pages_left = options.max_pages
        self._hole = ""

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint: first the rest of a broken-off walk, then what is new.

        Every page carries a checkpoint (see checkpoint.py). A page on which the walk stops early says so
        in `truncated`; the next poll goes on from there, so what is missing then is late, not lost.
        """
        self._pages_left = self._options.max_pages
        state = load(since, self._options)
        refusals = 0
        with closing(self._api):
            if self._options.user is not None and state.account_id is None:
                state = self._with_account(state)
                if self._unreported:
                    yield Page(checkpoint=state.text(), spend_usd=self._report_spend())
            self._demand_budget()
            self._look_for_hole(state)
            while True:
                resumed = state.walk is not None and state.walk.token is not None
                try:
                    for page, after in self._walk(state):
                        state = after
                        yield page
                except Refused as refused:
                    refusals += 1
                    if refusals >= _REFUSALS:
                        raise
                    state = self._around(refused, state)
                    continue
                if state.walk is not None or not resumed or self._stop_reason():
                    return

    def _with_account(self, state: Checkpoint) -> Checkpoint:
        """Find the account's number, once: after that it is in the checkpoint, in a page of its own.

        (If it waited for the first posts, an hour without X would pay for it again each time.)
        """
        account_id = self._options.account_id
        if account_id is None:
            self._demand_budget()
            account_id = self._api.account_id(str(self._options.user))
            self._pay(USER_USD)
        return replace(state, account_id=account_id)

    def _look_for_hole(self, state: Checkpoint) -> None:
        """Whether a search that was broken off waited for so long that its rest is out of reach."""
        walk = state.walk
        if walk is None or self._options.query is None:
            return
        began = datetime.fromisoformat(walk.began) - _REACH
        end = datetime.fromisoformat(state.checked_at or walk.start_time or began.isoformat())
        if end < self._clock() - _REACH - _TOLERANCE:
            self._hole = self._out_of_reach()

    def _out_of_reach(self) -> str:
        return (
            f"posts before {self._clock() - _REACH:%Y-%m-%d %H:%M} UTC that came after the last complete "
            "poll cannot be had any more: X search reaches back seven days"
        )

    def _walk(self, state: Checkpoint) -> Iterator[tuple[Page, Checkpoint]]:
        """Yield each page with the state after it; at its end the state has no walk any more."""
        walk = state.walk or Walk(newest=state.since_id, began=self._clock().isoformat())
        place = "search" if self._options.query is not None else "mentions"

        def fetch(token: str | None) -> tuple[dict[str, Any], str | None]:
            body = self._api.page(state.account_id, token, **self._bounds(state, walk))
            return body, _next_token(body)

        for body, token in follow(fetch, source="X", start=walk.token, max_pages=self._pages_left):
            self._pages_left -= 1
            self._pay(self._cost(body))
            walk = _advanced(walk, body, token)
            stop = self._stop_reason() if token is not None else ""
            state = replace(state, walk=walk) if token is not None else _finished(state, walk)
            mentions, rejected = read_posts(body, self._clock(), f"GET {place}")
            page = Page(
                mentions=mentions,
                rejected=rejected,
                checkpoint=state.text(),
                spend_usd=self._report_spend(),
                truncated="; ".join(filter(None, (self._take_hole(), stop, self._wall(walk, token)))),
            )
            yield page, state
            if stop:
                return

    def _bounds(self, state: Checkpoint, walk: Walk) -> dict[str, Any]:
        bounds: dict[str, Any] = {"max_results": self._page_size()}
        if walk.start_time is not None:
            bounds["start_time"] = datetime.fromisoformat(walk.start_time)
        elif state.since_id is not None:
            bounds["since_id"] = state.since_id
        return bounds

    def _around(self, refused: Refused, state: Checkpoint) -> Checkpoint:
        """The state from which to ask again after a 400, or the error itself where there is no way.

        A page token that X no longer takes: the walk begins anew, and reads some posts twice.
        A `since_id` older than seven days: the walk ends at a time instead.
        """
        walk = state.walk
        if walk is not None and walk.token is not None:
            return replace(state, walk=None)
        if "since_id" not in refused.parameters or state.since_id is None or walk is not None:
            raise refused
        now = self._clock()
        earliest = now - _REACH
        checked = datetime.fromisoformat(state.checked_at) - _OVERLAP if state.checked_at else None
        if checked is None or checked < earliest:
            self._hole = self._out_of_reach()
        start = max(checked or earliest, earliest)
        walk = Walk(newest=state.since_id, began=now.isoformat(), start_time=start.isoformat())
        return replace(state, walk=walk)

    def _page_size(self) -> int:
        """As many posts as asked for, or as many as the rest of the budget pays in the worst case."""
        left = self._options.monthly_budget_usd - self._spent
        affordable = int(left / (self._options.post_usd + USER_USD) + 1e-9)
        return min(self._options.page_size, affordable)

    def _stop_reason(self) -> str:
        """Why no further page is asked for now; empty: go on."""
        if self._page_size() < self._options.smallest_page:
            budget, resets = self._options.monthly_budget_usd, _next_month(self._clock())
            return (
                f"the budget of {budget:.2f} USD a month does not pay a further page ({self._spent:.2f} USD "
                f"spent); the rest is read from {resets:%Y-%m-%d}, as far as X still has it"
            )
        if self._pages_left <= 0:
            return f"stopped after {self._options.max_pages} pages; the next poll reads the older posts"
        return ""

    def _demand_budget(self) -> None:
        if self._page_size() < self._options.smallest_page:
            resets = _next_month(self._clock())
            raise QuotaExhausted(
                f"X: {self._stop_reason()}. Raise monthly_budget_usd of the target to go on earlier", resets
            )

    def _cost(self, body: dict[str, Any]) -> float:
        """What X charges for an answer, at the most: it counts a resource once a UTC day."""
        includes = body.get("includes")
        users = includes.get("users") if isinstance(includes, dict) else None
        authors = len(users) if isinstance(users, list) else 0
        return len(body.get("data") or ()) * self._options.post_usd + authors * USER_USD

    def _pay(self, usd: float) -> None:
        self._spent += usd
        self._unreported += usd

    def _report_spend(self) -> float:
        spend, self._unreported = round(self._unreported, 6), 0.0
        return spend

    def _take_hole(self) -> str:
        hole, self._hole = self._hole, ""
        return hole

    def _wall(self, walk: Walk, token: str | None) -> str:
        if token is None and self._options.user is not None and walk.posts >= MENTIONS_LIMIT:
            return f"X shows only the newest {MENTIONS_LIMIT} mentions; older ones cannot be had"
        return ""


def _next_token(body: dict[str, Any]) -> str | None:
    """The next page's token; also the place where an answer of another shape is recognised."""
    meta, data = body.get("meta"), body.get("data", [])
    if not isinstance(meta, dict) or not isinstance(data, list):
        raise SchemaChanged(f"X: expected 'data' as a list and 'meta' as an object, found {shown(body)}")
    if meta.get("result_count") and not data:
        raise SchemaChanged(f"X: announces {shown(meta['result_count'])} posts and sends none")
    token = meta.get("next_token")
    if token is not None and not (isinstance(token, str) and token):
        raise SchemaChanged(f"X: expected 'next_token' as a text, found {shown(token)}")
    return token


def _advanced(walk: Walk, body: dict[str, Any], token: str | None) -> Walk:
    posts = body.get("data") or []
    ids = [post.get("id") for post in posts if isinstance(post, dict)]
    ids += [walk.newest, body["meta"].get("newest_id")]
    known = [i for i in ids if isinstance(i, str) and i.isascii() and i.isdigit() and len(i) <= 19]
    return replace(walk, token=token, newest=max(known, key=int, default=None), posts=walk.posts + len(posts))


def _finished(state: Checkpoint, walk: Walk) -> Checkpoint:
    return replace(state, since_id=walk.newest, checked_at=walk.began, walk=None)


def _next_month(now: datetime) -> datetime:
    return (
        (now.replace(day=1) + timedelta(days=32))
        .astimezone(UTC)
        .replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    )
