"""Opens every artifact of a server once and keeps what the pages showed, for several tests to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import layout
from tests.browser.chromium import Watched, watched
from tests.browser.prefect_ui import Artifact, Ui, pages_of, show

_WIDTHS = (1366, 1440, 1600, 1920)
"""Of windows, in pixels. Where lines end, and so what may run together, differs in each."""
_STRANGERS = (Path(__file__).parent / "find_strangers.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Seen:
    """One page, looked at."""

    page: str
    key: str
    text: str
    """All that can be read on it, without pictures."""
    faults: Sequence[str]
    """What is wrong with how it looks."""
    strangers: Sequence[str]
    """What somebody's text put into the page that is more than text."""
    charts: Sequence[str]
    """As SVG."""


@dataclass(frozen=True)
class Walk:
    """All pages of one UI on one server."""

    ui: str
    seen: Sequence[Seen]
    watch: Watched

    @property
    def text(self) -> str:
        """Everything that can be read anywhere."""
        return "\n".join(page.text for page in self.seen)


@contextmanager
def walked(
    opened: Browser, ui: Ui, address: str, artifacts: Sequence[Artifact], mark: str, *, bypass: bool = False
) -> Iterator[Walk]:
    """Walk through every artifact, by its key and as a whole.

    Args:
        opened: the browser.
        ui: which of the two.
        address: of the server.
        artifacts: what it has.
        mark: what every address in a hostile text contains.
        bypass: leave the server's content security policy aside.
    """
    with watched(opened, address, bypass_policy=bypass) as watch:
        seen = []
        for artifact in artifacts:
            for name, path, texts in pages_of(ui, artifact):
                show(watch.page, ui, address, path, *texts)
                seen.append(look(watch.page, name, artifact.key, ui.content, mark, _WIDTHS))
        yield Walk(ui.name, seen, watch)


def look(page: Page, name: str, key: str, content: str, mark: str, widths: Sequence[int] = ()) -> Seen:
    """What an open page shows.

    Args:
        page: settled.
        name: to tell it by.
        key: of the artifact on it.
        content: selector of what is ours on it.
        mark: what every address in a hostile text contains.
        widths: of windows to look for faults in, beside the one that it is open in.
    """
    return Seen(
        page=name,
        key=key,
        text=page.locator(content).first.inner_text(),
        faults=_faults(page, content, widths),
        strangers=page.evaluate(_STRANGERS, mark),
        charts=layout.charts(page),
    )


def _faults(page: Page, content: str, widths: Sequence[int]) -> list[str]:
    found = layout.faults(page, content)
    size = page.viewport_size
    assert size is not None, "every page of `watched` has one"
    for width in widths:
        page.set_viewport_size({**size, "width": width})
        found += [f"{width} px wide: {fault}" for fault in layout.faults(page, content)]
    page.set_viewport_size(size)
    return found
