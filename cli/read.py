"""`earful read`: texts in, readings out, a line each; nothing is stored."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Annotated, Any, cast

import typer

from cli.terminal import ConfigOption, err, print_json, settings
from core.errors import ConfigError, SchemaChanged
from core.text import plain
from flows.wiring import read_config
from listeners.files.lines import Lines
from listeners.files.rows import Row, csv_header, csv_rows, json_rows
from nlp.readers import reader_for
from reports.wording import plural

CHUNK = 512
"""Texts that are held at once: enough to fill batches of similar length, whatever the file's size."""


def read(
    file: Annotated[
        str, typer.Argument(help="JSONL or CSV with id and text, also .gz; - for standard input.")
    ],
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, whatever the file is called.")] = False,
    config: ConfigOption = None,
) -> None:
    """Read texts with the model: one JSON reading a line, in the order of the input.

    Where a record names a `target`, by name or by handle (@acme), the sentiment is towards it. With --config,
    the team's own topics of topics.yaml are read too.
    """
    given = settings(config)
    reader = reader_for(given, topics=read_config(given).topics if config else ())
    reader.check()
    failed = 0
    with _opened(file) as stream:
        with _told(file):
            rows = _rows(Lines(stream), as_csv or file.removesuffix(".gz").endswith(".csv"))
        while chunk := _next(rows, file):
            good: list[_Text] = []
            for row in chunk:
                text = _text_of(row)
                if isinstance(text, str):
                    failed += 1
                    err.print(f"{file}:{row.number}: {text}", style="yellow", markup=False, highlight=False)
                else:
                    good.append(text)
            readings = reader.read([text.text for text in good], [text.target for text in good])
            for text, reading in zip(good, readings, strict=True):
                print_json(reading.as_json(text.id))
    sys.stdout.flush()
    if failed:
        err.print(f"{plural(failed, 'record')} could not be read.", style="yellow")
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    id: str
    text: str
    target: str | None


def _rows(lines: Lines, as_csv: bool) -> Iterator[Row]:
    rows = csv_rows(lines, csv_header(lines, "CSV")) if as_csv else json_rows(lines)
    return (row for row in rows if row.record is not None or row.problem)


def _next(rows: Iterator[Row], file: str) -> list[Row]:
    with _told(file):
        return list(islice(rows, CHUNK))


def _text_of(row: Row) -> _Text | str:
    """The record, or what is wrong with it."""
    if row.record is None:
        return row.problem
    text = row.record.get("text")
    if not isinstance(text, str):
        return f"expected a `text`, found only: {plain(', '.join(map(str, row.record)), 100)}"
    record_id = row.record.get("id")
    if record_id is None or isinstance(record_id, (dict, list)):
        return "expected an `id` that is a word or a number"
    target = row.record.get("target") or None
    if target is not None and not isinstance(target, str):
        return "expected a `target` in words, or none"
    return _Text(id=str(record_id).encode("utf-8", "replace").decode(), text=text, target=target)


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
    except SchemaChanged as error:
        raise ConfigError(file, str(error)) from None
