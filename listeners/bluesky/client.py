"""atproto, kept from following, hanging and signing in too often, and what Bluesky's answers mean.

The library speaks through our own Request, so that every request asks leave, has limits and is judged once.
Its models are not used for answers: one field that is missing in one post would lose the whole page.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from atproto_client import models
from atproto_client.client.client import Client
from atproto_client.client.session import Session, SessionEvent
from atproto_client.request import Request, RequestBase, Response

from core.clock import Clock
from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceUnavailable
from core.text import plain
from listeners.base import Borrowed
from listeners.bluesky.options import BlueskyOptions
from listeners.http import at_unix_time, from_status, user_agent
from listeners.json_api import JsonApi
from listeners.sealed import seal, unseal
from listeners.values import mapping, shown

SAID_TO_US = ("mention", "reply", "quote")
"""Why a notification came, where somebody wrote something."""

_LOGIN = "com.atproto.server.createSession"
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_SIGNING_IN = threading.Lock()
"""Targets share an account and are asked side by side: one of them signs in, the others wait for it."""


class SessionOver(AuthFailed):
    """The session is no longer taken; there may be another one."""


class Api:
    """The calls we make; each returns Bluesky's JSON as it is, or raises a SourceError.

    A session lives for weeks, and signing in is limited to some ten times a day: so it is remembered, sealed
    (Borrowed.memory), and renewed, and the password is sent only where there is none.
    """

    def __init__(self, options: BlueskyOptions, account: str, password: str, borrowed: Borrowed) -> None:
        self._options, self._account, self._password = options, account, password
        self._memory, self._key = borrowed.memory, f"bluesky {options.base_url} {account}"
        self._session = ""
        self._client = Client(options.base_url, request=_Wire(options, borrowed))

        self._client.on_session_change(self._keep)

    def _keep(self, _event: SessionEvent, session: Session) -> None:
        """Remember a session, and stay here: the library would move on to the server that an answer names."""
        self._client.update_base_url(self._options.base_url)
        if not (session.access_jwt and session.refresh_jwt):
            raise SchemaChanged("Bluesky: signing in gave no session")
        self._session = session.export()
        self._memory[self._key] = seal(self._session, self._account, self._password)

    def _remembered(self) -> str | None:
        """The session of this account; None: there is none, or not of this password."""
        sealed = self._memory.get(self._key)
        return unseal(sealed, self._account, self._password) if sealed is not None else None

    def search(self, query: str, until: str | None, since: str | None) -> dict[str, Any]:
        """A page of posts, newest first, between two times (`since` is part of the span, `until` is not)."""
        params = models.AppBskyFeedSearchPosts.Params(
            q=query, sort="latest", limit=self._options.page_size, until=until, since=since
        )
        return self._ask("app.bsky.feed.searchPosts", params)

    def notifications(self, cursor: str | None) -> dict[str, Any]:
        """A page of what was said to the account, newest first."""
        params = models.AppBskyNotificationListNotifications.Params(
            limit=self._options.page_size, cursor=cursor, reasons=list(SAID_TO_US)
        )
        return self._ask("app.bsky.notification.listNotifications", params)

    def posts(self, uris: Sequence[str]) -> dict[str, Any]:
        """Those of some posts that still are there."""
        return self._ask("app.bsky.feed.getPosts", models.AppBskyFeedGetPosts.Params(uris=list(uris)))

    def _ask(self, name: str, params: Any) -> dict[str, Any]:
        self._sign_in()
        try:
            body = self._query(name, params)
        except SessionOver:
            self._session = self._sign_in_again()
            body = self._query(name, params)
        if not isinstance(body, dict):
            raise SchemaChanged(f"Bluesky: expected a JSON object, found {shown(body)}")
        return body

    def _query(self, name: str, params: Any) -> Any:
        return _translated(
            lambda: self._client.invoke_query(name, params=params, output_encoding="application/json").content
        )

    def _sign_in(self) -> None:
        """Take up the remembered session, or begin one."""
        if self._session:
            return
        with _SIGNING_IN:
            self._begin(self._remembered())

    def _sign_in_again(self) -> str:
        """Begin a new session; or take up the one that somebody else has begun meanwhile."""
        with _SIGNING_IN:
            known = self._remembered()
            self._begin(known if known != self._session else None)
        return self._session

    def _begin(self, known: str | None) -> None:
        if known:
            try:
                self._client.login(session_string=known, fetch_bsky_profile=False)
            except Exception:  # noqa: S110 - whatever it was that was remembered: the password goes on
                pass
            else:
                return
        _translated(lambda: self._client.login(self._account, self._password, fetch_bsky_profile=False))


def _translated(call: Any) -> Any:
    """What the call gives; the library's own failures become ours. Those of _Wire pass."""
    try:
        return call()
    except SourceError:
        raise
    except Exception as error:
        if type(error).__name__ in ("LoginRequiredError", "TokenDecodeError"):
            raise SessionOver("Bluesky: the session that came is none") from None
        # Without its chain: the library quotes what it cannot read, and a session is secret.
        raise SchemaChanged(f"Bluesky: the client library failed with {type(error).__name__}") from None


