"""The fault matrix: every source meets every fault, through the real step, storage and client library.

Whatever happens, the cursor stays where it was, what was stored stays, the other source finishes, and when
the fault is gone nothing is missing and nothing is there twice.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.steps.listen import listen
from flows.steps.poll import Heard
from flows.wiring import Wiring
from listeners.http import new_client
from storage import checkpoints, mentions
from storage.mentions import Saved, find_mentions, save_page
from tests.flows.conftest import House
from tests.flows.faults import FAULTS
from tests.listeners.scenarios import SCENARIOS
from tests.listeners.scenarios.base import NOW, SECRET, Scenario
from tests.replay import Replay

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "fault-matrix.md"
NETWORK = sorted(name for name, kind in SCENARIOS.items() if kind.network)
OTHER = "the other source"
SECONDS = 20
SEEN: dict[tuple[str, str], str] = {}
"""(fault, source) -> the state that the ledger has for it."""


class AnySecret(dict[str, str]):
    """An environment in which every secret is set."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__()
        self._scenario = scenario

    def __missing__(self, name: str) -> str:
        return self._scenario.secret(name)

    def get(self, name: str, _default: object = None) -> str:  # type: ignore[override]
        return self._scenario.secret(name)


class Case:
    """One source and, beside it, one that has nothing to do with its trouble."""

    def __init__(self, source: str, house: House, server: Replay, http: httpx.Client) -> None:
        self.house, self.source = house, source
        self.scenario: Scenario = SCENARIOS[source](server, house.config, http)
        house.environment = AnySecret(self.scenario)
        house.clock.now = self.scenario.now
        self.configure()

    def configure(self) -> None:
        """Write down what is listened to, as the scenario has it now."""
        archive = self.house.mentions("other.jsonl", {"id": "1", "text": "all good here"})
        mine = {"source": self.source, "name": self.source, **self.scenario.options()}
        self.house.brands({"name": "Acme", "targets": [mine, self.house.archive(OTHER, archive)]})

    def listen(self, name: str) -> Heard:
        with self.house.open() as wiring:
            return listen(wiring, self._target(wiring, name))

    def stored(self) -> list[str]:
        with self.house.open() as wiring, wiring.database.reading() as tx:
            found = find_mentions(tx, source=self.source, limit=20_000)
        return sorted(stored.mention.external_id for stored in found)

    def cursor(self) -> str | None:
        with self.house.open() as wiring, wiring.database.reading() as tx:
            return checkpoints.checkpoint(tx, self.source)

    def ids(self, *numbers: int) -> list[str]:
        return sorted(self.scenario.external_id(n) for n in numbers)

    def _target(self, wiring: Wiring, name: str):  # type: ignore[no-untyped-def]
        return next(target for target in wiring.targets() if target.name == name)


@pytest.fixture
def case(request: pytest.FixtureRequest, house: House) -> Iterator[Case]:
    with Replay() as server, new_client() as http:
        yield Case(request.param, house, server, http)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("case", NETWORK, indirect=True)
