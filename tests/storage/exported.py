"""Writes exports and reads them again with other programs: for tests."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from core.mention import Terms
from flows.steps.export import Exported, What, export
from storage.database import Database
from storage.exports import Span
from tests.storage.making import NOW

OPEN = Terms(may_export_text=True)


def write(database: Database, what: What, to: Path, **span: Any) -> Exported:
    return export(database, what, Span(**span), to=str(to), now=NOW)


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read(file: Path) -> list[dict[str, Any]]:
    """Rows as text, as far as CSV and Parquet have the same to say."""
    if file.suffix == ".csv":
        return read_csv(file)
    return [{name: as_csv(value) for name, value in row.items()} for row in pq.read_table(file).to_pylist()]


def as_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        assert value.utcoffset() == timedelta(0)
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