class _Wire(Request):  # type: ignore[misc] # the library tells no types
    """How the library's requests go out: over the borrowed client."""

    def __init__(self, options: BlueskyOptions, borrowed: Borrowed) -> None:
        RequestBase.__init__(self)  # Request's own would open a client that follows redirects anywhere
        self._options, self._borrowed = options, borrowed
        self.add_additional_header("User-Agent", user_agent())

    def close(self) -> None:
        """Nothing here is ours."""

    def get(self, *args: Any, **kwargs: Any) -> Response:
        return self._send("GET", *args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Response:
        return self._send("POST", *args, **kwargs)

    def _send(self, method: str, url: str, headers: dict[str, str] | None = None, **content: Any) -> Response:
        api = JsonApi(
            "Bluesky",
            self._borrowed,
            base_url=url,
            timeout=self._options.timeout_seconds,
            headers=self.get_headers(headers),
        )
        status, answered, data = api.send(method, "", **content)
        body = _parsed(data)
        problem = classify(url, status, answered, body, self._options, self._borrowed.clock)
        if problem is not None:
            raise problem
        if body is None and data.strip() != b"null":
            raise SourceUnavailable("Bluesky: the answer is not JSON; it is tried again later")
        return Response(success=True, status_code=status, content=body, headers=dict(answered))


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def classify(
    url: str,
    status: int,
    headers: Mapping[str, str],
    body: Any,
    options: BlueskyOptions,
    clock: Clock,
) -> SourceError | None:
    """What an answer of Bluesky means for the caller; None where it is good. The only place that decides.

    Errors are {"error": "ExpiredToken", "message": "..."}.
    """
    if 200 <= status < 300:
        return None
    name = mapping(body).get("error")
    said = plain(f"{name or ''}: {mapping(body).get('message') or ''}", 200).strip(": ")
    if status == 429:
        reset = at_unix_time(headers.get("ratelimit-reset"), clock())
        if reset is not None:
            what = "signing in" if url.endswith(_LOGIN) else "requests"
            return RateLimited(f"Bluesky: too many {what}; goes on at {reset:%H:%M:%S} UTC", reset)
    elif url.endswith(_LOGIN) and status in (400, 401, 403):
        names = " and ".join(options.secrets)
        return AuthFailed(
            f"Bluesky: does not let us sign in ({said or status}); check {names}: it takes an app password"
        )
    elif status in (400, 401) and (name in _EXPIRED or status == 401):
        return SessionOver(f"Bluesky: the session is not taken ({said or status}); check the app password")
    elif status == 400:
        return SchemaChanged(f"Bluesky refused the request ({said or status}). Check the target")
    error = from_status("Bluesky", status, headers, clock())
    return type(error)(f"{error} ({said})") if said and isinstance(error, AuthFailed) else error
