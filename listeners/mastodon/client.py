"""Mastodon.py, kept from sleeping, hanging and asking for more than it was told to, and what answers mean.

Answers are judged, and their JSON is taken, below the library (see guard.py): it makes a list of an object's
keys where it expects a list. Its own calls for timelines and searches ask the server for its version first,
each time; `fetch_next` asks for what it is told, and finds the next page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import mastodon
import requests

from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from core.text import plain
from listeners.base import Borrowed
from listeners.guard import GuardedAdapter
from listeners.http import DEFAULT_WAIT, LONGEST_WAIT, from_status, retry_after, user_agent
from listeners.mastodon.options import MastodonOptions
from listeners.times import from_iso
from listeners.values import mapping

TOLD_OF = ("mention", "quote")
"""Kinds of notifications that come with what somebody wrote to us or about a post of ours."""

_STATUSES = "/api/v1/statuses"


class Api:
    """The calls we make; each returns the JSON as it is, or raises a SourceError."""

    def __init__(self, options: MastodonOptions, token: str | None, borrowed: Borrowed) -> None:
        self._options = options
        self._session = requests.Session()
        self._wire = _Adapter(options, token, borrowed)
        self._session.mount("https://", self._wire)
        self._session.mount("http://", self._wire)
        self._mastodon = mastodon.Mastodon(
            api_base_url=options.base_url,
            ratelimit_method="throw",
            request_timeout=options.timeout_seconds,
            session=self._session,
            user_agent=user_agent(),
        )

    def tag(self, tag: str, below: str | None) -> tuple[Any, str | None]:
        """A page of the posts with a tag, newest first, and the id below which the next one begins."""
        return self._page(f"/api/v1/timelines/tag/{tag}", max_id=below)

    def notifications(self, below: str | None) -> tuple[Any, str | None]:
        """A page of what was said to us, and the id below which the next one begins."""
        return self._page("/api/v1/notifications", max_id=below, **{"types[]": list(TOLD_OF)})

    def search(self, query: str, below: str | None) -> Any:
        """A page of found posts, newest first."""
        body, _ = self._page("/api/v2/search", q=query, type="statuses", max_id=below)
        return mapping(body).get("statuses")

    def statuses(self, ids: Sequence[str]) -> Any:
        """Those of some posts that still are there."""
        body, _ = self._ask(_STATUSES, {"id[]": list(ids)})
        return body

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _page(self, path: str, **asked: Any) -> tuple[Any, str | None]:
        asked = {key: value for key, value in asked.items() if value is not None}
        return self._ask(path, {"limit": self._options.page_size, **asked})

    def _ask(self, path: str, asked: dict[str, Any]) -> tuple[Any, str | None]:
        """The JSON of an answer, and `max_id` of the next page, where its Link header names one."""
        pagination: Any = {"_pagination_method": "GET", "_pagination_endpoint": path, **asked}
        try:
            page = self._mastodon.fetch_next(pagination)
        except Exception as error:  # the library has a family of its own, and lets others through
            raise _translated(error) from None
        following = mapping(getattr(page, "_pagination_next", None)).get("max_id")
        return self._wire.body, str(following) if following is not None else None


def _translated(error: Exception) -> SourceError:
    """What the adapter raised, which the library wraps; or the library's own failure."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SourceError):
            return cause
        cause = cause.__context__
    return SchemaChanged(f"Mastodon: the client library failed with {type(error).__name__}")


class _Adapter(GuardedAdapter):
    """Keeps the server's allowance: refuses to send while it is used up, instead of being refused."""

    def __init__(self, options: MastodonOptions, token: str | None, borrowed: Borrowed) -> None:
        super().__init__(
            source="Mastodon",
            judge=self._classified,
            timeout=options.timeout_seconds,
            # Put in here, so that the library and its debug output never see it.
            headers={"Authorization": f"Bearer {token}"} if token is not None else {},
            permit=borrowed.permit,
        )
        self._options = options
        self._clock = borrowed.clock
        self._closed_until: datetime | None = None
        self.body: Any = None
        """The JSON of the last answer, as it came."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        if self._closed_until is not None and self._clock() < self._closed_until:
            raise RateLimited(f"Mastodon: {self._options.server} wants us to wait", self._closed_until)
        response = super().send(request, *args, **options)
        for name in [
            name for name in response.headers if name.lower().startswith(("x-ratelimit-", "deprec"))
        ]:
            del response.headers[name]  # the library trips over times that it cannot read
        return response

    def _classified(self, response: requests.Response) -> SourceError | None:
        now = self._clock()
        if response.headers.get("x-ratelimit-remaining", "").strip() == "0":
            self._closed_until = _reset(response.headers, now)
        self.body = _parsed(response)
        return classify(response, self.body, self._options, now)


def classify(
    response: requests.Response, told: Any, options: MastodonOptions, now: datetime
) -> SourceError | None:
    """What an answer means for the caller; None where it is good. The only place that decides.

    Errors are {"error": "..."}; 422 is Mastodon's word for a parameter it does not take, or for "sign in".
    """
    status, server = response.status_code, options.server
    if 200 <= status < 300:
        if told is not _NOTHING:
            return None
        return SourceUnavailable(f"Mastodon: the answer of {server} is not JSON; it is tried again later")
    said = plain(str(mapping(told).get("error") or ""), 200)
    if status == 429:
        retry_at = retry_after(response.headers, now) or _reset(response.headers, now) or now + DEFAULT_WAIT
        return RateLimited(f"Mastodon: {server} answered 429 (too many requests)", retry_at)
    if status in (401, 403) or (status == 422 and "authenticated" in said.lower()):
        needs = options.access_token_env or "a token (access_token_env)"
        return AuthFailed(f"Mastodon: {server} refuses us ({said or status}); check {needs} and its scopes")
    if status == 422:
        return SchemaChanged(f"Mastodon: {server} refuses the request ({said or status}); check the target")
    if status == 404 and str(response.request.url).split("?")[0].endswith(_STATUSES):
        return SchemaChanged(
            f"Mastodon: {server} cannot show several posts at once (Mastodon 4.3 and later can)"
        )
    error = from_status("Mastodon", status, response.headers, now)
    return type(error)(f"{error} ({server})") if isinstance(error, SourceGone) else error


_NOTHING = object()


def _parsed(response: requests.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return _NOTHING


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the allowance is back: an ISO time on Mastodon, Unix seconds on GoToSocial."""
    value = headers.get("x-ratelimit-reset", "").strip()
    try:
        reset = datetime.fromtimestamp(int(value), UTC) if value.isdecimal() else from_iso(value)
    except (OverflowError, OSError):
        return None
    return min(max(reset, now), now + LONGEST_WAIT) if reset is not None else None
