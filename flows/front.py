"""The Prefect server of one machine, behind a front that lets nothing out and only our own browser in.

Prefect itself sends no content security policy: its UI contacts an analytics service on every page, whatever
its settings say, and would load a picture from anywhere that a stored text names. Prefect also ships an older
UI that keeps more of what a text contains; here there is one UI.

In production a reverse proxy does the same: docs/operations.md.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import prefect
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse

LOOPBACK = "127.0.0.1"
OWN_NAMES = (LOOPBACK, "localhost")
"""By any other name, a foreign page that has its name point here would be taken for our own."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Prefect's pages contain inline scripts and styles; the picture of a run's tasks builds its shaders.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws://localhost:* ws://127.0.0.1:*",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_SERVED = ("/api", "/v2", "/ui-settings")
"""What the present UI consists of and asks for."""
_OLD_PAGES = frozenset(
    {
        "artifacts", "automations", "blocks", "concurrency-limit", "concurrency-limits", "dashboard",
        "deployments", "events", "flow-runs", "flows", "runs", "settings", "task-runs", "variables",
        "work-pools",
    }
)  # fmt: skip
"""Where the old UI had its pages; a bookmark leads to the same page of the present one.
A test holds the proxies of docs/operations.md to this, to _SERVED and to HEADERS."""

_KEY = re.compile(r"(function \w+\(\)\{return)\s*([`'\"])[0-9a-f]{32}\2;?\}")
"""Where the UI's code names the account of the analytics service; without one it starts no analytics."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Front:
    """Prefect's own application with a content security policy on every answer, and one UI.

    Args:
        inner: Prefect's application.
        old_ui: let the older UI through, for looking at what it shows.
    """

    def __init__(self, inner: App, *, old_ui: bool = False) -> None:
        self._inner, self._old_ui = inner, old_ui

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (or websocket, or the server's own start and end)."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        app = self._inner if self._old_ui else self._answer(scope["path"], scope["query_string"].decode())
        await app(scope, receive, guarded)

    def _answer(self, path: str, query: str) -> App:
        if path == "/" or any(path == start or path.startswith(f"{start}/") for start in _SERVED):
            return self._inner
        first = path.split("/", 2)[1]
        if first in _OLD_PAGES:
            return RedirectResponse(f"/v2{path}{f'?{query}' if query else ''}")
        if first.startswith("favicon") or first.endswith(".svg"):  # the old UI's, for a tab's icon
            return PlainTextResponse("", 204)
        return PlainTextResponse("There is nothing here. The pages are under /v2/.", 404)


def build(*, old_ui: bool = False) -> App:
    """Prefect's application behind the front. Prefect's settings must be in the environment already."""
    from prefect.server.api.server import create_app

    if not old_ui:
        # Prefect offers what it finds here, and has no setting for it; without it, its menu has no "switch".
        prefect.__ui_static_path__ = prefect.__module_path__ / "no-old-ui"
    app = create_app(final=True)
    copied_to = prefect.settings.PREFECT_UI_STATIC_DIRECTORY.value()
    if copied_to:
        silence(Path(copied_to))
    return TrustedHostMiddleware(Front(app, old_ui=old_ui), allowed_hosts=OWN_NAMES)


def silence(copied_ui: Path) -> int:
    """Take the analytics key out of a copy of the UI, which then does not even try to send anything.

    The policy forbids it anyway, and the browser would complain of that on every page. Gives how many files
    were changed.
    """
    changed = 0
    for script in copied_ui.glob("**/assets/*.js"):
        text = script.read_text("utf-8")
        if "amplitude.com" not in text:
            continue
        silent = _KEY.sub(r"\1``}", text)
        if silent != text:
            script.write_text(silent, "utf-8")
            changed += 1
    return changed


def run(port: int, *, old_ui: bool = False) -> None:
    """Serve on loopback until the process is ended."""
    uvicorn.run(build(old_ui=old_ui), host=LOOPBACK, port=port, log_level="warning")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Prefect server on loopback; see `earful serve`.")
    parser.add_argument("port", type=int)
    parser.add_argument("--old-ui", action="store_true", help="let Prefect's older UI through")
    given = parser.parse_args()
    run(given.port, old_ui=given.old_ui)
