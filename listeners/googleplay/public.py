"""The reviews that Google Play's own pages show of any app: unofficial, off unless asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import AuthFailed, SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Mention, Page, Rejected
from listeners import listings
from listeners.base import Borrowed
from listeners.googleplay.options import GooglePlayOptions
from listeners.googleplay.read_public import Refused, answer_of, read_rows
from listeners.http import from_status
from listeners.json_api import JsonApi
from listeners.newest_first import Listing

_CALL = "oCPfdb"
_NEWEST = 2
_AN_APP = 7
_SILENT = (
    "Google Play shows no review although there were some before; nothing is taken for deleted, and the next "
    "poll looks again"
)


class Public:
    """Listens to an app's reviews in some languages.

    Args:
        options: what to listen to.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: GooglePlayOptions, borrowed: Borrowed) -> None:
        self._options, self._borrowed = options, borrowed
        self._replies: dict[str, Mention] = {}

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what came or was edited since the checkpoint, newest first, language by language."""
        return self._with_replies(listings.poll(self._listings(), since, silent=_SILENT))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield a past span."""
        return self._with_replies(listings.past(self._listings(), start, end, since))

    def _listings(self) -> dict[str, Listing]:
        return {language: self._listing(language) for language in self._options.languages}

    def _listing(self, language: str) -> Listing:
        options, clock = self._options, self._borrowed.clock
        pages = _Pages(options, language, self._borrowed)

        def read(rows: Sequence[Any]) -> tuple[Sequence[Mention], Sequence[Rejected]]:
            mentions, unread, replies = read_rows(
                rows,
                clock(),
                f"POST {_CALL} {language}",
                app=options.app,
                language=language,
                own_handle=options.own_handle,
            )
            self._replies.update({reply.thread_id or "": reply for reply in replies})
            return mentions, unread

        return Listing(
            source=pages.source,
            question=f"public {options.app} {language} {options.country}",
            fetch=pages.fetch,
            read=read,
            clock=clock,
            overlap=timedelta(minutes=options.overlap_minutes),
            max_pages=options.max_pages,
        )

    def _with_replies(self, pages: Iterator[Page]) -> Iterator[Page]:
        """After the walk, which is guided by the times of the reviews alone."""
        for page in pages:
            replies = [self._replies[m.external_id] for m in page.mentions if m.external_id in self._replies]
            self._replies.clear()
            yield replace(page, mentions=(*page.mentions, *replies))


class _Pages:
    """The pages of one language's reviews."""

    def __init__(self, options: GooglePlayOptions, language: str, borrowed: Borrowed) -> None:
        self.source = f"Google Play ({language})"
        self._options, self._language, self._borrowed = options, language, borrowed
        self._begun = False
        self._api = JsonApi(
            self.source, borrowed, base_url=options.public_url, timeout=options.timeout_seconds
        )

    def fetch(self, token: str | None) -> tuple[list[Any], str | None]:
        resumed, self._begun = token is not None and not self._begun, True
        body = self._send("POST", "/_/PlayStoreUi/data/batchexecute", data={"f.req": self._request(token)})
        try:
            rows, following, empty = answer_of(body.decode("utf-8", "replace"))
        except Refused as error:
            if resumed:  # tokens do not live for ever; if it is more than that, the first page says it too
                raise SchemaChanged(
                    f"{self.source}: no longer takes the place of an unfinished poll"
                ) from error
            raise
        if empty and token is None:
            self._look_for_the_app()
        elif empty and resumed:
            raise SchemaChanged(f"{self.source}: no longer knows the place of an unfinished poll")
        elif empty:  # the last page says that it is the last, and is not empty
            raise SourceUnavailable(
                f"{self.source}: a page that was announced came empty; it is asked for again"
            )
        return rows, following

    def _request(self, token: str | None) -> str:
        size: list[Any] = [self._options.page_size]
        size += [] if token is None else [None, token]
        asked = [None, [2, _NEWEST, size, None, [None] * 9], [self._options.app, _AN_APP]]
        return json.dumps([[[_CALL, json.dumps(asked, separators=(",", ":")), None, "generic"]]])

    def _look_for_the_app(self) -> None:
        """An app that does not exist is answered like one without reviews; only its own page tells."""
        self._send("GET", "/store/apps/details", id=self._options.app)

    def _send(self, method: str, path: str, *, data: dict[str, str] | None = None, **params: str) -> bytes:
        place = {"hl": self._language, "gl": self._options.country}
        status, headers, body = self._api.send(method, path, params=params | place, data=data)
        if 200 <= status < 300:
            return body
        if status in (401, 403):
            raise AuthFailed(
                f"{self.source}: Google refuses this machine's requests ({status}); ask less often"
            )
        if status == 404 and method == "GET":
            raise SourceGone(
                f"{self.source}: there is no app {self._options.app} in the shop of this country"
            )
        raise from_status(self.source, status, headers, self._borrowed.clock())
