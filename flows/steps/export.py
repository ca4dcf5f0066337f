"""Mentions, readings and alerts as files, within what the terms of their sources allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from core.errors import ConfigError
from core.withheld import Withheld
from flows.whole_file import whole_file
from reports.exports import columns, parquet_file
from reports.exports.columns import Column, Value
from reports.exports.csv_file import CsvFile
from reports.exports.parquet_file import ParquetFile
from storage.database import Database, Transaction
from storage.exports import Record, Span, reading_keys, walk_alerts, walk_mentions, walk_readings


class What(StrEnum):
    """What can be exported."""

    MENTIONS = "mentions"
    READINGS = "readings"
    ALERTS = "alerts"


class Form(StrEnum):
    """How a file holds it."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    what: What
    rows: int
    withheld: Mapping[Withheld, int]
    """Rows without words, by the reason; only reasons that occur."""
    to: str


Rows = Iterator[list[tuple[Value, ...]]]


def export(
    database: Database,
    what: What,
    span: Span,
    *,
    to: str,
    form: Form | None = None,
    now: datetime,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Exported:
    """Write everything of a span into one file, in parts; it appears whole or not at all.

    Args:
        database: read as it is at the beginning, whatever is stored meanwhile.
        what: which table.
        span: of whom and when; for alerts, when they were opened.
        to: a path, or an address such as s3://bucket/file.csv; a file of that name is replaced.
        form: None: as the file's name says.
        now: the present time: what may not be kept any longer is not exported.
        on_progress: told how many rows were just written.

    Raises:
        ConfigError: the file's name says no form, its place is no place, or a library is missing.
        NotWritten: the place did not take it.
    """
    form = form or _form_of(to)
    if form is Form.PARQUET and not parquet_file.available():
        raise ConfigError("--format parquet", "needs pyarrow: pip install -c constraints.txt -e '.[parquet]'")
    withheld: Counter[Withheld] = Counter()
    written = 0
    with database.reading() as tx, whole_file(to) as file:
        named, parts = _table(tx, what, span, now, withheld)
        with closing((CsvFile if form is Form.CSV else ParquetFile)(file, named)) as table:
            for rows in parts:
                table.write(rows)
                written += len(rows)
                on_progress(len(rows))
    return Exported(what=what, rows=written, withheld=dict(withheld), to=to)


def _form_of(to: str) -> Form:
    suffix = PurePosixPath(to).suffix.lower().removeprefix(".")
    try:
        return Form(suffix)
    except ValueError:
        raise ConfigError("--format", f"say csv or parquet; the name does not: {to}") from None


def _table(
    tx: Transaction, what: What, span: Span, now: datetime, withheld: Counter[Withheld]
) -> tuple[Sequence[Column], Rows]:
    """The columns, and parts of rows that are made while they are asked for."""
    match what:
        case What.MENTIONS:
            return columns.MENTIONS, _rows(columns.MENTIONS, walk_mentions(tx, span, now), withheld)
        case What.READINGS:
            maps = {name: reading_keys(tx, name, span) for name in _MAPS}
            of = columns.readings(**maps)
            return of, _rows(of, map(_flat, walk_readings(tx, span)), withheld)
        case What.ALERTS:
            return columns.ALERTS, _rows(columns.ALERTS, walk_alerts(tx, span, now), withheld)


_MAPS = {"severity": "severity", "topics": "topic", "emotion": "emotion"}
"""What a reading has one figure of for each key -> how those columns' names begin."""


def _flat(part: Iterable[Record]) -> list[Record]:
    """With a column for each key of what is a map."""
    return [
        record
        | {f"{name}_{key}": value for map_, name in _MAPS.items() for key, value in record[map_].items()}
        for record in part
    ]


def _rows(of: Iterable[Column], parts: Iterable[list[Record]], withheld: Counter[Withheld]) -> Rows:
    names = [column.name for column in of]
    for part in parts:
        withheld.update(record["withheld"] for record in part if record.get("withheld"))
        yield [tuple(_value(record.get(name)) for name in names) for record in part]


def _value(found: Any) -> Value:
    """Several names in one cell; words of ours as plain text."""
    if isinstance(found, tuple):
        return "; ".join(found)
    return str(found) if isinstance(found, StrEnum) else found
