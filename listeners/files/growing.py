"""A file, page by page, from where it was left: it may have grown, or been replaced."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol, cast

from core.clock import Clock
from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Mention, Rejected
from listeners.files.lines import Lines
from listeners.files.naming import ending
from listeners.files.rows import Row, csv_header, csv_rows, json_rows
from listeners.values import Unreadable, rejected

_HEAD, _TAIL = 4096, 1024
"""Bytes at the beginning, and before the place where we stopped, by which we know the file again."""


class Reader(Protocol):
    """Turns records into mentions."""

    def wanted(self, record: Mapping[str, Any]) -> bool:
        """Whether the target asks for the record; raises Unreadable."""
        ...

    def read(self, record: Mapping[str, Any], fetched_at: datetime) -> Mention:
        """The mention it makes; raises Unreadable."""
        ...

    def known_id(self, record: Mapping[str, Any]) -> str | None:
        """Its external id, where at least that can be read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a file has been read."""

    offset: int = 0
    """Bytes of the uncompressed file."""
    line: int = 0
    mark: str = ""
    """A digest of the file's beginning and of what comes before the offset."""
    unfinished: str = ""
    """A digest of the last line, if it was read without having ended: it is read again once it has grown."""
    read_as: str = ""
    """How its records were read: Owned.read_as; empty: nobody noted it."""


