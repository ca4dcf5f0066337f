"""A loopback server that plays a platform: recorded or scripted answers, and the faults of real networks.

Every answer closes its connection and says so (prawcore asks for that, and trips over a server that does
not), so that no handler outlives its request.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

CURSORS = ("next_token", "pagination_token", "after", "before", "max_id", "cursor", "pageToken", "page")
"""Query parameters that tell the pages of one listing apart; all others are ignored when matching."""
ANY = "*"
_FROM_NOW = re.compile(r"\{\{now\+(\d+|N)\}\}")
_N = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request that the server got."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str

    @property
    def cursor(self) -> str | None:
        return next((self.query[name] for name in CURSORS if name in self.query), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer. A body that is no text or bytes is sent as JSON."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """`reset`, `cut` (half of the body), `slow` (nothing for `seconds`), `drip` (a byte now and then)."""
    seconds: float = 60.0

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Play = Callable[[Seen], Answer]
"""A small platform: looks at a request and answers it."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # of 5, those that come at once would not even be heard by a busy machine


class Replay:
    """Use as a context manager. `url` is where it listens; `requests` what it was asked."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.requests: list[Seen] = []
        self._now = now
        self._routes: dict[tuple[str, str, str | None], list[Answer]] = defaultdict(list)
        self._plays: list[tuple[str, str, Play]] = []
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"replay": self}))
        self._server.daemon_threads = False  # so that closing the server waits for them
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Replay:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def on(self, method: str, path: str, *answers: Answer, cursor: str | None = ANY) -> None:
        """Script the answers of a path, in order; the last one is repeated for ever.

        Args:
            method: the request's method.
            path: its path, exactly.
            answers: one after the other.
            cursor: only for requests with this cursor (None: with none); ANY: for all.
        """
        self._routes[method, path, cursor].extend(answers)

    def play(self, method: str, path: str, platform: Play) -> None:
        """Let a function answer; paths that begin with `path` and have no script come to it."""
        self._plays.insert(0, (method, path, platform))

    def load(self, recording: Path) -> None:
        """Serve a recording: a list of {"request", "response"}, as the recordings' README says."""
        for step in json.loads(recording.read_text(encoding="utf-8")):
            url = urlsplit(step["request"]["url"])
            seen = _seen(step["request"]["method"], url.path, url.query, {}, "")
            reply = step["response"]
            answer = Answer(status=reply["status"], body=reply["body"], headers=reply["headers"])
            self.on(seen.method, seen.path, answer, cursor=seen.cursor)

    def answer(self, seen: Seen) -> Answer:
        self.requests.append(seen)
        for cursor in (seen.cursor, ANY):
            script = self._routes.get((seen.method, seen.path, cursor))
            if script:
                return script.pop(0) if len(script) > 1 else script[0]
        for method, path, platform in self._plays:
            if method == seen.method and seen.path.startswith(path):
                return platform(seen)
        return Answer(status=500, body=f"the test has no answer for {seen.method} {seen.path} {seen.query}")

    def header(self, value: str) -> str:
        def later(match: re.Match[str]) -> str:
            seconds = _N if match[1] == "N" else int(match[1])
            return str(int(self._now()) + seconds)

        return _FROM_NOW.sub(later, value)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the test."""
        self._stopping.wait(seconds)


def _seen(method: str, path: str, query: str, headers: Mapping[str, str], body: str) -> Seen:
    flat = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    return Seen(method=method, path=path, query=flat, headers=headers, body=body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # a client that connects and says nothing
    replay: Replay

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PUT(self) -> None:
        self._reply()

    def log_message(self, *_args: object) -> None:
        """Say nothing: the requests are on record."""

    def _reply(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        seen = _seen(self.command, url.path, url.query, dict(self.headers.items()), body)
        answer = self.replay.answer(seen)
        self.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client gave up, as it should
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer.fault == "reset":
            # Closing with a linger time of zero sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if answer.fault == "slow":
            self.replay.pause(answer.seconds)
        data = answer.encoded()
        self._send_head(answer, len(data))
        if answer.fault == "drip":
            self._send_drops(data, answer.seconds)
        else:
            self.wfile.write(data[: len(data) // 2] if answer.fault == "cut" else data)

    def _send_head(self, answer: Answer, length: int) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        headers = {"content-type": "application/json", **{k.lower(): v for k, v in answer.headers.items()}}
        for name, value in headers.items():
            self.send_header(name, self.replay.header(value))
        self.end_headers()

    def _send_drops(self, data: bytes, seconds: float) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.replay.pause(seconds)
