"""Writes docs/images/: the pages of the tour, photographed in Chromium from `earful serve` on the demo.

Only the made-up brand of the demo is ever shown there: no picture in this repository holds a real post.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from cli.demo import prepare
from core.clock import utc_now
from tests.browser.chromium import VIEW, browser, program, watched
from tests.browser.newcomer import read, run_listen, see_schedules
from tests.browser.prefect_ui import V2, Api, settle
from tests.browser.served import serving

IMAGES = Path(__file__).parent.parent / "docs" / "images"
ABOVE_LOGS = 505
"""Pixels of a run's page: its log names the folder that Earful is in, on whatever machine."""
DRAWN_WITHIN_MS = 3_000
COLOURS = 64
LOWEST, TALLEST = 480, 3_200
"""Pixels; what lies below is more of the same."""
_NEEDED = """selector => Math.max(...[selector, selector + ' *'].flatMap(
  s => [...document.querySelectorAll(s)].map(e => e.getBoundingClientRect().bottom + scrollY)))"""


def camera(page: Page, folder: Path) -> Callable[[str], None]:
    """Takes pictures of a page at its whole height."""

    def photograph(name: str) -> None:
        if name == "listen":  # the picture of a run's tasks is drawn for the run as it was when it was opened
            page.reload()
            settle(page)
            page.wait_for_timeout(DRAWN_WITHIN_MS)
        page.set_viewport_size({"width": VIEW[0], "height": LOWEST})
        needed = int(page.evaluate(_NEEDED, V2.content)) + 16
        page.set_viewport_size({"width": VIEW[0], "height": max(LOWEST, min(needed, TALLEST))})
        settle(page)
        file = folder / f"{name}.png"
        page.screenshot(path=file)
        page.set_viewport_size({"width": VIEW[0], "height": VIEW[1]})
        with Image.open(file) as picture:
            shown = picture.crop((0, 0, picture.width, ABOVE_LOGS)) if name == "listen" else picture
            reduced = shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        reduced.save(file, optimize=True)
        print(f"{file.name}: {file.stat().st_size:,} bytes")

    return photograph


def main() -> None:
    """Make all pictures anew."""
    if program() is None:
        sys.exit("there is no Chromium: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        given = prepare(folder / "demo", utc_now())
        with (
            serving(folder, given.config, given.database_url) as served,
            browser() as opened,
            watched(opened, served.address) as watch,
        ):
            photograph = camera(watch.page, IMAGES)
            see_schedules(watch.page, served.address, photograph)
            run_listen(watch.page, photograph)
            api = Api(served.address)
            for artifact in api.artifacts():
                read(watch.page, served.address, artifact.key, photograph)
            api.close()
    total = sum(file.stat().st_size for file in IMAGES.glob("*.png"))
    print(f"{total:,} bytes together, in {IMAGES}")


if __name__ == "__main__":
    main()
