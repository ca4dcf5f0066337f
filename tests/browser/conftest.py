"""One server for all that look at its pages: a real run over the airline tweets and over hostile mentions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import browser, program
from tests.browser.hostile import Ear, listening
from tests.browser.material import prepare
from tests.browser.prefect_ui import V1, V2, Api, Artifact
from tests.browser.served import Served, both_uis, serving
from tests.browser.walk import Walk, walked


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's browser. Closed with the last test of this folder: its event loop is in others' way."""
    if program() is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def ear() -> Iterator[Ear]:
    """Where everything in the hostile mentions leads."""
    with listening() as it:
        yield it


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory, ear: Ear) -> Iterator[Served]:
    """`earful serve` past its first run."""
    folder = tmp_path_factory.mktemp("served")
    config = prepare(folder / "config", ear.port)
    with serving(folder, config, f"sqlite:///{folder}/earful.db") as it:
        yield it


@pytest.fixture(scope="package")
def artifacts(served: Served) -> list[Artifact]:
    """The latest version of everything that the first run published."""
    api = Api(served.address)
    try:
        found = api.artifacts()
    finally:
        api.close()
    assert found, served.log.read_text()[-3_000:]
    return found


@pytest.fixture(scope="package")
def upstream(served: Served, artifacts: list[Artifact]) -> Iterator[str]:
    """Prefect's server as Prefect ships it, with both UIs and without our front, over the same data."""
    with both_uis(served) as address:
        yield address


@pytest.fixture(scope="package")
def served_walk(chromium: Browser, served: Served, artifacts: list[Artifact], ear: Ear) -> Iterator[Walk]:
    """Every page of what `earful serve` shows."""
    with walked(chromium, V2, served.address, artifacts, ear.address) as walk:
        yield walk


@pytest.fixture(scope="package")
def new_ui_walk(chromium: Browser, upstream: str, artifacts: list[Artifact], ear: Ear) -> Iterator[Walk]:
    """Every page of Prefect's own server in its present UI: nothing but our escaping protects there."""
    with walked(chromium, V2, upstream, artifacts, ear.address) as walk:
        yield walk


@pytest.fixture(scope="package")
def old_ui_walk(chromium: Browser, upstream: str, artifacts: list[Artifact], ear: Ear) -> Iterator[Walk]:
    """The same in its older UI, which keeps more of what a text contains."""
    with walked(chromium, V1, upstream, artifacts, ear.address) as walk:
        yield walk


@pytest.fixture(params=["served_walk", "new_ui_walk", "old_ui_walk"])
def walk(request: pytest.FixtureRequest) -> Walk:
    """One after the other."""
    found: Walk = request.getfixturevalue(request.param)
    return found
