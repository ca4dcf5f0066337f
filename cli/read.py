"""`earful read`: texts in, readings out, a line each; nothing is stored."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Annotated, Any, cast

import typer

from cli.terminal import err
from core.errors import ConfigError
from core.settings import Settings
from core.text import plain
from listeners.archive.lines import Lines
from listeners.archive.rows import Row, csv_header, csv_rows, json_rows
from nlp.model import Model

CHUNK = 512
"""Texts that are held at once: enough to fill batches of similar length, whatever the file's size."""


def read(
    file: Annotated[
        str, typer.Argument(help="JSONL or CSV with id and text, also .gz; - for standard input.")
    ],
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, whatever the file is called.")] = False,
) -> None:
    """Read texts with the model: one JSON reading a line, in the order of the input."""
    reader = Model(Settings().encoder)
    reader.check()
    failed = 0
    with _opened(file) as stream:
        with _told(file):
            rows = _rows(Lines(stream), as_csv or file.removesuffix(".gz").endswith(".csv"))
        while chunk := _next(rows, file):
            good = []
            for row in chunk:
                record_id, text, problem = _text_of(row)
                if problem:
                    failed += 1
                    err.print(
                        f"{file}:{row.number}: {problem}", style="yellow", markup=False, highlight=False
                    )
                else:
                    good.append((record_id, text))
            for (record_id, _), reading in zip(good, reader.read([text for _, text in good]), strict=True):
                sys.stdout.write(json.dumps(reading.as_json(record_id), ensure_ascii=False) + "\n")
    sys.stdout.flush()
    if failed:
        err.print(f"{failed} records could not be read; the others were.", style="yellow")
        raise typer.Exit(1)


def _rows(lines: Lines, as_csv: bool) -> Iterator[Row]:
    rows = csv_rows(lines, csv_header(lines)) if as_csv else json_rows(lines)
    return (row for row in rows if row.record is not None or row.problem)


def _next(rows: Iterator[Row], file: str) -> list[Row]:
    with _told(file):
        return list(islice(rows, CHUNK))


def _text_of(row: Row) -> tuple[str, str, str]:
    """Id, text, and what is wrong with the record."""
    if row.record is None:
        return "", "", row.problem
    text = row.record.get("text")
    if not isinstance(text, str):
        return "", "", f"expected a `text`, found only: {plain(', '.join(map(str, row.record)), 100)}"
    record_id = row.record.get("id")
    if record_id is None or isinstance(record_id, (dict, list)):
        return "", "", "expected an `id` that is a word or a number"
    return str(record_id).encode("utf-8", "replace").decode(), text, ""


def _opened(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    opening: Callable[[str, str], Any] = gzip.open if file.endswith(".gz") else open
    with _told(file):
        return cast("IO[bytes]", opening(file, "rb"))


@contextmanager
def _told(file: str) -> Iterator[None]:
    """Trouble with the input is told with its name; trouble with anything else is not its fault."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ConfigError(file, f"is damaged: {error}") from None
    except OSError as error:
        raise ConfigError(file, f"cannot be read: {error.strerror}") from None
