"""`earful listen`: poll and print, on a small platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.earful import earful
from tests.flows.conftest import House
from tests.flows.platforms import platform
from tests.listeners.scenarios.base import SECRET


@pytest.mark.parametrize(("source", "paid"), [("x", True), ("hackernews", False)])
def test_what_it_costs_is_said_before_it_is_spent(
    tmp_path: Path, sqlite_url: str, source: str, paid: bool
) -> None:
    house = House(tmp_path, sqlite_url)
    with platform(house, source) as scenario:
        scenario.publish(1)
        done = earful("listen", source, "--config", house.config, env={"X_BEARER_TOKEN": SECRET})
    assert done.returncode == 0, done.stderr
    warning = (
        "one: asking costs $0.005 a post and $0.010 an author not known yet. "
        "What this command spends is counted in no budget."
    )
    assert (warning in done.stderr) == paid
    assert done.stderr.splitlines()[:2] == ([warning, "one: this page cost $0.015"] if paid else [])