def place_of(stored: Mapping[str, Any]) -> Place:
    """A place that was stored as JSON.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    return Place(
        offset=abs(int(stored["offset"])),
        line=abs(int(stored["line"])),
        mark=str(stored["mark"]),
        unfinished=str(stored["unfinished"]),
        read_as=str(stored.get("read_as", "")),
    )


@dataclass(slots=True)
class Batch:
    """A page that is being filled, and the place after it."""

    mentions: list[Mention] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingFile:
    """One file of records.

    Args:
        source: for messages and rejected records.
        path: its name ends as naming.ending knows it.
        reader: makes mentions of records.
        read_as: a fingerprint of how it does.
        needed: columns that a CSV must have.
        page_size: records of a page.
        clock: gives the time.
    """

    source: str
    path: Path
    reader: Reader
    read_as: str
    needed: Sequence[str]
    page_size: int
    clock: Clock

    def batches(self, place: Place) -> Iterator[Batch]:
        """Yield what was appended since the place, in the order of the file; at least one batch.

        A file that was replaced or cut is read from its beginning, and so is one that was read otherwise
        before: what was rejected then may be readable now.

        Raises:
            SourceGone: there is no such file.
            SourceUnavailable: it cannot be read to its end; what was read before was yielded.
            SchemaChanged: a CSV lacks a column.
        """
        try:
            with self._opened() as file:
                yield from self._batches(file, self._valid(file, place))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise SourceGone(
                f"{self.source}: there is no file {self.path}; check the target's path, or put it there"
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceUnavailable(
                f"{self.source}: {self.path} is not a complete gzip file; copy it once more"
            ) from error
        except OSError as error:
            raise SourceUnavailable(
                f"{self.source}: {self.path} cannot be read ({error.strerror or error})"
            ) from error

    @property
    def _compressed(self) -> bool:
        kind = ending(self.path)
        return kind is not None and kind.compressed

    @property
    def _csv(self) -> bool:
        kind = ending(self.path)
        return kind is not None and kind.csv

    def _opened(self) -> IO[bytes]:
        if self._compressed:
            return cast(IO[bytes], gzip.open(self.path, "rb"))
        return self.path.open("rb")

    def _valid(self, file: IO[bytes], place: Place) -> Place:
        """The place, if the file is still the one we know, and read as before; else its beginning."""
        if place.read_as not in ("", self.read_as):
            return Place()
        if place.offset and self._mark(file, place.offset) != place.mark:
            return Place()
        return place

    def _mark(self, file: IO[bytes], offset: int) -> str:
        """A digest by which the file is known again; of a gzip only the beginning is looked at.

        (To look back in a gzip is to unpack it once more from its beginning.)
        """
        file.seek(0)
        digest = hashlib.sha256(file.read(min(_HEAD, offset)))
        file.seek(max(0, offset - _TAIL))
        if not self._compressed:
            digest.update(file.read(min(_TAIL, offset)))
        elif file.tell() != max(0, offset - _TAIL):
            return "shorter than it was"
        return digest.hexdigest()[:32]

    def _batches(self, file: IO[bytes], place: Place) -> Iterator[Batch]:
        file.seek(0)
        head = file.read(_HEAD)
        rows = self._rows(file, place)
        more = True
        while more:
            fetched_at, batch, trouble = self.clock(), Batch(place=place), None
            more = False
            try:
                for count, row in enumerate(islice(rows, self.page_size), start=1):
                    self._take(row, batch, fetched_at)
                    more = count == self.page_size
            except (EOFError, zlib.error, OSError) as error:
                trouble = error  # what was read before is good
            place = batch.place = self._marked(head, batch.place)
            yield batch
            if trouble is not None:
                raise trouble

    def _rows(self, file: IO[bytes], place: Place) -> Iterator[Row]:
        if not self._csv:
            file.seek(place.offset)
            return json_rows(Lines(file, place.line))
        file.seek(0)
        lines = Lines(file)
        names = csv_header(lines, self.source)
        self._check_columns(names)
        if place.offset:
            file.seek(place.offset)
            lines = Lines(file, place.line)
        return csv_rows(lines, names)

    def _check_columns(self, names: list[str]) -> None:
        missing = [name for name in dict.fromkeys(self.needed) if name not in names]
        if names and missing:
            raise SchemaChanged(
                f"{self.source}: {self.path}:1 has no column {', '.join(map(repr, missing))}; it has "
                f"{', '.join(map(repr, names[:40]))}. Name its columns in the target's 'columns'"
            )

    def _take(self, row: Row, batch: Batch, fetched_at: datetime) -> None:
        """Read one row into the batch."""
        if row.whole:
            read_row(row, batch, fetched_at, self.reader, self.source, self.path.name)
            batch.place = Place(offset=row.end, line=row.number + row.lines - 1)
            return
        digest = hashlib.sha256(f"{row.end - row.start} {row.raw}".encode()).hexdigest()[:32]
        if batch.place.unfinished != digest:  # else an earlier poll read it, and it has not grown since
            read_row(row, batch, fetched_at, self.reader, self.source, self.path.name)
        batch.place = replace(batch.place, unfinished=digest)

    def _marked(self, head: bytes, place: Place) -> Place:
        """The place with what the file is known by there."""
        digest = hashlib.sha256(head[: place.offset])
        if not self._compressed:
            with self.path.open("rb") as file:  # not the one being read: its place must not move
                file.seek(max(0, place.offset - _TAIL))
                digest.update(file.read(min(_TAIL, place.offset)))
        return replace(place, mark=digest.hexdigest()[:32], read_as=self.read_as)


def read_row(row: Row, batch: Batch, fetched_at: datetime, reader: Reader, source: str, file: str) -> None:
    """Read one row into a batch: as a mention, as rejected, or not at all where it is not wanted."""
    where = f"{file}:{row.number}"
    if row.record is None:
        if row.problem:
            batch.rejected.append(rejected(source, row.problem, row.raw, place=where))
        return
    take(row.record, batch, fetched_at, reader, source, place=where, raw=row.raw)


def take(
    record: Mapping[str, Any],
    batch: Batch,
    fetched_at: datetime,
    reader: Reader,
    source: str,
    *,
    place: str,
    raw: object,
) -> None:
    """Read one record into a batch."""
    try:
        if reader.wanted(record):
            batch.mentions.append(reader.read(record, fetched_at))
    except Unreadable as error:
        known = reader.known_id(record)
        batch.rejected.append(rejected(source, error, raw, place=place, external_id=known))
