"""Mentions that want more than to be read are read, and nothing else, wherever Earful shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from core.text import plain
from tests.browser.chromium import as_file, watched
from tests.browser.hostile import ATTACKS, Ear, listening
from tests.browser.material import HOSTILE
from tests.browser.prefect_ui import settle
from tests.browser.served import Served
from tests.browser.walk import Walk, look
from tests.earful import earful

pytestmark = pytest.mark.slow

SHOWN = 40
"""Characters of an attack by which it is known on a page; excerpts are cut somewhere."""
AT_LEAST = len(ATTACKS) // 2
"""How many of the attacks must be seen somewhere: tables show so many and no more."""


def literal(text: str) -> str:
    """As words on a page: without what breaks lines and addresses."""
    return plain(text.replace("\u2060", ""))


def seen_as_text(shown: str, port: int) -> list[str]:
    """The attacks that stand somewhere, sign for sign."""
    begun = (plain(attack.format(at=f"http://127.0.0.1:{port}"))[:SHOWN].rstrip() for attack in ATTACKS)
    return [beginning for beginning in begun if beginning in shown]


def test_the_socket_hears_and_strangers_are_found_where_nothing_is_escaped(chromium: Browser) -> None:
    """The tests below can fail: the same texts, put into a page as they are."""
    with listening() as ear, watched(chromium, "http://127.0.0.1:1") as watch:
        at = f"http://127.0.0.1:{ear.port}"
        body = "".join(f"<div>{attack.format(at=at)}</div>" for attack in ATTACKS if "meta" not in attack)
        watch.page.set_content(f"<main>{body}</main>")
        watch.page.wait_for_function("window.owned === 1")
        found = look(watch.page, "open", "", "main", ear.address)
        assert "a script ran" in found.strangers
        assert len(found.strangers) > 5
        assert any("img.png" in line for line in ear.heard)
        assert any("img.png" in line for line in watch.left)


def test_hostile_text_shows_as_text_in_both_uis(walk: Walk, ear: Ear) -> None:
    shown = literal(walk.text)
    assert len(seen_as_text(shown, ear.port)) >= AT_LEAST
    assert {page.page: page.strangers for page in walk.seen if page.strangers} == {}


@pytest.fixture(scope="module")
def report_page(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `earful report` writes about the brand whose customers are hostile."""
    folder = tmp_path_factory.mktemp("pages")
    done = earful("report", *served.options, "--brand", HOSTILE, "--to", folder, "--json")
    assert done.returncode == 0, done.stderr[-2_000:]
    return Path(json.loads(done.stdout)["page"])


def test_nobody_is_told_that_a_page_was_opened(walk: Walk, ear: Ear) -> None:
    assert str(ear.port) in walk.text, "the addresses are on the pages"
    assert ear.heard == []


@pytest.mark.parametrize("width", [1280, 390], ids=["on a laptop", "on a telephone"])
@pytest.mark.parametrize("policy", [True, False], ids=["as it is", "without its policy"])
def test_hostile_text_shows_as_text_on_the_report_page(
    chromium: Browser, report_page: Path, ear: Ear, policy: bool, width: int
) -> None:
    with watched(chromium, "file://", bypass_policy=not policy) as watch:
        watch.page.set_viewport_size({"width": width, "height": 900})
        watch.page.goto(as_file(report_page))
        settle(watch.page)
        seen = look(watch.page, "report page", "", "body", ear.address)
        assert len(seen_as_text(literal(seen.text), ear.port)) >= AT_LEAST
        assert seen.strangers == []
        # A table that is wider than its page scrolls by itself; a telephone shows charts smaller, as it must.
        assert [fault for fault in seen.faults if not fault.startswith(("cut: div", "shrunk"))] == []
        assert watch.said == watch.left == watch.dialogs == watch.opened == []
        assert seen.charts, "it has pictures, and they have loaded"
    assert ear.heard == []
