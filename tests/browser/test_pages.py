"""Every artifact as a colleague's browser shows it, in both of Prefect's UIs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from reports.keys import key_of
from tests.browser import layout
from tests.browser.material import HOSTILE, OURS, airlines_are_there
from tests.browser.prefect_ui import Artifact
from tests.browser.served import Served
from tests.browser.walk import Walk

pytestmark = pytest.mark.slow

SIZE_LIMIT = 50_000
"""Bytes of a description or a body; larger ones open slowly."""
OPEN = re.compile(r"([\d,]+) alerts? (?:is|are) open")
OF_ALL = ("start-here", "share-of-voice", "open-alerts", "coverage")
OF_A_BRAND = ("brand-health", "complaints", "praise", "voices", "questions")


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
