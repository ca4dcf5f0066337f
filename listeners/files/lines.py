"""The physical lines of a file, with their places, in constant memory whatever the file holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

LONGEST = 1024 * 1024
"""Bytes of the longest line, and of the longest record, that is read; a longer one is skipped."""
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it stands in the file."""

    number: int
    """Counted from 1."""
    start: int
    """Where it begins, in bytes of the uncompressed file."""
    end: int
    """Where the next one begins."""
    data: bytes
    """With its line break; only the beginning where it is too long."""
    whole: bool
    """Whether it ends in a line break: if not, somebody may still be writing it."""

    @property
    def too_long(self) -> bool:
        """Whether it was skipped."""
        return self.end - self.start > LONGEST


class Lines:
    """Reads a binary file line by line from where it stands.

    Args:
        file: opened for reading, positioned at the start of a line.
        number: how many lines come before.
    """

    def __init__(self, file: IO[bytes], number: int = 0) -> None:
        self._file = file
        self._number = number
        self._position = file.tell() if file.seekable() else 0  # a pipe is read from its start
        self._returned: deque[Line] = deque()

    def next(self) -> Line | None:
        """The next line; None at the end of the file."""
        if self._returned:
            return self._returned.popleft()
        data = self._file.readline(LONGEST + 1)
        if not data:
            return None
        start, self._number = self._position, self._number + 1
        self._position += len(data)
        whole = data.endswith(b"\n")
        if not whole and len(data) > LONGEST:
            whole = self._skip_rest()
        return Line(number=self._number, start=start, end=self._position, data=data, whole=whole)

    def give_back(self, lines: Iterable[Line]) -> None:
        """Put lines back, to be read again in the same order."""
        self._returned.extendleft(reversed(list(lines)))

    def _skip_rest(self) -> bool:
        while piece := self._file.readline(_PIECE):
            self._position += len(piece)
            if piece.endswith(b"\n"):
                return True
        return False
