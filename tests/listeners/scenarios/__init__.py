"""Each source as the contract suite sees it: one module a source, of the source's name, with a SCENARIO."""

from __future__ import annotations

from importlib import import_module

from listeners.registry import OWN
from tests.listeners.scenarios.base import Scenario

SCENARIOS: dict[str, type[Scenario]] = {
    name: import_module(f"tests.listeners.scenarios.{name}").SCENARIO for name in OWN
}
"""Of every source of this repository: the suite fails where one is missing."""
