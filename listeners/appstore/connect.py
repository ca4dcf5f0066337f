"""App Store Connect: all reviews of one's own app, with the developer's answers, through Apple's API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from core.errors import AuthFailed, SchemaChanged, SourceError, SourceGone
from core.mention import Mention, Page, Rejected, Visibility
from core.target import Known
from core.text import plain
from listeners import listings
from listeners.appstore.options import TERMS, AppStoreOptions
from listeners.appstore.read_connect import Answers, answers_of, read_reviews, replies_to, reviews_of
from listeners.appstore.territories import LONG
from listeners.base import Borrowed
from listeners.gone import gone
from listeners.json_api import JsonApi
from listeners.newest_first import Listing
from listeners.patience import Patience
from listeners.signing import Signer
from listeners.values import mapping

_SOURCE = "App Store Connect"
_AUDIENCE = "appstoreconnect-v1"
_TOKEN_LASTS = timedelta(minutes=10)
"""Apple takes twenty at most, counted by its own clock."""
_OWN_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
"""A review's id here; in the feed the same review has a number."""


class Connect:
    """Listens to one's own app, and looks at known reviews again.

    Args:
        options: what to listen to; with a `key_id`.
        signer: holds the private key.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: AppStoreOptions, signer: Signer, borrowed: Borrowed) -> None:
        self._options, self._signer, self._borrowed = options, signer, borrowed
        self._answers: dict[str, Mapping[str, Any]] = {}
        self._app_answers = False

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came since the checkpoint, newest first."""
        return self._with_replies(listings.poll({"connect": self._listing()}, since))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield a past span; Apple keeps all reviews."""
        return self._with_replies(listings.past({"connect": self._listing()}, start, end, since))

    def look_again(self, known: Sequence[Known]) -> Iterator[Page]:
        """Yield known reviews as they are now, one a request: the API has no way to ask for listings.

        Raises:
            SourceError: SourceUnavailable and SchemaChanged of single ones after the others have come.
        """
        patience, self._app_answers = Patience(), False
        for one in patience.until_over(known):
            if not _OWN_ID.match(one.external_id) or one.thread_id not in (None, one.external_id):
                continue  # a review that came from the feed, or one of our own replies
            with patience.one(f"the review {one.external_id}"):
                yield from self._single(one)
        patience.tell()

    def _single(self, one: Known) -> Iterator[Page]:
        try:
            body = self._get(f"/v1/customerReviews/{quote(one.external_id, safe='')}", include="response")
        except SourceGone:
            # A key that lost the app finds none of its reviews: they are not deleted because of that.
            if not self._app_answers:
                self._ask(None, limit=1)
                self._app_answers = True
            now = self._borrowed.clock()
            yield Page(mentions=(gone(one, "appstore", TERMS, now, Visibility.DELETED),))
        else:
            yield from self._with_replies(iter([self._page([mapping(body).get("data")], answers_of(body))]))

    def _listing(self) -> Listing:
        options = self._options

        def fetch(token: str | None) -> tuple[list[Any], str | None]:
            body = self._ask(token, limit=options.page_size)
            reviews = reviews_of(body)
            self._answers.update(answers_of(body))
            return reviews, _cursor(body)

        def read(reviews: Sequence[Any]) -> tuple[Sequence[Mention], Sequence[Rejected]]:
            page = self._page(reviews, self._answers)
            return page.mentions, page.rejected

        return Listing(
            source=_SOURCE,
            question=f"connect {options.app} {sorted(options.countries)}",
            fetch=fetch,
            read=read,
            clock=self._borrowed.clock,
            overlap=timedelta(minutes=options.overlap_minutes),
            max_pages=options.max_pages,
        )

    def _page(self, reviews: Sequence[Any], answers: Answers) -> Page:
        place = "GET customerReviews"
        mentions, unread = read_reviews(
            reviews, answers, self._borrowed.clock(), place, app=self._options.app
        )
        self._answers.update(
            {m.external_id: answers[m.external_id] for m in mentions if m.external_id in answers}
        )
        return Page(mentions=mentions, rejected=unread)

    def _with_replies(self, pages: Iterator[Page]) -> Iterator[Page]:
        """After the walk, which is guided by the times of the reviews alone."""
        handle = self._options.own_handle
        for page in pages:
            replies, unread = (
                replies_to(page.mentions, self._answers, handle, "GET customerReviews")
                if handle
                else ((), ())
            )
            self._answers.clear()
            yield replace(page, mentions=page.mentions + replies, rejected=page.rejected + unread)

    def _ask(self, token: str | None, *, limit: int) -> Any:
        countries = ",".join(LONG[country] for country in self._options.countries)
        more = {"filter[territory]": countries or None, "cursor": token}
        path = f"/v1/apps/{self._options.app}/customerReviews"
        return self._get(path, sort="-createdDate", limit=limit, include="response", **more)

    def _get(self, path: str, **params: Any) -> Any:
        api = JsonApi(
            _SOURCE,
            self._borrowed,
            base_url=self._options.connect_url,
            timeout=self._options.timeout_seconds,
            headers={"Authorization": f"Bearer {self._token()}"},
            judge=self._judge,
        )
        return api.get(path, **params)

    def _token(self) -> str:
        """A fresh one for every request: none is ever too old, and none is kept."""
        now = self._borrowed.clock()
        who = {"sub": "user"} if self._options.issuer_id is None else {"iss": self._options.issuer_id}
        times = {"iat": int(now.timestamp()), "exp": int((now + _TOKEN_LASTS).timestamp())}
        return self._signer.sign(
            {**who, **times, "aud": _AUDIENCE}, {"kid": self._options.key_id or "", "typ": "JWT"}
        )

    def _judge(self, status: int, _headers: Mapping[str, str], body: object) -> SourceError | None:
        errors = mapping(body).get("errors")
        code = mapping(errors[0]).get("code") if isinstance(errors, list) and errors else None
        said = f"{_SOURCE}: answered {status}" + (f" ({plain(code, 60)})" if isinstance(code, str) else "")
        if status == 401:
            return AuthFailed(
                f"{said}; check key_id, issuer_id, {self._options.private_key_env} and this machine's clock"
            )
        if status == 403:
            return AuthFailed(
                f"{said}; the key needs the role Customer Support, and Apple's agreements a signature"
            )
        if status in (404, 410):
            return SourceGone(f"{said}; the key's team has no app or review of that number")
        return None


def _cursor(body: object) -> str | None:
    """What names the next page. Only this is taken from the link: requests go where the options say."""
    following = mapping(mapping(body).get("links")).get("next")
    if following is None:
        return None
    try:
        cursors = parse_qs(urlsplit(following).query).get("cursor") if isinstance(following, str) else None
    except ValueError:
        cursors = None
    if not cursors:
        raise SchemaChanged(f"{_SOURCE}: expected a link with a cursor to the next page, found none")
    return cursors[0]