def test_fault(case: Case, fault: str) -> None:
    case.scenario.publish(1, 2, 3, 4)
    assert case.listen(case.source).state == "complete"
    cursor = case.cursor()
    case.scenario.publish(5, 6)
    case.scenario.fail(FAULTS[fault].answer(case.scenario))
    case.configure()  # with a short patience, where slowness is the fault
    began = time.monotonic()
    heard = case.listen(case.source)
    assert time.monotonic() - began < SECONDS
    assert heard.state in FAULTS[fault].states, heard.note
    SEEN[fault, case.source] = heard.state
    assert heard.note
    assert SECRET not in heard.note
    for file in case.house.folder.glob("earful.db*"):
        assert SECRET.encode() not in file.read_bytes(), file
    assert set(case.ids(1, 2, 3, 4)) <= set(case.stored())
    if fault != "same token twice":  # its page was good
        assert case.cursor() == cursor
    assert case.listen(OTHER).state == "complete"
    case.scenario.heal()
    case.configure()
    case.house.clock.pass_(days=1.5)
    case.scenario.now = case.house.clock.now
    case.listen(case.source)
    assert case.stored() == case.ids(1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("case", NETWORK, indirect=True)
def test_one_bad_record(case: Case) -> None:
    case.scenario.publish(1, 2)
    case.scenario.publish(3, kind="broken")
    case.scenario.publish(4)
    heard = case.listen(case.source)
    SEEN["one bad record", case.source] = f"{heard.state}, {heard.saved.rejected} kept aside"
    assert (heard.state, heard.saved.rejected) == ("complete", 1)
    assert case.stored() == case.ids(1, 2, 4)


@pytest.mark.parametrize("case", NETWORK, indirect=True)
def test_empty(case: Case) -> None:
    heard = case.listen(case.source)
    SEEN["empty", case.source] = heard.state
    assert (heard.state, heard.saved.new, case.stored()) == ("complete", 0, [])


class Killed(BaseException):
    """Stands for the end of the process, in the transaction of a page or between two pages."""


class Kills:
    """Kills the first page's transaction, and then one in ten times that it is asked."""

    def __init__(self, seed: str) -> None:
        self.count, self._chance = 0, random.Random(seed)

    def between_pages(self, mentions: int) -> None:
        if mentions:
            self._now_and_then()

    def in_save(self, *args: Any) -> Saved:
        saved = save_page(*args)
        self._now_and_then()
        return saved

    def _now_and_then(self) -> None:
        if self.count == 0 or self._chance.random() < 0.1:
            self.count += 1
            raise Killed


@pytest.mark.parametrize("case", NETWORK, indirect=True)
def test_many_items_and_kills_in_and_between_pages(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module(f"tests.listeners.scenarios.{case.source}")
    monkeypatch.setattr(module, "PER_PAGE", 20)
    monkeypatch.setattr(module, "posted", lambda number: NOW - timedelta(days=6, seconds=-250 * number))
    case.configure()
    wanted = case.scenario.many
    case.scenario.publish(*range(1, wanted + 1))
    kills = Kills(case.source)
    monkeypatch.setattr(mentions, "save_page", kills.in_save)
    for _ in range(200):
        with case.house.open() as wiring:
            target = case._target(wiring, case.source)
            try:
                heard = listen(wiring, target, kills.between_pages)
            except Killed:
                continue
        if heard.state == "complete":
            break
        case.house.clock.pass_(minutes=10)  # it waits for the platform's limit, or has read its pages
        case.scenario.now = case.house.clock.now
    assert kills.count
    SEEN[f"{wanted:,} items, killed now and then", case.source] = heard.state
    assert case.stored() == case.ids(*range(1, wanted + 1))


def test_the_table_in_the_documents_is_what_was_seen(pytestconfig: pytest.Config) -> None:
    if not SEEN:
        pytest.skip("this test reads what the others of this file saw")
    table = _table()
    pytestconfig.get_terminal_writer().write(f"\n{table}")
    if pytestconfig.getoption("--write-documents"):
        head, _, rest = DOCUMENT.read_text(encoding="utf-8").partition("<!-- table -->")
        DOCUMENT.write_text(
            f"{head}<!-- table -->\n{table}<!-- end of table -->{rest.partition('<!-- end of table -->')[2]}",
            encoding="utf-8",
        )
    assert table in DOCUMENT.read_text(encoding="utf-8"), "run `make fault-matrix`, and look at what changed"


def _table() -> str:
    faults = list(dict.fromkeys(fault for fault, _ in SEEN))
    lines = ["| | " + " | ".join(NETWORK) + " |", "|---|" + "---|" * len(NETWORK)]
    for fault in faults:
        cells = [SEEN.get((fault, source), "") for source in NETWORK]
        lines.append(f"| {fault} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
