"""What a newcomer does in the Prefect UI, click by click: docs/tour.md, tested and photographed."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.prefect_ui import V2, settle

PATIENCE_SECONDS = 180
"""For a run that another process has to start; it takes some ten."""

Photograph = Callable[[str], None]


def nobody(_: str) -> None:
    """Takes no picture."""


def see_schedules(page: Page, address: str, photograph: Photograph = nobody) -> list[str]:
    """Open the address that `earful serve` says, then what is scheduled. Gives the deployments' names."""
    page.goto(address)
    page.get_by_role("link", name="Deployments", exact=True).click()
    names = page.locator(f"{V2.content} a[href*='/deployments/deployment/']")
    names.first.wait_for()
    settle(page)
    photograph("deployments")
    return [name.inner_text().strip() for name in names.all()]


def run_listen(page: Page, photograph: Photograph = nobody) -> str:
    """From the list of deployments: run `listen` and wait for its end. Gives the state's name."""
    row = page.locator(f"{V2.content} a[href*='/deployments/deployment/']")
    row.filter(has_text=re.compile(r"^listen$")).click()
    page.get_by_role("button", name=re.compile("^Run")).click()
    page.get_by_role("menuitem", name="Quick run").click()
    page.get_by_role("button", name="View run").click()
    page.wait_for_url(re.compile("/flow-run/"))
    state = page.locator(V2.content).get_by_text(re.compile("^(Completed.*|Failed|Crashed|Cancelled)$")).first
    state.wait_for(timeout=PATIENCE_SECONDS * 1_000)
    settle(page)
    photograph("listen")
    return state.inner_text().strip()


def read(page: Page, address: str, key: str, photograph: Photograph = nobody) -> str:
    """Open an artifact by its key, as `earful serve` says it. Gives what stands there."""
    page.goto(f"{address}/v2/artifacts/key/{key}")
    page.locator(V2.content).get_by_text("As of").first.wait_for()
    settle(page)
    photograph(key)
    return page.locator(V2.content).inner_text()


def follow(page: Page, label: str) -> str:
    """Click a link of a report. Gives the key of the report that it leads to."""
    page.locator(V2.content).get_by_role("link", name=label, exact=True).first.click()
    page.wait_for_url(re.compile("/artifacts/key/"))
    page.locator(V2.content).get_by_text("As of").first.wait_for()
    return page.url.split("?")[0].rpartition("/")[2]
