from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.databases import copied


class Place:
    """A configuration folder and a database, for the real command."""

    def __init__(self, folder: Path, migrated_file: Path) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.config.mkdir()
        self._migrated_file = migrated_file
        self.database = f"sqlite:///{folder}/earful.db"
        self.options = ("--config", self.config, "--database", self.database)

    def brands(self, *targets: dict[str, Any]) -> None:
        content = {"brands": [{"name": "Acme", "targets": list(targets)}]}
        (self.config / "brands.yaml").write_text(json.dumps(content, indent=1))

    def upgraded(self) -> None:
        copied(self._migrated_file, self.folder)


@pytest.fixture
def place(tmp_path: Path, migrated_file: Path) -> Place:
    return Place(tmp_path, migrated_file)
