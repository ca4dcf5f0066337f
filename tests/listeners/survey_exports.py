"""A folder of survey exports, with what a test puts there, and its listener."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.mention import Page
from core.target import Listener
from listeners.base import Borrowed
from listeners.registry import SOURCES
from listeners.survey.options import SurveyOptions
from tests.listeners.scenarios.base import NOW

FULL = {
    "id": "r7",
    "score": 3,
    "text": "Nobody answers",
    "posted_at": "2026-11-20T11:35:52Z",
    "author": "ann@example.org",
    "author_name": "Ann B.",
    "url": "https://example.org/r7",
    "language": "en",
    "thread_id": "t1",
    "visibility": "live",
    "edited_at": "2026-11-21T00:00:00Z",
}


class Exports:
    """A folder of exports and its listener."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "nps"
        self.folder.mkdir()

    def put(self, name: str, data: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def listener(self, **options: Any) -> Listener:
        given = {"path": "nps", "measure": "nps", **options}
        checked = SurveyOptions.model_validate(given, context={"folder": self.folder.parent})
        borrowed = Borrowed(clock=lambda: NOW, secret=str, http=None)  # type: ignore[arg-type]
        return SOURCES["survey"].build(checked, borrowed)

    def poll(self, since: str | None = None, **options: Any) -> list[Page]:
        return list(self.listener(**options).poll(since))


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path)


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def told(pages: list[Page]) -> list[tuple[str, str]]:
    return [(record.place, record.reason) for page in pages for record in page.rejected]
