"""YouTube's Data API, and what its errors mean. The only place that decides.

A 403 means three things, and only `error.errors[]` tells which: the comments of this video cannot be had, the
quota is used up, or the key is not allowed to ask. A 429 means two: too many requests in a minute, or all
searches of the day used up. developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import (
    AuthFailed,
    QuotaExhausted,
    RateLimited,
    SchemaChanged,
    SourceError,
    SourceGone,
    SourceUnavailable,
)
from core.mention import Visibility
from core.text import plain
from listeners.base import Borrowed, usable_secret
from listeners.http import DEFAULT_WAIT, retry_after
from listeners.json_api import JsonApi
from listeners.values import mapping, shown, storable
from listeners.youtube.options import YouTubeOptions

_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED"})
_CLOSED = {
    "commentsDisabled": "has its comments switched off",
    "videoNotFound": "does not exist or is private",
    "commentNotFound": "has lost the comment",
}
_CALIFORNIA = ZoneInfo("America/Los_Angeles")


class Closed(SourceGone):
    """One video, thread or comment cannot be asked for; the others can.

    Args:
        why: what is the matter with it, in words.
        visibility: what the public sees of it.
    """

    def __init__(self, why: str, visibility: Visibility) -> None:
        super().__init__(f"YouTube: the video {why}")
        self.why, self.visibility = why, visibility


def open_api(options: YouTubeOptions, borrowed: Borrowed) -> JsonApi:
    """The API; the key goes into a header, as addresses are logged everywhere.

    Raises:
        ConfigError: the key is not set.
    """
    name = options.api_key_env
    key = usable_secret(name, borrowed.secret(name))

    def judge(status: int, headers: Mapping[str, str], body: Any) -> SourceError | None:
        return classify(status, headers, body, borrowed.clock(), name)

    return JsonApi(
        "YouTube",
        borrowed,
        base_url=options.base_url,
        timeout=options.timeout_seconds,
        headers={"X-goog-api-key": key},
        judge=judge,
    )


def classify(
    status: int, headers: Mapping[str, str], body: Any, now: datetime, key_name: str
) -> SourceError | None:
    """What an answer that is no success means; None: what its status means everywhere."""
    reasons = _reasons(body)
    closed = _closed(body)
    if closed is not None and status in (403, 404):
        return Closed(closed, Visibility.DELETED if status == 404 else Visibility.PROTECTED)
    too_fast = status == 429 or bool(reasons & _TOO_FAST)
    if reasons & _QUOTA or (too_fast and _of_a_day(body)):
        return QuotaExhausted(
            "YouTube: today's quota of the key is used up; it begins anew at midnight in California",
            midnight_in_california(now),
        )
    if too_fast:
        return RateLimited("YouTube: too many requests", retry_after(headers, now) or now + DEFAULT_WAIT)
    if status == 400 and "processingFailure" in reasons:
        return SourceUnavailable("YouTube: could not process the request; it is tried again later")
    if status in (401, 403) or reasons & _KEY:
        told = ", ".join(sorted(plain(reason, 40) for reason in reasons)) or "no reason"
        return AuthFailed(
            f"YouTube: answered {status} ({told}); check {key_name}, that the YouTube Data API is enabled "
            "for its project, and that the key is restricted to nothing else"
        )
    return None


def _parts(body: Any) -> list[Mapping[str, Any]]:
    """What an error says in detail, in Google's old way (`errors`) and in its new one (`details`)."""
    error = mapping(mapping(body).get("error"))
    lists = (error.get("errors"), error.get("details"))
    return [mapping(part) for parts in lists if isinstance(parts, list) for part in parts]


def _reasons(body: Any) -> set[str]:
    return {reason for part in _parts(body) if isinstance(reason := part.get("reason"), str)}


def _closed(body: Any) -> str | None:
    """Why one video or thread cannot be asked; None: that is not the trouble."""
    for part in _parts(body):
        reason, domain = part.get("reason"), part.get("domain")
        if isinstance(reason, str) and reason in _CLOSED:
            return _CLOSED[reason]
        # What a key may not do at all has another reason, or another domain.
        if reason == "forbidden" and isinstance(domain, str) and domain.startswith("youtube.comment"):
            return "may not be seen"
    return None


def _of_a_day(body: Any) -> bool:
    """Whether it is an allowance for a day that is used up, not one for a minute."""
    message = mapping(mapping(body).get("error")).get("message")
    if isinstance(message, str) and "per day" in message.lower():
        return True
    units = [mapping(part.get("metadata")).get("quota_unit") for part in _parts(body)]
    return any(isinstance(unit, str) and unit.split("/")[:2] == ["1", "d"] for unit in units)


def midnight_in_california(now: datetime) -> datetime:
    """When quotas begin anew; aware UTC."""
    tomorrow = now.astimezone(_CALIFORNIA).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), _CALIFORNIA).astimezone(UTC)


def items_of(body: object, kind: str) -> tuple[list[Any], str | None]:
    """The items of a list and the token of the next page; where another shape is recognised."""
    answer = mapping(body)
    items, token = answer.get("items"), answer.get("nextPageToken")
    right = answer.get("kind") == f"youtube#{kind}ListResponse"
    if not right or not isinstance(items, list) or not (token is None or isinstance(token, str)):
        raise SchemaChanged(f"YouTube: expected a list of {kind}, found {shown(body)}")
    return items, storable(token) if token else None
