"""What the tests of drop folders share: a folder that is filled and listened to."""

from __future__ import annotations

import os
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from core.mention import Page
from core.target import Listener
from listeners.base import Borrowed
from listeners.registry import SOURCES
from tests.listeners.scenarios.base import NOW

HOOK = {"id": "7", "text": "Late again", "posted_at": "2026-11-20T10:00:00Z", "author": "ann", "rating": 2}


class Drop:
    """A drop folder and its listener."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "hooks"
        self.folder.mkdir()

    def put(self, name: str, data: bytes | str | Message, *, age: float = 3600) -> Path:
        path = self.folder / name
        content = data.encode() if isinstance(data, str) else data if isinstance(data, bytes) else bytes(data)
        path.write_bytes(content)
        time = NOW.timestamp() - age
        os.utime(path, (time, time))
        return path

    def listener(self, **options: Any) -> Listener:
        source = SOURCES["inbox"]
        folder = {"folder": self.folder.parent}
        checked = source.options.model_validate({"folder": "hooks", **options}, context=folder)
        borrowed = Borrowed(clock=lambda: NOW, secret=str, http=None)  # type: ignore[arg-type]
        return source.build(checked, borrowed)

    def poll(self, since: str | None = None, **options: Any) -> list[Page]:
        return list(self.listener(**options).poll(since))


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def told(pages: list[Page]) -> list[tuple[str, str]]:
    return [(record.place, record.reason) for page in pages for record in page.rejected]
