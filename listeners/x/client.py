"""tweepy, kept from sleeping, hanging and logging the token, and what X's answers mean for the caller.

`wait_on_rate_limit` stays off: with it, a 429 without a reset time makes tweepy ask a thousand times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests
import tweepy

from core.errors import (
    AuthFailed,
    QuotaExhausted,
    RateLimited,
    SchemaChanged,
    SourceError,
    SourceGone,
    SourceUnavailable,
)
from core.text import plain
from listeners.base import Borrowed
from listeners.guard import GuardedAdapter
from listeners.http import at_unix_time, from_status, retry_after, user_agent
from listeners.values import mapping, shown
from listeners.x.options import XOptions

_HOST = "https://api.twitter.com"  # fixed inside tweepy
_POST = [
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "lang",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
    "withheld",
]
"""No expansion of the author: it is charged for on every page, known or not."""
_USER = ["name", "username", "public_metrics"]
_STREAM_WAIT = timedelta(minutes=1)


class Refused(SchemaChanged):
    """X refused a parameter (400); the walk may know a way around it.

    Args:
        message: for a person, where there is no way around.
        parameters: the names that X complains about.
    """

    def __init__(self, message: str, parameters: frozenset[str]) -> None:
        super().__init__(message)
        self.parameters = parameters


class Api:
    """The calls we make; each returns X's JSON as it is, or raises a SourceError."""

    def __init__(self, options: XOptions, token: str, borrowed: Borrowed) -> None:
        self._options = options
        # The token is put in by the adapter: tweepy writes all headers it knows to its debug log.
        self._tweepy = tweepy.Client(bearer_token="(hidden)", return_type=dict)  # noqa: S106
        self._tweepy.user_agent = user_agent()
        self._tweepy.session.mount(
            _HOST,
            GuardedAdapter(
                source="X",
                judge=lambda response: classify(response, borrowed.clock()),
                timeout=options.timeout_seconds,
                base_url=options.base_url,
                headers={"Authorization": f"Bearer {token}"},
                permit=borrowed.permit,
            ),
        )

    def page(self, account_id: str | None, token: str | None, **asked: Any) -> dict[str, Any]:
        """One page, newest first, of the account's mentions or of the target's search."""
        if account_id is not None:
            call = self._tweepy.get_users_mentions
            return _answer(call, account_id, pagination_token=token, tweet_fields=_POST, **asked)
        call = self._tweepy.search_recent_tweets
        return _answer(call, self._options.query, next_token=token, tweet_fields=_POST, **asked)

    def users(self, ids: Sequence[str]) -> dict[str, Any]:
        """Accounts by number, 100 at most; those that cannot be shown come as `errors`."""
        return _found(self._tweepy.get_users, ids=list(ids), user_fields=_USER)

    def posts(self, ids: Sequence[str]) -> dict[str, Any]:
        """Posts by number, 100 at most; those that cannot be shown come as `errors`."""
        return _found(self._tweepy.get_tweets, list(ids), tweet_fields=_POST)

    def jobs(self) -> dict[str, Any]:
        """The app's compliance jobs for posts."""
        return _answer(self._tweepy.get_compliance_jobs, "tweets")

    def new_job(self, name: str) -> dict[str, Any]:
        """A new one; X lets an app have one at a time."""
        return _answer(self._tweepy.create_compliance_job, "tweets", name=name)

    def account_id(self, handle: str) -> str:
        """The number of an account; X charges for one user."""
        body = _answer(self._tweepy.get_user, username=handle.lstrip("@"))
        found = mapping(body.get("data")).get("id")
        if not isinstance(found, str) or not found.isdigit():
            raise SchemaChanged(f"X: the account @{handle} came without a number, found {shown(found)}")
        return found

    def close(self) -> None:
        """Give the connection back."""
        self._tweepy.session.close()


def _answer(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    body = _asked(call, *args, **kwargs)
    if "data" not in body and "meta" not in body:
        raise _nothing_but_errors(body)
    return body


def _found(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Of things that were asked for one by one: all of them may be missing."""
    body = _asked(call, *args, **kwargs)
    for key in ("data", "errors"):
        if not isinstance(body.get(key, []), list):
            raise SchemaChanged(f"X: expected '{key}' as a list, found {shown(body[key])}")
    if "data" not in body and "errors" not in body:
        raise SchemaChanged(f"X: an answer with neither data nor errors: {shown(body)}")
    return body


def _asked(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    try:
        body = call(*args, **kwargs)
    except SourceError:
        raise
    except requests.JSONDecodeError as error:
        raise SourceUnavailable("X: the answer is not JSON; it is tried again later") from error
    except Exception as error:  # tweepy lets more through than its own classes: nothing else may leave poll
        raise SchemaChanged(f"X: the client library failed with {type(error).__name__}") from error
    if not isinstance(body, dict):
        raise SchemaChanged(f"X: expected a JSON object, found {shown(body)}")
    return body


def _nothing_but_errors(body: dict[str, Any]) -> SourceError:
    errors = body.get("errors")
    first = mapping(errors[0]) if isinstance(errors, list) and errors else {}
    title, detail = str(first.get("title", "")), plain(str(first.get("detail", "")), 200)
    if title == "Not Found Error" or first.get("resource_type") == "user":
        return SourceGone(f"X: {detail or title}; check the target's user")
    if title in ("Authorization Error", "Forbidden"):
        return AuthFailed(f"X: {detail or title}")
    return SchemaChanged(f"X: an answer with neither posts nor a known error: {detail or shown(body)}")


def classify(response: requests.Response, now: datetime) -> SourceError | None:
    """What an answer of X means for the caller; None where it is good. The only place that decides.

    A redirect is trouble too: it is never followed, so that the token stays with X.
    """
    status = response.status_code
    if status == 200:
        return None
    problem = _problem(response)
    title = str(problem.get("title", ""))
    detail = plain(str(problem.get("detail") or title or response.reason), 200)
    if status == 429:
        return _too_many(response, problem, detail, now)
    if status == 402:
        return QuotaExhausted(f"X: no credits are left ({detail}); buy credits in the developer console")
    if status == 400:
        return _refused(problem, detail)
    error = from_status("X", status, response.headers, now)
    return type(error)(f"{error} ({detail})") if isinstance(error, AuthFailed | SourceGone) else error


def _problem(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _too_many(
    response: requests.Response, problem: dict[str, Any], detail: str, now: datetime
) -> SourceError:
    """Tell X's three kinds of 429 apart: a window that ends, a monthly cap, too many streams."""
    if problem.get("connection_issue") == "TooManyConnections":
        return RateLimited(f"X: {detail}", now + _STREAM_WAIT)
    if problem.get("title") != "UsageCapExceeded":
        retry_at = at_unix_time(response.headers.get("x-rate-limit-reset"), now)
        retry_at = retry_at or retry_after(response.headers, now)
        if retry_at is not None:
            return RateLimited(f"X: {detail}; goes on at {retry_at:%H:%M:%S} UTC", retry_at)
    return QuotaExhausted(
        f"X: {detail}; X names no time at which it ends, so the cap of the account is used up: "
        "see the usage page of the developer console"
    )


def _refused(problem: dict[str, Any], detail: str) -> Refused:
    errors = problem.get("errors")
    details = [mapping(error) for error in errors] if isinstance(errors, list) else []
    names = {str(name) for error in details for name in mapping(error.get("parameters"))}
    said = "; ".join(plain(str(error.get("message", "")), 200) for error in details) or detail
    names |= {name for name in ("since_id", "next_token", "pagination_token") if name in said}
    return Refused(f"X refused the request: {said}. Check the target's query", frozenset(names))
