"""Targets on small platforms of the contract suite, and asking them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from core.mention import Page
from flows.steps.listen import listen
from flows.steps.poll import Heard
from flows.wiring import Wiring
from listeners.http import new_client
from storage.coverage import Closing, close_windows, open_windows
from storage.mentions import save_page
from tests.flows.conftest import House
from tests.listeners.scenarios import SCENARIOS
from tests.listeners.scenarios.base import Scenario
from tests.replay import Replay


@contextmanager
def platform(
    house: House, source: str | type[Scenario], *names: str, **options: object
) -> Iterator[Scenario]:
    """Targets of one source on a small platform: the one of the contract suite, or another."""
    with Replay() as server, new_client() as http:
        kind = SCENARIOS[source] if isinstance(source, str) else source
        scenario: Scenario = kind(server, house.config, http)
        asked = {"source": scenario.source, **scenario.options(), **options}
        targets = [{"name": name, **asked} for name in names or ("one",)]
        house.brands({"name": "Acme", "targets": targets})
        house.secret = scenario.secret  # type: ignore[method-assign]
        yield scenario


def ask(house: House, number: int = 0) -> Heard:
    with house.open() as wiring:
        return listen(wiring, wiring.targets()[number])


def spend(wiring: Wiring, usd: float) -> None:
    target = wiring.targets()[-1]
    with wiring.database.transaction() as tx:
        (opened,) = open_windows(tx, [target], wiring.clock())
        save_page(tx, target, Page(spend_usd=usd), opened.window, wiring.clock())
        close_windows(tx, [Closing(opened=opened, state="complete", whole=True)], wiring.clock())


def budget(house: House, monthly_usd: float) -> None:
    file = house.config / "brands.yaml"
    content = json.loads(file.read_text()) | {"budget": {"monthly_usd": monthly_usd}}
    file.write_text(json.dumps(content))
