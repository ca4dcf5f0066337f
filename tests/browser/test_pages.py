"""Every page as a colleague's browser shows it, in both of Prefect's UIs: what must be there is there and
looks right, and mentions that want more than to be read are read, and nothing else.

One file, as tests of one file share what took minutes to run and to walk through (conftest.py).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from core.text import plain
from reports.keys import key_of
from tests.browser import layout
from tests.browser.chromium import as_file, watched
from tests.browser.hostile import ATTACKS, Ear, listening
from tests.browser.material import HOSTILE, OURS, airlines_are_there
from tests.browser.prefect_ui import Artifact, settle
from tests.browser.served import Served
from tests.browser.walk import Walk, look
from tests.earful import earful

pytestmark = pytest.mark.slow

SIZE_LIMIT = 50_000
"""Bytes of a description or a body; larger ones open slowly."""
OPEN = re.compile(r"([\d,]+) alerts? (?:is|are) open")
OF_ALL = ("start-here", "share-of-voice", "open-alerts", "coverage")
OF_A_BRAND = ("brand-health", "complaints", "praise", "voices", "questions")
SHOWN = 40
"""Characters of an attack by which it is known on a page; excerpts are cut somewhere."""
AT_LEAST = len(ATTACKS) // 2
"""How many of the attacks must be seen somewhere: tables show so many and no more."""


def test_there_is_an_artifact_for_every_subject(artifacts: list[Artifact]) -> None:
    brands = [HOSTILE, *([OURS] if airlines_are_there() else [])]
    wanted = {*OF_ALL, *(key_of(kind, brand) for kind in OF_A_BRAND for brand in brands)}
    assert wanted - {artifact.key for artifact in artifacts} == set()


def test_every_artifact_looks_right(walk: Walk) -> None:
    assert {page.page: page.faults for page in walk.seen if page.faults} == {}


def test_no_page_complains(walk: Walk) -> None:
    assert walk.watch.faults == []
    assert walk.watch.dialogs == walk.watch.opened == []


def test_no_request_leaves_the_server(walk: Walk, served: Served) -> None:
    of_ours = [request for request in walk.watch.left if "amplitude.com" not in request]
    assert of_ours == []
    if walk.watch.address == served.address:
        assert walk.watch.left == [], "the policy of `earful serve` refuses Prefect's own, too"


def test_every_chart_can_be_read(chromium: Browser, served_walk: Walk) -> None:
    drawn = {svg: page.page for page in served_walk.seen for svg in page.charts}
    assert drawn, "no artifact has a picture"
    assert {page: wrong for svg, page in drawn.items() if (wrong := layout.chart_faults(chromium, svg))} == {}


def test_the_numbers_are_those_of_earful_status(served_walk: Walk, served: Served) -> None:
    status = served.status()
    assert set(status["alerts"]) == {"new"}, "nobody has done anything about any of them"
    waiting = status["alerts"]["new"]
    shown = {page.key: page.text for page in served_walk.seen if page.page.endswith("by key")}
    assert f"Of {status['mentions']:,} mentions in the last 28 days" in shown["share-of-voice"]
    assert f"{waiting:,} alerts are open" in shown["open-alerts"]
    of_brands = {key: OPEN.search(text) for key, text in shown.items() if key.startswith("brand-health-")}
    assert sum(int(found[1].replace(",", "")) for found in of_brands.values() if found) == waiting
    assert len([key for key in of_brands if of_brands[key]]) >= 1


def test_artifacts_are_small(artifacts: list[Artifact]) -> None:
    sizes = {a.key: max(len(a.description.encode()), len(a.body.encode())) for a in artifacts}
    assert {key: size for key, size in sizes.items() if size >= SIZE_LIMIT} == {}


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
