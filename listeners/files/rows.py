"""Lines to records: JSON objects or CSV rows, each with its place and with where the next one begins."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import SchemaChanged
from core.mention import RAW_LIMIT
from core.text import plain
from listeners.files.lines import LONGEST, Line, Lines
from listeners.values import shown

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a file, or what stands in its place."""

    number: int
    """The line at which it begins."""
    start: int
    end: int
    """Where it begins and where the next one does, in bytes."""
    lines: int
    """On how many lines it stands."""
    whole: bool
    """Whether its last line ends in a line break."""
    raw: str
    record: Mapping[str, Any] | None = None
    problem: str = ""
    """Why there is no record; a blank line has neither record nor problem."""


def json_rows(lines: Lines) -> Iterator[Row]:
    """One JSON object a line."""
    while (line := lines.next()) is not None:
        record, problem = None, ""
        try:
            text = _decoded(line)
            record = json.loads(text) if text.strip() else None
            if record is not None and not isinstance(record, dict):
                record, problem = None, f"expected a JSON object, found {shown(record)}"
        except (ValueError, RecursionError) as error:
            problem = str(error) if isinstance(error, _BadLine) else f"not JSON: {plain(str(error), 100)}"
        yield _row([line], record, problem)


def csv_header(lines: Lines, source: str = "archive") -> list[str]:
    """The names of the columns: the first row.

    Args:
        lines: of the file, from its beginning.
        source: for the error message.

    Raises:
        SchemaChanged: there is none.
    """
    try:
        names = next(csv.reader(_Feed(lines)), [])
    except (csv.Error, _BadLine) as error:
        raise SchemaChanged(
            f"{source}: the first row should name the columns, but it cannot be read: {error}"
        ) from error
    return [name.strip() for name in names]


def csv_rows(lines: Lines, names: list[str]) -> Iterator[Row]:
    """CSV records; a quoted field may hold line breaks.

    A quote that is never closed would swallow the rest of the file: then only the line with the quote is
    given up, and reading goes on with the next one.
    """
    source = _Feed(lines)
    reader = csv.reader(source)
    while True:
        source.taken.clear()
        fields: list[str] | None = None
        problem = ""
        try:
            fields = next(reader)
        except StopIteration:
            if not source.taken:
                return
            problem = "the line cannot be read"
        except (csv.Error, _BadLine) as error:
            problem = plain(str(error), 100)
        if source.ended_inside:
            fields, problem = None, problem or "a quote is opened and never closed"
        taken = list(source.taken)
        if problem:
            lines.give_back(taken[1:])
            taken = taken[:1]
            reader = csv.reader(source)  # the old one may be in the middle of a field
        yield _csv_row(taken, names, fields, problem)


def _csv_row(taken: list[Line], names: list[str], fields: list[str] | None, problem: str) -> Row:
    if problem or not fields:
        return _row(taken, None, problem)
    if len(fields) != len(names):
        return _row(taken, None, f"expected {len(names)} fields as in the first row, found {len(fields)}")
    return _row(taken, dict(zip(names, fields, strict=True)), "")


class _Feed:
    """Hands lines to csv.reader, which takes as many as one record needs, and remembers them."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.taken: list[Line] = []
        self.ended_inside = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.next()
        self.ended_inside = line is None and bool(self.taken)
        if line is None:
            raise StopIteration
        self.taken.append(line)
        if line.end - self.taken[0].start > LONGEST:
            raise _BadLine(f"longer than {LONGEST} bytes, or a quote is opened and never closed")
        return _decoded(line)


class _BadLine(ValueError):
    """A line that is no text; says why."""


def _decoded(line: Line) -> str:
    if line.too_long:
        raise _BadLine(f"longer than {LONGEST} bytes")
    data = line.data.removeprefix(_BOM) if line.number == 1 else line.data
    if b"\x00" in data:
        raise _BadLine("holds NUL characters, so it is no text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _BadLine(f"not UTF-8: {error.reason} at byte {error.start}") from error


def _row(lines: list[Line], record: Mapping[str, Any] | None, problem: str) -> Row:
    first, last = lines[0], lines[-1]
    raw = ""
    if problem or record is not None:
        raw = b"".join(line.data[: RAW_LIMIT * 4] for line in lines[:50])[: RAW_LIMIT * 4].decode(
            "utf-8", "replace"
        )
    return Row(
        number=first.number,
        start=first.start,
        end=last.end,
        lines=len(lines),
        whole=last.whole,
        raw=raw,
        record=record,
        problem=problem,
    )
