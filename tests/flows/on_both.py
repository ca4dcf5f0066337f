"""A House whose database is SQLite or a real PostgreSQL: what reports say must agree on both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from flows.steps.daily import count_days
from flows.steps.once import run_once
from tests.flows.conftest import House


class BothHouse(House):
    """With short ways to what a test asks."""

    def configure(self, *brands: dict[str, Any], **more: Any) -> None:
        """What brands.yaml says, with more than brands."""
        (self.config / "brands.yaml").write_text(json.dumps({"brands": list(brands), **more}))

    def run(self) -> None:
        """Listen, read, raise, tell, and count the days."""
        with self.open() as wiring:
            run_once(wiring)
            count_days(wiring)

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """By hand-written SQL."""
        with self.open() as wiring, wiring.database.reading() as tx:
            return [tuple(row) for row in tx.execute(text(sql), values)]

    def one(self, sql: str, **values: Any) -> Any:
        """One value."""
        ((value,),) = self.rows(sql, **values)
        return value


@pytest.fixture
def on_both(tmp_path: Path, url_of: Callable[..., str]) -> BothHouse:
    folder = tmp_path / "house"
    folder.mkdir()
    return BothHouse(folder, url_of())
