from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.earful import earful


class Place:
    """A configuration folder and a database, for the real command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.config.mkdir()
        self.database = f"sqlite:///{folder}/earful.db"
        self.options = ("--config", self.config, "--database", self.database)

    def brands(self, *targets: dict[str, Any]) -> None:
        content = {"brands": [{"name": "Acme", "targets": list(targets)}]}
        (self.config / "brands.yaml").write_text(json.dumps(content, indent=1))

    def upgraded(self) -> Place:
        assert earful("db", "upgrade", "--database", self.database).returncode == 0
        return self


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
