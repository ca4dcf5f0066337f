"""The seam below tweepy and praw: both speak through `requests`, and both need the same four things.

A timeout (tweepy sends none, praw ignores its own), an end to endless answers, errors named by what to
do before a library retries or sleeps on its own, and a `base_url` that can be changed.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from core.errors import SourceError, SourceUnavailable
from listeners.http import LARGEST_ANSWER

Judge = Callable[[requests.Response], SourceError | None]
"""Looks at an answer and says what is wrong with it; None: hand it to the library."""

_PIECE = 64 * 1024


class GuardedAdapter(HTTPAdapter):
    """Sends one request, reads the whole answer within limits, and has it judged.

    Args:
        source: for error messages.
        judge: see Judge.
        timeout: seconds to connect and to wait for a piece; an answer as a whole gets twice that.
        base_url: where requests really go, where the library cannot be told.
        headers: set last, so that the library, and with it its debug log, never sees a secret in them.
        permit: asked before every request.
    """

    def __init__(
        self,
        *,
        source: str,
        judge: Judge,
        timeout: float,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        permit: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._permit = permit
        self._source = source
        self._judge = judge
        self._timeout = timeout
        self._base_url = base_url
        self._headers = dict(headers or {})

    def send(self, request: requests.PreparedRequest, *_args: Any, **options: Any) -> requests.Response:
        """Send it; whatever the library wants by way of timeouts and streaming is overruled."""
        self._permit()
        if self._base_url is not None:
            request.url = _moved(str(request.url), self._base_url)
        request.headers.update(self._headers)
        options.update(stream=True, timeout=self._timeout)
        deadline = time.monotonic() + 2 * self._timeout  # a duration, so not the borrowed clock
        try:
            response = super().send(request, **options)
            response.raw = io.BytesIO(self._body(response.raw, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise SourceUnavailable(
                f"{self._source}: no complete answer ({type(error).__name__}); it is tried again later"
            ) from error
        problem = self._judge(response)
        if problem is not None:
            raise problem
        return response

    def _body(self, raw: urllib3.HTTPResponse, deadline: float) -> bytes:
        body = bytearray()
        trouble = ""
        try:
            while not trouble and (piece := raw.read1(_PIECE, decode_content=True)):
                body += piece
                if len(body) > LARGEST_ANSWER:
                    trouble = "the answer is too large and was not read to its end"
                elif time.monotonic() > deadline:
                    trouble = "the answer came too slowly and was not read to its end"
        finally:
            raw.close()  # one connection an answer: what is left of one is never taken for the next
        if trouble:
            raise SourceUnavailable(f"{self._source}: {trouble}")
        return bytes(body)


def _moved(url: str, base_url: str) -> str:
    base, asked = urlsplit(base_url), urlsplit(url)
    path = base.path.rstrip("/") + asked.path
    return urlunsplit((base.scheme, base.netloc, path, asked.query, ""))
