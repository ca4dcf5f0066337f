"""A platform's JSON interface over the borrowed HTTP client: one request, one answer or one named error.

For sources without a client library worth having. Redirects are not followed: our key stays with whom it
is for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from core.errors import SourceError, SourceUnavailable
from listeners.base import Borrowed
from listeners.http import LARGEST_ANSWER, from_status

Judge = Callable[[int, Mapping[str, str], Any], SourceError | None]
"""(status, headers, parsed body or None) -> what an answer that is no success means; None: as everywhere."""


class JsonApi:
    """Asks one platform.

    Args:
        source: its name, for error messages.
        borrowed: client, clock and permit.
        base_url: what every path is put behind.
        timeout: seconds to connect and to wait for a piece; an answer as a whole gets twice that.
        headers: sent with every request; may hold a secret, which no error repeats.
        judge: see Judge.
    """

    def __init__(
        self,
        source: str,
        borrowed: Borrowed,
        *,
        base_url: str,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        judge: Judge = lambda _status, _headers, _body: None,
    ) -> None:
        self._source, self._borrowed, self._judge = source, borrowed, judge
        self._base_url, self._timeout, self._headers = base_url.rstrip("/"), timeout, dict(headers or {})

    def get(self, path: str, **params: Any) -> Any:
        """The parsed JSON of an answer; parameters that are None are left out."""
        return self._ask("GET", path, params={k: v for k, v in params.items() if v is not None})

    def post(self, path: str, **body: Any) -> Any:
        """Send a JSON object; gives the parsed JSON of the answer."""
        return self._ask("POST", path, json=body)

    def post_form(self, path: str, **fields: str) -> Any:
        """Send a form; gives the parsed JSON of the answer."""
        return self._ask("POST", path, data=fields)

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        status, headers, body = self.send(method, path, **content)
        if not 200 <= status < 300:
            told = _parsed(body)
            raise self._judge(status, headers, told) or from_status(
                self._source, status, headers, self._borrowed.clock()
            )
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SourceUnavailable(
                f"{self._source}: the answer is not JSON; it is tried again later"
            ) from error

    def send(self, method: str, path: str, **content: Any) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body of an answer, whatever they are.

        Raises:
            RateLimited: there is no permit for a request now.
            SourceUnavailable: no complete answer came.
        """
        self._borrowed.permit()
        deadline = time.monotonic() + 2 * self._timeout  # a duration, so not the borrowed clock
        try:
            with self._borrowed.http.stream(
                method,
                f"{self._base_url}{path}",
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
                **content,
            ) as response:
                return response.status_code, response.headers, self._body(response, deadline)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(
                f"{self._source}: no complete answer ({type(error).__name__}); it is tried again later"
            ) from None  # httpx quotes the address, and with it what it holds

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise SourceUnavailable(
                    f"{self._source}: the answer is too large and was not read to its end"
                )
            if time.monotonic() > deadline:
                raise SourceUnavailable(f"{self._source}: the answer came too slowly")
        return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
