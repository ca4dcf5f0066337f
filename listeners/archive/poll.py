"""A file, page by page, from where the last poll stopped."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import IO, cast

from core.clock import Clock
from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Mention, Page, Rejected
from listeners.archive.lines import Lines
from listeners.archive.options import ArchiveOptions
from listeners.archive.read import Reader
from listeners.archive.rows import Row, csv_header, csv_rows, json_rows
from listeners.values import Unreadable, rejected

_HEAD, _TAIL = 4096, 1024
"""Bytes at the beginning, and before the place where we stopped, by which we know the file again."""


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


@dataclass(slots=True)
class _Batch:
    """A page that is being filled."""

    mentions: list[Mention] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class Archive:
    """Listens to one file, which may grow.

    Args:
        options: the file and how to read it.
        clock: gives the time.
    """

    def __init__(self, options: ArchiveOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._reader = Reader(options)

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what was appended since the checkpoint, in the order of the file.

        So every page carries a checkpoint. A file that was replaced or cut is read from its beginning.
        """
        path = self._options.path
        try:
            with self._opened() as file:
                yield from self._pages(file, self._valid(file, _load(since)))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise SourceGone(
                f"archive: there is no file {path}; check the target's path, or put it there"
            ) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceUnavailable(
                f"archive: {path} is not a complete gzip file; copy it once more"
            ) from error
        except OSError as error:
            raise SourceUnavailable(f"archive: {path} cannot be read ({error.strerror or error})") from error

    def _opened(self) -> IO[bytes]:
        if self._options.compressed:
            return cast(IO[bytes], gzip.open(self._options.path, "rb"))
        return self._options.path.open("rb")

    def _valid(self, file: IO[bytes], place: Place) -> Place:
        """The place, if the file is still the one we know; else its beginning."""
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
        if not self._options.compressed:
            digest.update(file.read(min(_TAIL, offset)))
        elif file.tell() != max(0, offset - _TAIL):
            return "shorter than it was"
        return digest.hexdigest()[:32]

    def _pages(self, file: IO[bytes], place: Place) -> Iterator[Page]:
        file.seek(0)
        head = file.read(_HEAD)
        rows = self._rows(file, place)
        more = True
        while more:
            fetched_at, batch, trouble = self._clock(), _Batch(), None
            more = False
            try:
                for count, row in enumerate(islice(rows, self._options.page_size), start=1):
                    place = self._take(row, place, batch, fetched_at)
                    more = count == self._options.page_size
            except (EOFError, zlib.error, OSError) as error:
                trouble = error  # what was read before is good
            yield Page(
                mentions=tuple(batch.mentions),
                rejected=tuple(batch.rejected),
                checkpoint=self._checkpoint(head, place),
            )
            if trouble is not None:
                raise trouble

    def _rows(self, file: IO[bytes], place: Place) -> Iterator[Row]:
        if self._options.format == "jsonl":
            file.seek(place.offset)
            return json_rows(Lines(file, place.line))
        file.seek(0)
        lines = Lines(file)
        names = csv_header(lines)
        self._check_columns(names)
        if place.offset:
            file.seek(place.offset)
            lines = Lines(file, place.line)
        return csv_rows(lines, names)

    def _check_columns(self, names: list[str]) -> None:
        options = self._options
        needed = [options.column("id"), options.column("text"), *options.columns.values(), *options.where]
        missing = [name for name in dict.fromkeys(needed) if name not in names]
        if names and missing:
            raise SchemaChanged(
                f"archive: {options.path}:1 has no column {', '.join(map(repr, missing))}; it has "
                f"{', '.join(map(repr, names[:40]))}. Name its columns in the target's 'columns'"
            )

    def _take(self, row: Row, place: Place, batch: _Batch, fetched_at: datetime) -> Place:
        """Read one row into the batch; the place after it."""
        if row.whole:
            self._read(row, batch, fetched_at)
            return Place(offset=row.end, line=row.number + row.lines - 1)
        digest = hashlib.sha256(f"{row.end - row.start} {row.raw}".encode()).hexdigest()[:32]
        if place.unfinished != digest:  # else an earlier poll read it, and it has not grown since
            self._read(row, batch, fetched_at)
        return replace(place, unfinished=digest)

    def _read(self, row: Row, batch: _Batch, fetched_at: datetime) -> None:
        where = f"{self._options.path.name}:{row.number}"
        if row.record is None:
            if row.problem:
                batch.rejected.append(rejected("archive", row.problem, row.raw, place=where))
            return
        try:
            if self._reader.wanted(row.record):
                batch.mentions.append(self._reader.read_record(row.record, fetched_at))
        except Unreadable as error:
            known = self._reader.known_id(row.record)
            batch.rejected.append(rejected("archive", error, row.raw, place=where, external_id=known))

    def _checkpoint(self, head: bytes, place: Place) -> str | None:
        if not place.offset and not place.unfinished:
            return None
        digest = hashlib.sha256(head[: place.offset])
        if not self._options.compressed:
            with self._options.path.open("rb") as file:  # not the one being read: its place must not move
                file.seek(max(0, place.offset - _TAIL))
                digest.update(file.read(min(_TAIL, place.offset)))
        return json.dumps(asdict(replace(place, mark=digest.hexdigest()[:32])), separators=(",", ":"))


def _load(text: str | None) -> Place:
    if text is None:
        return Place()
    try:
        stored = json.loads(text)
        return Place(
            offset=abs(int(stored["offset"])),
            line=abs(int(stored["line"])),
            mark=str(stored["mark"]),
            unfinished=str(stored["unfinished"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise SchemaChanged(
            "archive: the stored checkpoint of this target cannot be read; remove it to start anew"
        ) from error
