"""A headless Chromium that keeps account of everything a page does besides showing itself.

Playwright drives the system's Chromium (Debian's package `chromium`); it downloads no browser.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

FLAGS = (
    "--no-sandbox",  # CI runs as root, where Chromium's own sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name is never looked up: whatever a page asks for outside fails at once instead of after a wait.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_SECONDS = 90
"""For anything on a page to appear; a busy machine takes a few."""
VIEW = (1280, 900)
"""Pixels; an ordinary laptop's window."""


@dataclass(frozen=True)
class Noise:
    """What a page says that is no fault of ours."""

    pattern: str
    why: str


UPSTREAM = (
    Noise(
        r"vendor-pixi|GL Driver Message",
        "Prefect draws a run's tasks with WebGL, and complains where there is no graphics card",
    ),
    Noise(r"/favicon\.ico", "Prefect's own server has none; our front answers that there is none"),
    Noise(
        r"amplitude\.com",
        "Prefect's UI contacts an analytics service whatever its settings say; our front's policy refuses it",
    ),
)


def program() -> str | None:
    """Where the system's Chromium is, if it has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser, closed at the end."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Watched:
    """A page, and what it and everything it opened said, asked for and did."""

    page: Page
    address: str
    """Of our own server: whatever goes elsewhere leaves."""
    said: list[str] = field(default_factory=list)
    """Errors and warnings of the console, with where they came from, and uncaught exceptions."""
    left: list[str] = field(default_factory=list)
    """Requests that went to another server than ours."""
    refused: list[str] = field(default_factory=list)
    """Requests that the browser did not send, as a content security policy forbids them."""
    dialogs: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    """Windows that nobody asked for, and downloads."""

    @property
    def faults(self) -> list[str]:
        """What the console said that is not known noise of Prefect's."""
        return [line for line in self.said if not any(re.search(n.pattern, line) for n in UPSTREAM)]

    def note_request(self, request: Request) -> None:
        """Whether it stays here: our server, or nothing but the page's own memory."""
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.address).netloc:
            self.left.append(f"{request.method} {request.url[:200]}")

    def note_refusal(self, request: Request) -> None:
        """A request that failed: if the policy stopped it, it has not left."""
        line = f"{request.method} {request.url[:200]}"
        if request.failure in ("csp", "net::ERR_BLOCKED_BY_CSP") and line in self.left:
            self.left.remove(line)
            self.refused.append(line)

    def note_console(self, message: ConsoleMessage) -> None:
        """Errors and warnings only."""
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text[:400]} ({message.location.get('url', '')})")


@contextmanager
def watched(
    opened: Browser, address: str, *, bypass_policy: bool = False, dark: bool = False
) -> Iterator[Watched]:
    """A new page with an empty memory.

    Args:
        opened: the browser.
        address: of our own server, without a path.
        bypass_policy: leave the content security policy aside, to see what holds without it.
        dark: as somebody whose system is set to dark colours.
    """
    context = opened.new_context(
        viewport={"width": VIEW[0], "height": VIEW[1]},
        bypass_csp=bypass_policy,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        timezone_id="UTC",
    )
    try:
        context.set_default_timeout(PATIENCE_SECONDS * 1_000)
        page = context.new_page()
        watch = Watched(page, address)
        _listen(context, watch)
        yield watch
    finally:
        context.close()


def _listen(context: BrowserContext, watch: Watched) -> None:
    context.on("console", watch.note_console)
    context.on("weberror", lambda error: watch.said.append(f"exception: {error.error}"))
    context.on("request", watch.note_request)
    context.on("requestfailed", watch.note_refusal)
    context.on("page", lambda page: watch.opened.append(f"window {page.url}"))
    watch.page.on("download", lambda file: watch.opened.append(f"download {file.url[:200]}"))
    watch.page.on("websocket", lambda socket: _note_websocket(watch, socket.url))

    def dismiss(dialog: object) -> None:
        watch.dialogs.append(f"{dialog.type}: {dialog.message}")  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    context.on("dialog", dismiss)


def _note_websocket(watch: Watched, url: str) -> None:
    if urlsplit(url).netloc != urlsplit(watch.address).netloc:
        watch.left.append(f"websocket {url[:200]}")


def as_file(path: Path) -> str:
    """A file's address."""
    return path.resolve().as_uri()
