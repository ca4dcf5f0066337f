"""praw, kept from retrying, sleeping and hanging, and what Reddit's answers mean for the caller.

Answers are judged below praw (see guard.py): prawcore would retry 5xx with sleeps of up to four seconds,
fail with a KeyError on a 401 without a `www-authenticate` header, and sleep before the next request when
the `x-ratelimit-*` headers say so. It never sees those.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import praw
import prawcore
import requests

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.text import plain
from listeners.base import Borrowed
from listeners.guard import GuardedAdapter
from listeners.http import from_status, in_seconds, retry_after
from listeners.reddit.options import RedditOptions
from listeners.values import shown

_TOKEN_PATH = "/api/v1/access_token"  # noqa: S105 - an address
_PATHS = {"new": "r/{}/new", "comments": "r/{}/comments", "search": "r/{}/search"}
_PATHS["threads"] = _PATHS["search"]
_MOST_COMMENTS = 500
"""Of one tree in one answer; the others are folded into "more" (reddit.com/dev/api, GET comments/article)."""


class Api:
    """The calls we make; each gives Reddit's JSON as it is, or raises a SourceError."""

    def __init__(
        self, options: RedditOptions, client_id: str, client_secret: str, borrowed: Borrowed
    ) -> None:
        self._options = options
        self._session = requests.Session()
        adapter = _Adapter(options, borrowed)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._reddit = praw.Reddit(
            client_id=client_id,
            client_secret=client_secret,
            user_agent=options.user_agent,
            reddit_url=options.reddit_url,
            oauth_url=options.oauth_url,
            check_for_updates=False,
            check_for_async=False,
            requestor_kwargs={"session": self._session},
        )

    def page(self, after: str | None) -> object:
        """One page, newest first. `reddit.request` gives plain JSON: praw's lazy objects would ask again."""
        asked: dict[str, str | int] = {"limit": self._options.page_size}
        if after is not None:
            asked["after"] = after
        if self._options.query is not None:
            asked |= {"q": self._options.query, "sort": "new", "t": "all", "type": "link"}
            asked["restrict_sr"] = "false" if self._options.everywhere else "true"
        return self._request(
            "GET", _PATHS[self._options.listing].format(self._options.subreddit), params=asked
        )

    def tree(self, post: str, comment: str | None = None) -> object:
        """A post and its comments, or those below one of them; ids without their kind (`t3_`, `t1_`)."""
        path = f"comments/{post}" if comment is None else f"comments/{post}/_/{comment}"
        return self._request("GET", path, params={"limit": _MOST_COMMENTS, "sort": "new"})

    def more(self, post: str, comments: Sequence[str]) -> object:
        """Comments that a tree folded away, 100 at most."""
        form = {"api_type": "json", "link_id": f"t3_{post}", "children": ",".join(comments), "sort": "new"}
        return self._request("POST", "api/morechildren", data=form)

    def known(self, names: Sequence[str]) -> object:
        """Posts and comments by their full names (`t3_...`, `t1_...`), 100 at most."""
        return self._request("GET", "api/info", params={"id": ",".join(names)})

    def _request(self, method: str, path: str, **content: Any) -> object:
        try:
            return self._reddit.request(method=method, path=path, **content)
        except Exception as error:  # two unrelated families of exceptions, and some that are in neither
            raise _translated(error) from error

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()


def _translated(error: Exception) -> SourceError:
    original = getattr(error, "original_exception", error)  # prawcore wraps what the adapter raises
    if isinstance(original, SourceError):
        return original
    if isinstance(error, prawcore.OAuthException):  # a 200 that says {"error": ...}
        return AuthFailed(f"Reddit: refused the app's credentials ({plain(error.error, 60)}); check them")
    if isinstance(error, prawcore.BadJSON | requests.JSONDecodeError):
        return SourceUnavailable("Reddit: the answer is not JSON; it is tried again later")
    return SchemaChanged(f"Reddit: the client library failed with {type(error).__name__}")


