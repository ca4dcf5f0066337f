"""HTTP as all sources see it: the shared client, and what a status means for the caller."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version

import httpx

from core.errors import (
    AuthFailed,
    QuotaExhausted,
    RateLimited,
    SchemaChanged,
    SourceError,
    SourceGone,
    SourceUnavailable,
)

TIMEOUT_SECONDS = 10.0
"""For connecting and for each piece of an answer."""
LARGEST_ANSWER = 20 * 1024 * 1024
"""Bytes. A page of 100 posts with everything is below 1 MB; more than this is a mistake or an attack."""
DEFAULT_WAIT = timedelta(minutes=15)
"""When a source says "too many requests" and not until when: the longest common window."""
LONGEST_WAIT = timedelta(days=1)
"""A reset time further away is not believed: the target would silently sleep."""
_UNPACKED = ("gzip", "deflate")
"""How answers may be packed: a piece of one becomes a thousand times as large at the most."""


def user_agent() -> str:
    """How we introduce ourselves."""
    try:
        return f"earful/{version('earful')}"
    except PackageNotFoundError:  # run from a folder that was never installed
        return "earful/0"


def new_client(*, timeout: float = TIMEOUT_SECONDS, largest: int = LARGEST_ANSWER) -> httpx.Client:
    """The client that the HTTP sources borrow; whoever builds it closes it.

    Redirects are followed within one host only: an answer must not send our request, or what its
    headers hold, somewhere else.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else it tells every address, and what that holds
    return httpx.Client(
        transport=_Capped(httpx.HTTPTransport(), largest),
        timeout=timeout,
        headers={"User-Agent": user_agent(), "Accept-Encoding": ", ".join(_UNPACKED)},
        follow_redirects=True,
        max_redirects=5,
        event_hooks={"response": [_stay_on_host]},
    )


def _stay_on_host(response: httpx.Response) -> None:
    target = response.next_request
    if target is None and response.has_redirect_location:
        target = httpx.Request("GET", response.url.join(response.headers["location"]))
    if target is not None and target.url.host != response.url.host:
        raise SourceUnavailable(
            f"{response.url.host} sends us on to another host ({target.url.host}), which is not followed; "
            "if the source has moved, change its address in brands.yaml"
        )


class _Capped(httpx.BaseTransport):
    """Breaks off an answer that is larger than anything a source has to say.

    httpx unpacks a piece at once, whatever becomes of it. So what was packed twice, or as we did not ask for,
    stays as it came: of it, a few kilobytes can be gigabytes.
    """

    def __init__(self, inner: httpx.BaseTransport, largest: int) -> None:
        self._inner = inner
        self._largest = largest

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - a sync transport gives no other
        response.stream = _CappedStream(response.stream, self._largest, request.url.host)
        if response.headers.get("content-encoding", "").strip().lower() not in _UNPACKED:
            response.headers.pop("content-encoding", None)
        return response

    def close(self) -> None:
        self._inner.close()


class _CappedStream(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, largest: int, host: str) -> None:
        self._inner = inner
        self._left = largest
        self._host = host

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise SourceUnavailable(f"{self._host}: the answer is too large and was not read to its end")
            yield chunk

    def close(self) -> None:
        self._inner.close()


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a `Retry-After` header lets us ask again: it holds seconds or an HTTP date."""
    value = (headers.get("retry-after") or headers.get("Retry-After") or "").strip()
    if not value:
        return None
    try:
        return in_seconds(float(value), now)
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max(date.astimezone(UTC), now), now + LONGEST_WAIT)


def in_seconds(seconds: float, now: datetime) -> datetime | None:
    """That many seconds from now, within reason; None for what is no number of seconds."""
    if not math.isfinite(seconds):
        return None
    return now + min(max(timedelta(), timedelta(seconds=min(seconds, 1e6))), LONGEST_WAIT)


def at_unix_time(value: str | None, now: datetime) -> datetime | None:
    """A header's seconds since 1970, within reason; None for what is no such time."""
    try:
        reset = datetime.fromtimestamp(int(value or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return min(max(reset, now), now + LONGEST_WAIT)


def from_status(source: str, status: int, headers: Mapping[str, str], now: datetime) -> SourceError:
    """The error for an answer that is not a success, where the source has no meaning of its own for it."""
    said = f"{source}: answered {status}"
    if status == 429:
        return RateLimited(f"{said} (too many requests)", retry_after(headers, now) or now + DEFAULT_WAIT)
    if status == 402:
        return QuotaExhausted(f"{said} (payment required); check the account's credits")
    if status in (401, 403):
        return AuthFailed(f"{said}; check the credentials and what they are approved for")
    if status in (404, 410, 451):
        return SourceGone(f"{said}; what the target names does not exist (any more)")
    if 300 <= status < 400:
        return SchemaChanged(f"{said} (a redirect), which is not followed; if it has moved, change base_url")
    if status in (408, 425) or status >= 500:
        return SourceUnavailable(f"{said}; it is tried again later")
    return SchemaChanged(f"{said}, which Earful does not expect; please report it as a bug")
