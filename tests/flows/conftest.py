"""Real storage, sources, rules and channels; the model is replaced by a reader of words where it would only
cost time (what the model itself makes of texts is tested in tests/nlp)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from core.errors import ConfigError
from core.reading import Reading
from core.settings import Settings
from flows.wiring import Wiring, open_wiring

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Words:
    """A reader for tests: 'bad' is negative and a complaint, 'good' is positive."""

    revision = "words-1"
    aims = False

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def prepare(self) -> None:
        pass

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        self.read_texts += texts
        return [self._reading(text) for text in texts]

    def _reading(self, text: str) -> Reading:
        p = 0.95 if "bad" in text else 0.05
        q = 0.9 if "good" in text else 0.02
        return Reading(
            model=self.revision,
            language="en",
            supported=True,
            sentiment={"negative": p, "positive": min(q, 1 - p), "neutral": max(0.0, 1 - p - q)},
            complaint=p,
        )


class Ticking:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class House:
    """A configuration folder and a database, opened as often as a test likes."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.config.mkdir()
        self.clock = Ticking()
        self.reader = Words()
        self.environment: dict[str, str] = {}
        self.settings = Settings(config=self.config, database_url=database_url)

    @staticmethod
    def archive(name: str, path: str, **options: Any) -> dict[str, Any]:
        return {"source": "archive", "name": name, "path": path, **options}

    def brands(self, *brands: dict[str, Any]) -> None:
        (self.config / "brands.yaml").write_text(json.dumps({"brands": list(brands)}))

    def alerts(self, **content: Any) -> None:
        (self.config / "alerts.yaml").write_text(json.dumps(content))

    def mentions(self, name: str, *records: dict[str, Any] | str) -> str:
        lines = [
            r if isinstance(r, str) else json.dumps({"posted_at": "2026-11-21T08:00:00Z", **r})
            for r in records
        ]
        (self.config / name).write_text("\n".join(lines) + "\n")
        return name

    def secret(self, name: str) -> str:
        if not self.environment.get(name):
            raise ConfigError(name, "is not set")
        return self.environment[name]

    @contextmanager
    def open(self) -> Iterator[Wiring]:
        quiet = Console(quiet=True)
        with open_wiring(self.settings, console=quiet, clock=self.clock, environment=self.secret) as wiring:
            yield replace(wiring, reader=self.reader)


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> House:
    return House(tmp_path, sqlite_url)
