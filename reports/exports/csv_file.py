"""CSV for programs and people: UTF-8, commas, RFC 4180; harmless when a spreadsheet opens it.

A spreadsheet takes a cell that begins with =, +, -, @ for a formula, and a formula can send the sheet's
contents elsewhere (OWASP, "CSV Injection"). Such a text gets an apostrophe in front, which spreadsheets take
for "this is text"; so does one that looks like that already, so that one apostrophe can be taken away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from reports.exports.columns import Column, Value

_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
"""With their full-width forms, and with what moves on to another cell."""
_SKIPPED = " \u00a0\u3000'"


class CsvFile:
    """Rows as CSV."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow([_cell(column.name) for column in columns])

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Add rows."""
        self._writer.writerows([_cell(value) for value in row] for row in rows)

    def close(self) -> None:
        """Hand the file back."""
        self._text.detach()


def _cell(value: Value) -> str | int | float:
    """A value as CSV has it; nothing for what is not known."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return harmless(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return value


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet could take it for a formula."""
    return f"'{text}" if text.lstrip(_SKIPPED)[:1] in _FORMULA else text
