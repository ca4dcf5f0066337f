"""Prefect's two UIs as seen from a test: which artifacts there are, and how to get to a page of theirs."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Page


@dataclass(frozen=True)
class Artifact:
    """The latest version of one key."""

    key: str
    id: str
    description: str
    body: str


@dataclass(frozen=True)
class Ui:
    """One of the two UIs."""

    name: str
    prefix: str
    content: str
    """What holds the page's content, beside the menu."""


def pages_of(ui: Ui, artifact: Artifact) -> list[tuple[str, str, tuple[str, ...]]]:
    """The two pages of an artifact: a name to tell them by, the path, and the Markdown that stands there.

    By its key, a fixed address: the latest description above the list of versions. By its number: one
    version's description and body.
    """
    start = f"{ui.prefix}/artifacts"
    return [
        (f"{ui.name} {artifact.key}, by key", f"{start}/key/{artifact.key}", (artifact.description,)),
        (
            f"{ui.name} {artifact.key}, whole",
            f"{start}/artifact/{artifact.id}",
            (artifact.description, artifact.body),
        ),
    ]


V2 = Ui("V2", "/v2", "main")
V1 = Ui("V1", "", ".app-router-view__view")


class Api:
    """Prefect's own interface, asked with the token that a browser would have."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/api", timeout=60)
        me = str(uuid.uuid4())
        token = self._client.get("/csrf-token", params={"client": me}).json()["token"]
        self._client.headers.update({"Prefect-Csrf-Client": me, "Prefect-Csrf-Token": token})

    def ask(self, path: str, **body: Any) -> Any:
        """What a filter finds."""
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def artifacts(self) -> list[Artifact]:
        """The latest of every key, by key."""
        found = self.ask("/artifacts/latest/filter", limit=200)
        return sorted(
            (
                Artifact(a["key"], a["latest_id"], a["description"] or "", a["data"] or "")
                for a in found
                if a["key"]
            ),
            key=lambda artifact: artifact.key,
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


_RUN_OF_WORDS = re.compile(r"^(?:#+ |- |\*\*)?([A-Za-z][A-Za-z ]{5,}[a-z])", re.MULTILINE)


def words_of(markdown: str) -> str:
    """The last words of a Markdown text that stand on the page as they do here; nothing, if it has none."""
    found = _RUN_OF_WORDS.findall(html.unescape(markdown))
    return str(found[-1]) if found else ""


_GO = {
    "V2": "p => { history.pushState({}, '', p); dispatchEvent(new PopStateEvent('popstate', {state: {}})) }",
    "V1": "p => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(p)",
}


def show(page: Page, ui: Ui, address: str, path: str, *texts: str) -> None:
    """Open a page of a UI and wait until it shows these texts and nothing of it is outstanding.

    The first page is loaded whole, as from a bookmark. The next ones are gone to as a click inside the UI
    does it, which takes a tenth of the time.

    Args:
        page: of a browser.
        ui: which of the two.
        address: of the server.
        path: of the page.
        texts: the Markdown that it is to show.
    """
    if _is_open(page, ui, address):
        page.evaluate(_GO[ui.name], path)
        page.wait_for_url(lambda url: url.split("?")[0].endswith(path))
    else:
        page.goto(f"{address}{path}")
    # Its title: until then the last page is still there.
    page.locator(ui.content).get_by_text(path.rpartition("/")[2], exact=True).first.wait_for()
    for text in texts:
        page.locator(ui.content).get_by_text(words_of(text)).first.wait_for(state="attached")
    settle(page)


def settle(page: Page) -> None:
    """Wait until nothing is outstanding, letters and pictures are there, and all is where it stays."""
    page.wait_for_load_state("networkidle")
    page.evaluate(_SETTLED)


_SETTLED = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
}"""


def _is_open(page: Page, ui: Ui, address: str) -> bool:
    mark = "#root" if ui is V2 else "#app .app-router-view"
    return page.url.startswith(address) and page.locator(mark).count() > 0
