"""A survey's export, as the contract suite sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from tests.listeners.scenarios.base import PER_PAGE, Scenario, posted
from tests.replay import Replay


class SurveyScenario(Scenario):
    source = "survey"
    network = False

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        super().__init__(server, folder, http)
        (folder / "nps").mkdir()
        self.file = folder / "nps" / "2026.jsonl"
        self.file.touch()

    def options(self) -> dict[str, Any]:
        return {"path": "nps", "measure": "nps", "page_size": PER_PAGE}

    def external_id(self, number: int) -> str:
        return f"nps:{number}"

    def record(self, number: int, kind: str) -> Any:
        record = {"id": number, "score": number % 11, "posted_at": posted(number).isoformat()}
        if kind == "broken":
            record["score"] = "eleven"
        if kind == "deleted":
            record["visibility"] = "deleted"
        return record

    def publish(self, *numbers: int, kind: str = "good") -> None:
        super().publish(*numbers, kind=kind)
        with self.file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(self.records[number]) + "\n" for number in numbers)


SCENARIO = SurveyScenario
