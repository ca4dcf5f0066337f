"""Known X posts looked at again: one by one for money, or in bulk through a compliance job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from core.budget import next_month
from core.errors import QuotaExhausted
from core.mention import Page
from core.target import Known
from listeners.base import Borrowed
from listeners.values import rejected
from listeners.x.authors import Authors, without_authors
from listeners.x.client import Api
from listeners.x.compliance import Jobs
from listeners.x.gone import read_missing
from listeners.x.options import POST_USD, USER_USD, XOptions
from listeners.x.read import newer_version, read_posts

_AT_ONCE = 100


class XReviewer:
    """Looks at known posts again.

    Args:
        options: the target's.
        api: tweepy, wrapped; closed at the end.
        borrowed: gives the time, stored authors, the HTTP client for a job's files, and what looking again
            has cost since the month began (`spent_usd`).
    """

    def __init__(self, options: XOptions, api: Api, borrowed: Borrowed) -> None:
        self._options = options
        self._api = api
        self._borrowed = borrowed
        # Whom the poll could not look up is looked up now: else that author were never known.
        self._authors = Authors(api, borrowed.authors, lookup=options.authors)
        self._spent = borrowed.spent_usd

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known posts as they are now, a hundred a page; or what the last compliance job found."""
        posts = [post for post in known if post.external_id.isascii() and post.external_id.isdigit()]
        if not posts:
            return
        with closing(self._api):
            if self._options.compliance:
                yield from Jobs(self._api, self._borrowed).look_again(posts)
            elif self._options.revisit_budget_usd > 0:
                yield from self._looked_up(iter(posts))

    def _looked_up(self, posts: Iterator[Known]) -> Iterator[Page]:
        while batch := list(islice(posts, self._affordable())):
            yield self._page({post.external_id: post for post in batch})
        if next(posts, None) is not None:
            budget, resets = self._options.revisit_budget_usd, next_month(self._borrowed.clock())
            raise QuotaExhausted(
                f"X: the budget of {budget:.2f} USD a month for looking again does not pay a further request "
                f"({self._spent:.2f} USD spent); raise revisit_budget_usd of the target, or set compliance",
                resets,
            )

    def _affordable(self) -> int:
        """Posts of the next request: each may have a newer version and an unknown author, charged for too."""
        left = self._options.revisit_budget_usd - self._spent
        worst = 2 * POST_USD + (USER_USD if self._options.authors else 0)
        return max(0, min(_AT_ONCE, int(left / worst + 1e-9)))

    def _page(self, known: Mapping[str, Known]) -> Page:
        now, place = self._borrowed.clock(), "GET tweets"
        body = self._api.posts(list(known))
        found: list[Any] = body.get("data", [])
        newer = {latest: post for post in found if (latest := newer_version(post)) is not None}
        spend = len(found) * POST_USD
        if newer:
            latest = self._api.posts(list(newer)).get("data", [])
            spend += len(latest) * POST_USD
            here = {post.get("id") for post in latest if isinstance(post, dict)}
            replaced = [id(post) for latest_id, post in newer.items() if latest_id in here]
            found = [*(post for post in found if id(post) not in replaced), *latest]
        authors, users_usd, trouble = self._authors.of({"data": found})
        mentions, unread = read_posts({"data": found}, now, place, authors)
        missing = [(error, read_missing(error, known, now)) for error in body.get("errors", [])]
        other = (
            rejected("x", "X could not show it", error, place=f"{place} errors")
            for error, mention in missing
            if mention is None
        )
        spend += users_usd
        self._spent += spend
        return Page(
            mentions=(*mentions, *(mention for _, mention in missing if mention is not None)),
            rejected=(*unread, *other, *without_authors(trouble)),
            spend_usd=round(spend, 6),
        )
