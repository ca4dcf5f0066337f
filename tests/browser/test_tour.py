"""The tour of docs/tour.md, done by somebody who has just installed Earful."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cli.demo import prepare
from core.clock import utc_now
from flows.serving import deployments
from reports.keys import key_of
from tests.browser.chromium import watched
from tests.browser.newcomer import follow, read, run_listen, see_schedules
from tests.browser.served import Served, serving

pytestmark = pytest.mark.slow

BRAND = "Larkspur Rail"


def test_a_newcomer_sees_schedules_runs_listen_and_reads_how_the_brand_is_doing(
    chromium: Browser, tmp_path: Path
) -> None:
    given = prepare(tmp_path / "demo", utc_now())
    with (
        serving(tmp_path, given.config, given.database_url) as served,
        watched(chromium, address_said(served)) as watch,
    ):
        page, address = watch.page, watch.address
        assert see_schedules(page, address) == sorted(each["name"] for each in deployments())
        assert page.get_by_text("Active").or_(page.get_by_text("1 schedules")).count() >= 5
        assert run_listen(page).startswith("Completed")
        assert BRAND in read(page, address, "start-here")
        assert follow(page, "health") == key_of("brand-health", BRAND)
        assert f"{BRAND} was mentioned" in read(page, address, key_of("brand-health", BRAND))
        assert watch.left == []
        assert watch.faults == []


def address_said(served: Served) -> str:
    """What `earful serve` tells a person to open."""
    said = re.search(r"The Prefect UI is at (http://\S+)", served.log.read_text())
    assert said, served.log.read_text()[-2_000:]
    return said[1].rstrip(".,")