class _Adapter(GuardedAdapter):
    """Keeps Reddit's allowance itself: refuses to send while it is used up, instead of sleeping."""

    def __init__(self, options: RedditOptions, borrowed: Borrowed) -> None:
        super().__init__(
            source="Reddit",
            judge=self._classified,
            timeout=options.timeout_seconds,
            permit=borrowed.permit,
        )
        self._options = options
        self._clock = borrowed.clock
        self._closed_until: datetime | None = None

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        if self._closed_until is not None and self._clock() < self._closed_until:
            raise RateLimited("Reddit: the allowance of this app is used up", self._closed_until)
        response = super().send(request, *args, **options)
        for name in [name for name in response.headers if name.lower().startswith("x-ratelimit-")]:
            del response.headers[name]
        return response

    def _classified(self, response: requests.Response) -> SourceError | None:
        now = self._clock()
        self._closed_until = _allowance_back(response, now)
        return classify(response, self._options, now, self._closed_until)


def _allowance_back(response: requests.Response, now: datetime) -> datetime | None:
    try:
        remaining = float(response.headers.get("x-ratelimit-remaining", "1"))
        reset = float(response.headers.get("x-ratelimit-reset", "60"))
    except ValueError:
        return None
    return in_seconds(max(reset, 1), now) if remaining < 1 else None


def classify(
    response: requests.Response, options: RedditOptions, now: datetime, allowance_back: datetime | None
) -> SourceError | None:
    """What an answer of Reddit means for the caller; None where it is good. The only place that decides."""
    status = response.status_code
    if status in (200, 202):
        return None
    if status == 429:
        retry_at = retry_after(response.headers, now) or allowance_back
        if retry_at is not None:
            return RateLimited("Reddit: answered 429 (too many requests)", retry_at)
    path = urlsplit(str(response.request.url)).path
    if path.startswith("/comments/"):
        judged = _thread(response)
    else:
        judged = (_credentials if path.endswith(_TOKEN_PATH) else _community)(response, options)
    return judged or from_status("Reddit", status, response.headers, now)


def _credentials(response: requests.Response, options: RedditOptions) -> SourceError | None:
    if response.status_code not in (400, 401, 403):
        return None
    names = f"{options.client_id_env} and {options.client_secret_env}"
    return AuthFailed(f"Reddit: refused the app's credentials ({response.status_code}); check {names}")


def _community(response: requests.Response, options: RedditOptions) -> SourceError | None:
    """A 403 in JSON is about the community; one in HTML is Reddit turning us away altogether."""
    status, community = response.status_code, f"r/{options.subreddit}"
    if 300 <= status < 400:
        return SourceGone(f"Reddit: {community} does not exist; check the target's subreddit")
    if status in (404, 451):
        return SourceGone(f"Reddit: {community} is banned or does not exist (answered {status})")
    told = "json" in response.headers.get("content-type", "")
    if status == 403 and told and "www-authenticate" not in response.headers and community != "r/all":
        return SourceGone(
            f"Reddit: {community} is private, quarantined or banned; check the target's subreddit"
        )
    return None


def _thread(response: requests.Response) -> SourceError | None:
    """One thread that cannot be seen any more says nothing about the target."""
    status, told = response.status_code, "json" in response.headers.get("content-type", "")
    hidden = status == 403 and told and "www-authenticate" not in response.headers
    if hidden or status in (404, 451) or 300 <= status < 400:
        return SourceGone(f"Reddit: a thread cannot be seen any more (answered {status})")
    return None


def listing_of(body: object) -> tuple[list[Any], str | None]:
    """The items of a page and the name of the next one; where another shape is recognised."""
    data = body.get("data") if isinstance(body, dict) else None
    children = data.get("children") if isinstance(data, dict) else None
    after = data.get("after") if isinstance(data, dict) else None
    if not isinstance(children, list) or not (after is None or isinstance(after, str)):
        raise SchemaChanged(f"Reddit: expected a listing with 'data.children', found {shown(body)}")
    return children, after or None
