"""The files of a folder of labelled data, row by row. Damage is told with its place."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from core.errors import ConfigError

ENDINGS = (".jsonl.gz", ".jsonl")
LONGEST = 4 * 1024 * 1024
"""Bytes of the longest line that is read; bounds memory whatever a file holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFile:
    """One split of one set."""

    name: str
    """Of the set: its folder's."""
    split: str
    """The file's name without its ending, whatever it is."""
    path: Path

    @property
    def place(self) -> str:
        """How messages call it."""
        return f"{self.name}/{self.path.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One JSON object."""

    place: str
    """FILE:LINE."""
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


Tell = Callable[[Problem], None]


def find_files(folder: Path) -> list[SetFile]:
    """FOLDER/NAME/SPLIT.jsonl[.gz], and FOLDER/SPLIT.jsonl[.gz] of a set called like the folder; by name.

    Raises:
        ConfigError: there is no such folder, it holds no such file, or a split twice.
    """
    if not folder.is_dir():
        raise ConfigError(str(folder), "is no folder; name one that holds NAME/SPLIT.jsonl.gz")
    folder = Path(os.path.normpath(folder.absolute()))  # `.` and `..` have no name of their own
    paths = sorted(p for pattern in ("*", "*/*") for p in folder.glob(pattern) if p.name.endswith(ENDINGS))
    if not paths:
        raise ConfigError(str(folder), "holds no NAME/SPLIT.jsonl or .jsonl.gz (docs/evaluation.md)")
    found: dict[tuple[str, str], SetFile] = {}
    for path in paths:
        name, split = path.parent.name, path.name.removesuffix(".gz").removesuffix(".jsonl")
        if (name, split) in found:
            raise _twice(path, found[name, split].path)
        found[name, split] = SetFile(name=name, split=split, path=path)
    return sorted(found.values(), key=lambda file: (file.name, file.split))


def find_file(folder: Path, name: str, split: str) -> SetFile | None:
    """FOLDER/NAME/SPLIT.jsonl[.gz]; None: there is none.

    Raises:
        ConfigError: it is there twice.
    """
    paths = [p for ending in ENDINGS if (p := folder / name / f"{split}{ending}").is_file()]
    if len(paths) > 1:
        raise _twice(*paths)
    return SetFile(name=name, split=split, path=paths[0]) if paths else None


def _twice(path: Path, other: Path) -> ConfigError:
    return ConfigError(str(path), f"stands beside {other.name}; keep one of them")


def read_rows(file: SetFile, tell: Tell) -> Iterator[Row]:
    """Its rows in order; what is none is told, and so is the place where a damaged file ends early."""
    number = 0
    try:
        with _opened(file.path) as stream:
            for number, line in _lines(stream):
                place = f"{file.place}:{number}"
                fields = _object(line)
                if isinstance(fields, str):
                    tell(Problem(place=place, what=fields))
                elif fields is not None:
                    yield Row(place=place, fields=fields)
    except (OSError, EOFError, zlib.error) as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        tell(Problem(place=f"{file.place}:{number + 1}", what=f"the file cannot be read from here: {what}"))


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb"))


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Number and content of each line; None for one that is too long."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) <= LONGEST:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)
        yield number, None


def _object(line: bytes | None) -> Mapping[str, Any] | str | None:
    """The object on a line, or what is wrong with it; None for an empty line."""
    if line is None:
        return f"the line is longer than {LONGEST // 1024**2} MB"
    try:
        text = line.decode("utf-8-sig").strip()
        value = json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        return f"is no JSON: {error}"
    if value is None and not text:
        return None
    return value if isinstance(value, dict) else "expected a JSON object"
