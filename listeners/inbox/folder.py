"""A drop folder: mails (*.eml) and webhooks (*.json, *.jsonl, *.ndjson) that other programs put there.

Nothing is moved or deleted. What was read is remembered by name, size and time of change, in eight bytes a
file, for as long as the file lies there: no order is assumed, so no file is missed because a clock was wrong.
A file is read as a whole or, after a crash, once more; what is known already is recognised by its id.
"""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.errors import SchemaChanged, SourceGone, SourceUnavailable
from core.mention import Mention, Page, Rejected
from listeners.files.growing import Batch, read_row, take
from listeners.files.lines import Lines
from listeners.files.record import Columns, Rated
from listeners.files.rows import json_rows
from listeners.http import LARGEST_ANSWER
from listeners.inbox.options import InboxOptions
from listeners.inbox.read import MailReader
from listeners.values import rejected, shown

_LINES = (".jsonl", ".ndjson")
_ENDINGS = (".eml", ".json", *_LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    path: Path
    changed: float
    size: int
    mark: str
    """By which it is known again."""


class Folder:
    """Listens to one drop folder.

    Args:
        options: where it is and how to read what lies there.
        clock: gives the time.
    """

    def __init__(self, options: InboxOptions, clock: Clock) -> None:
        assert options.folder is not None  # noqa: S101 - who builds it has looked
        self._folder, self._options, self._clock = options.folder, options, clock
        self._mails = MailReader(
            terms=options.terms, own_addresses=options.own_addresses, own_lists=options.own_lists
        )
        columns = Columns(source="inbox", dataset=options.dataset, names=options.columns, terms=options.terms)
        self._webhooks = Rated(columns=columns, scale=options.rating_scale)

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what was dropped since the checkpoint, oldest first; every page carries one.

        A file that cannot be opened does not keep the others from being read: its error comes last.
        """
        known = _load(since, self._options.read_as)
        files = self._files()
        seen = {file.mark for file in files} & known
        new = [file for file in files if file.mark not in known and self._settled(file)]
        batch, told = Batch(), False
        trouble: list[str] = []
        for file in new:
            for _ in self._tried(file, batch, seen, trouble):
                if self._full(batch):
                    yield self._handed_over(batch, seen)
                    told = True
        if _size(batch) or not told:
            yield self._handed_over(batch, seen)
        if trouble:
            raise SourceUnavailable(f"inbox: in {self._folder}, {trouble[0]}; the others were read")

    def _tried(self, file: _File, batch: Batch, seen: set[str], trouble: list[str]) -> Iterator[None]:
        """Read a file into the batch; yields inside it and after it, where the batch may be handed over."""
        try:
            yield from self._read(file, batch)
            seen.add(file.mark)
        except FileNotFoundError:
            pass  # somebody took it away meanwhile
        except OSError as error:
            trouble.append(f"{file.path.name} cannot be read ({error.strerror or error})")
        yield

    def _handed_over(self, batch: Batch, seen: set[str]) -> Page:
        """A page of what is in the batch, which is empty then."""
        place = {"seen": sorted(seen), "read_as": self._options.read_as}
        page = Page(
            mentions=tuple(batch.mentions),
            rejected=tuple(batch.rejected),
            checkpoint=json.dumps(place, separators=(",", ":")),
        )
        batch.mentions.clear()
        batch.rejected.clear()
        return page

    def _full(self, batch: Batch) -> bool:
        return _size(batch) >= self._options.page_size

    def _files(self) -> list[_File]:
        """Those that are ours to read, oldest first; dot files are still being written."""
        try:
            found = [file for path in self._folder.iterdir() if (file := _file(path)) is not None]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SourceGone(
                f"inbox: there is no folder {self._folder}; check the target's 'folder', or make it"
            ) from error
        except OSError as error:
            raise SourceUnavailable(
                f"inbox: {self._folder} cannot be read ({error.strerror or error})"
            ) from error
        return sorted(found, key=lambda file: (file.changed, file.path.name))

    def _settled(self, file: _File) -> bool:
        """Whether nobody is writing it any more; a time in the future says nothing about that."""
        age = self._clock().timestamp() - file.changed
        return not 0 <= age < self._options.settle_seconds

    def _read(self, file: _File, batch: Batch) -> Iterator[None]:
        """Read a file into the batch; yields between its records."""
        suffix = file.path.suffix.lower()
        if suffix == ".eml":
            self._read_mail(file, batch)
        else:
            yield from self._read_lines(file, batch) if suffix in _LINES else self._read_json(file, batch)

    def _read_mail(self, file: _File, batch: Batch) -> None:
        with file.path.open("rb") as opened:
            data = opened.read(self._options.max_bytes)
        found = self._mails.read(
            data,
            self._clock(),
            place=file.path.name,
            cut=file.size > len(data),
        )
        if isinstance(found, Mention):
            batch.mentions.append(found)
        else:
            batch.rejected.append(found)

    def _read_lines(self, file: _File, batch: Batch) -> Iterator[None]:
        with file.path.open("rb") as opened:
            for row in json_rows(Lines(opened)):
                yield
                read_row(row, batch, self._clock(), self._webhooks, "inbox", file.path.name)

    def _read_json(self, file: _File, batch: Batch) -> Iterator[None]:
        """One object, a list of them, or after all one a line."""
        name = file.path.name
        with file.path.open("rb") as opened:
            data = opened.read(LARGEST_ANSWER + 1)
        try:
            content = _parsed(data)
        except (ValueError, RecursionError) as error:
            if _is_lines(data):
                yield from self._read_lines(file, batch)
            else:
                batch.rejected.append(_unread(error, data, name))
            return
        for number, record in enumerate(content if isinstance(content, list) else [content], 1):
            yield
            place = f"{name}#{number}"
            if isinstance(record, dict):
                take(record, batch, self._clock(), self._webhooks, "inbox", place=place, raw=record)
            else:
                reason = f"expected a JSON object, found {shown(record)}"
                batch.rejected.append(rejected("inbox", reason, record, place=place))


def _file(path: Path) -> _File | None:
    """None: not ours to read. A link may lead anywhere, and to open a pipe is to wait for ever."""
    if path.name.startswith(".") or path.suffix.lower() not in _ENDINGS:
        return None
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    told = f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "replace")
    mark = base64.urlsafe_b64encode(hashlib.sha256(told).digest()[:8]).decode().rstrip("=")
    return _File(path=path, changed=status.st_mtime, size=status.st_size, mark=mark)


def _parsed(data: bytes) -> Any:
    if len(data) > LARGEST_ANSWER:
        raise ValueError(f"longer than {LARGEST_ANSWER} bytes; one object a line may be longer")
    return json.loads(data.decode("utf-8-sig"))


def _is_lines(data: bytes) -> bool:
    """Whether the first line is a JSON object by itself."""
    first, _, rest = data.lstrip().partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _unread(error: Exception, data: bytes, place: str) -> Rejected:
    raw = data[:20_000].decode("utf-8", "replace") or "(an empty file)"
    return rejected("inbox", f"not JSON: {error}"[:200], raw, place=place)


def _size(batch: Batch) -> int:
    return len(batch.mentions) + len(batch.rejected)


def _load(text: str | None, read_as: str) -> set[str]:
    """The marks of the files that were read, and as they are to be read now."""
    if text is None:
        return set()
    try:
        stored = json.loads(text)
        seen = {str(mark) for mark in stored["seen"]}
        return seen if stored.get("read_as", read_as) == read_as else set()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SchemaChanged(
            "inbox: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
