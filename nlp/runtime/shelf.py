"""A folder of files that can always be made again: what is damaged or missing is simply not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_SUFFIX, _PART = ".reader", ".part"
_KEPT = 4
"""Files that stay when one more is written: the present network's, and those of the last few before it."""
_ABANDONED = 3_600
"""Seconds after which what was not finished never will be: its process was killed."""


class Shelf:
    """Names to bytes. No method raises for a folder that is missing, full, read-only or damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """What was put under a name, or None where it is not there whole."""
        try:
            content = self._path(name).read_bytes()
        except OSError:
            return None
        digest, rest = content[:32], content[32:]
        return rest if hashlib.sha256(rest).digest() == digest else None

    def put(self, name: str, content: bytes) -> None:
        """Keep it, whole or not at all: written beside and renamed."""
        beside: str | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=_PART, delete=False) as file:
                beside = file.name
                file.write(hashlib.sha256(content).digest())
                file.write(content)
            Path(beside).replace(self._path(name))
            beside = None
            self._tidy()
        except OSError:
            return
        finally:
            if beside is not None:
                with contextlib.suppress(OSError):
                    Path(beside).unlink()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Among all processes that ask for it, one at a time; at once where the system has no such locks."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError, ImportError):
                import fcntl

                self._folder.mkdir(parents=True, exist_ok=True)
                file = stack.enter_context((self._folder / ".lock").open("a"))
                fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed, or its process killed
            yield

    def _path(self, name: str) -> Path:
        return self._folder / (hashlib.sha256(name.encode()).hexdigest()[:24] + _SUFFIX)

    def _tidy(self) -> None:
        files = sorted(self._folder.glob(f"*{_SUFFIX}"), key=os.path.getmtime, reverse=True)
        late = files[0].stat().st_mtime - _ABANDONED
        unfinished = [path for path in self._folder.glob(f"*{_PART}") if path.stat().st_mtime < late]
        for old in (*files[_KEPT:], *unfinished):
            old.unlink(missing_ok=True)
