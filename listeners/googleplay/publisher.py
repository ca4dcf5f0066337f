"""The Android Publisher API: one's own app's reviews of the last seven days, with the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from core.errors import AuthFailed, ConfigError, RateLimited, SchemaChanged, SourceError, SourceGone
from core.mention import Mention, Page, Rejected, Visibility
from core.target import Known
from core.text import plain
from listeners import listings
from listeners.base import Borrowed
from listeners.gone import gone
from listeners.googleplay.options import TERMS, WEEK, GooglePlayOptions
from listeners.googleplay.read_publisher import read_reviews, reviews_of
from listeners.http import from_status
from listeners.json_api import JsonApi
from listeners.newest_first import Listing
from listeners.patience import Patience
from listeners.sealed import seal, unseal
from listeners.signing import Signer
from listeners.values import mapping

_SOURCE = "Google Play"
_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LASTS = timedelta(minutes=10)
"""Google takes an hour at most."""
_OVER_QUOTA = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
    }
)
_QUOTA_WINDOW = timedelta(hours=1)
_PLACE = "GET reviews"


class Account:
    """A service account: who asks, and the key that it signs with.

    Args:
        variable: the environment variable, for messages.
        text: what it holds: the JSON that Google gave.

    Raises:
        ConfigError: it is not that.
    """

    def __init__(self, variable: str, text: str) -> None:
        try:
            account = json.loads(text)
        except (ValueError, RecursionError):
            account = None  # raised below, so that the error does not carry the text
        email, key = mapping(account).get("client_email"), mapping(account).get("private_key")
        if not (isinstance(email, str) and email and isinstance(key, str)):
            raise ConfigError(
                variable,
                "does not hold a service account's key: JSON text with client_email and private_key",
            )
        key_id = mapping(account).get("private_key_id")
        self.email, self._key = email, key
        self._headers = {"kid": key_id} if isinstance(key_id, str) else {}
        self._signer = Signer(variable, key, "RS256")

    def assertion(self, audience: str, now: datetime) -> str:
        """What is exchanged for a token."""
        times = {"iat": int(now.timestamp()), "exp": int((now + _ASSERTION_LASTS).timestamp())}
        return self._signer.sign(
            {"iss": self.email, "scope": _SCOPE, "aud": audience, **times}, self._headers
        )

    def seal(self, words: str) -> str:
        """What may be kept where others can look."""
        return seal(words, self.email, self._key)

    def unseal(self, sealed: str) -> str:
        """What was sealed; empty: nothing was, or not with this key."""
        return unseal(sealed, self.email, self._key) or ""


class Publisher:
    """Listens to one's own app, and looks at known reviews again.

    Args:
        options: what to listen to.
        account: who asks.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: GooglePlayOptions, account: Account, borrowed: Borrowed) -> None:
        self._options, self._account, self._borrowed = options, account, borrowed
        self._replies: dict[str, Mention] = {}
        self._app_answers = False

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came or was edited since the checkpoint, newest first."""
        return self._with_replies(listings.poll({"reviews": self._listing("")}, since))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield a past span, as far as it lies within the last seven days."""
        wall = "Google's API lists the last seven days only; what is older cannot be had"
        return self._with_replies(listings.past({"reviews": self._listing(wall)}, start, end, since))

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known reviews as they are now, one a request: the API has no way to ask for several.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single ones after the others have come.
        """
        patience, self._app_answers = Patience(), False
        for one in patience.until_over(known):
            if one.thread_id not in (None, one.external_id):
                continue  # one of our own replies
            with patience.one(f"the review {one.external_id}"):
                yield from self._single(one)
        patience.tell()

    def _single(self, one: Known) -> Iterator[Page]:
        now = self._borrowed.clock()
        try:
            review = self._get(f"/{quote(one.external_id, safe='')}")
        except SourceGone:
            # Whether it still tells of older ones is nowhere written, so of those nothing is concluded;
            # and an account that lost the app finds no review at all.
            if now - one.posted_at >= WEEK:
                return
            if not self._app_answers:
                self._page(None, size=1)
                self._app_answers = True
            yield Page(mentions=(gone(one, "googleplay", TERMS, now, Visibility.DELETED),))
        else:
            mentions, unread = self._read([review])
            yield from self._with_replies(iter([Page(mentions=mentions, rejected=unread)]))

    def _listing(self, wall: str) -> Listing:
        options = self._options
        return Listing(
            source=_SOURCE,
            question=f"publisher {options.app}",
            fetch=lambda token: self._page(token, size=options.page_size),
            read=self._read,
            clock=self._borrowed.clock,
            overlap=timedelta(minutes=options.overlap_minutes),
            max_pages=options.max_pages,
            wall=lambda _seen: wall,
        )

    def _page(self, token: str | None, *, size: int) -> tuple[list[Any], str | None]:
        return reviews_of(self._get("", maxResults=size, token=token))

    def _read(self, reviews: Sequence[Any]) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
        app, handle = self._options.app, self._options.own_handle
        mentions, unread, replies = read_reviews(
            reviews, self._borrowed.clock(), _PLACE, app=app, own_handle=handle
        )
        self._replies.update({reply.thread_id or "": reply for reply in replies})
        return mentions, unread

    def _with_replies(self, pages: Iterator[Page]) -> Iterator[Page]:
        """After the walk, which is guided by the times of the reviews alone."""
        for page in pages:
            replies = [self._replies[m.external_id] for m in page.mentions if m.external_id in self._replies]
            self._replies.clear()
            yield replace(page, mentions=(*page.mentions, *replies))

    def _get(self, path: str, **params: Any) -> Any:
        api = JsonApi(
            _SOURCE,
            self._borrowed,
            base_url=self._options.base_url,
            timeout=self._options.timeout_seconds,
            headers={"Authorization": f"Bearer {self._token()}"},
            judge=self._judge,
        )
        return api.get(f"/androidpublisher/v3/applications/{self._options.app}/reviews{path}", **params)

    @property
    def _remembered(self) -> str:
        return f"googleplay {self._options.token_url} {self._account.email}"

    def _token(self) -> str:
        """The one of an earlier request, as long as it is good: signing in takes a permit too."""
        now = self._borrowed.clock()
        sealed = self._borrowed.memory.get(self._remembered, "")
        until, _, token = self._account.unseal(sealed).partition(" ")
        if not token or now >= datetime.fromisoformat(until):
            token, until_when = self._signed_in(now)
            remembered = self._account.seal(f"{until_when.isoformat()} {token}")
            self._borrowed.memory[self._remembered] = remembered
        return token

    def _signed_in(self, now: datetime) -> tuple[str, datetime]:
        options = self._options
        sign_in = JsonApi(
            _SOURCE,
            self._borrowed,
            base_url=options.token_url,
            timeout=options.timeout_seconds,
            judge=self._refused,
        )
        assertion = self._account.assertion(options.token_url, now)
        answer = mapping(sign_in.post_form("", grant_type=_GRANT, assertion=assertion))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not (token.isascii() and token.isprintable() and token.strip()):
            raise SchemaChanged(f"{_SOURCE}: expected an access token, found {type(token).__name__}")
        lasts = seconds if isinstance(seconds, int | float) and 0 < seconds <= 24 * 3600 else 300
        return token, now + timedelta(seconds=0.9 * lasts)

    def _refused(self, status: int, _headers: Mapping[str, str], body: object) -> SourceError | None:
        if status not in (400, 401, 403):
            return None
        error = mapping(body).get("error")
        said = f" ({plain(error, 60)})" if isinstance(error, str) else ""
        return AuthFailed(
            f"{_SOURCE}: refused the service account{said}; check {self._options.service_account_env}, "
            "whether its key was removed, and this machine's clock"
        )

    def _judge(self, status: int, headers: Mapping[str, str], body: object) -> SourceError | None:
        reasons = _reasons(body)
        now = self._borrowed.clock()
        if status == 403 and not _OVER_QUOTA.isdisjoint(reasons):
            told = from_status(_SOURCE, 429, headers, now)
            soonest = now + _QUOTA_WINDOW
            retry_at = max(told.retry_at, soonest) if isinstance(told, RateLimited) else soonest
            return RateLimited(f"{_SOURCE}: the quota of 200 requests an hour is used up", retry_at)
        if status == 401:
            self._borrowed.memory.pop(self._remembered, None)  # the next poll signs in anew
        said = f"{_SOURCE}: answered {status}" + (f" ({', '.join(reasons)})" if reasons else "")
        if status in (401, 403):
            return AuthFailed(
                f"{said}; in Play Console the service account needs the permission 'Reply to reviews' for "
                f"{self._options.app}, and in Google Cloud the Google Play Android Developer API must be on"
            )
        if status in (404, 410):
            return SourceGone(f"{said}; no app {self._options.app}, or no such review")
        return None


def _reasons(body: object) -> list[str]:
    error = mapping(mapping(body).get("error"))
    parts = [error.get("errors"), error.get("details")]
    found = [mapping(one).get("reason") for part in parts if isinstance(part, list) for one in part]
    return [plain(reason, 40) for reason in [error.get("status"), *found] if isinstance(reason, str)]
