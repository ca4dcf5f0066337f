"""Where files for people are put: a folder, or an object store such as S3, by fsspec.

A file appears whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError, NotWritten
from flows.addresses import EXTRAS, files_at, remote, why
from flows.whole_file import whole_file

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

PLACE = "environment variable EARFUL_REPORTS"
_TYPES = {".html": "text/html; charset=utf-8"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder, or an address such as s3://bucket/prefix; nothing is asked or made before it is used."""

    root: str

    @property
    def place(self) -> str:
        """Where it is; the same from whatever folder a process was started in."""
        return self.root.rstrip("/") if remote(self.root) else str(Path(self.root).resolve())

    def address(self, name: str) -> str:
        """Where a file of this name lies: below `place`."""
        if not _NAME.fullmatch(name) or ".." in name:
            msg = f"no name of a file: {name!r}"
            raise ValueError(msg)
        return f"{self.place.rstrip('/')}/{name}"

    def write(self, name: str, content: bytes) -> str:
        """Write a file, in place of the one of that name.

        Args:
            name: letters, digits, dots and dashes, with / between folders.
            content: all of it.

        Returns:
            Its address.

        Raises:
            ConfigError: the place is no address, or its library is missing.
            NotWritten: the place did not take it.
        """
        address = self.address(name)
        write_file(address, content)
        return address

    def pages(self) -> list[str]:
        """The addresses of all that may be pages: FOLDER/NAME.html. Somebody else's files may lie among them.

        Raises:
            ConfigError: the place is no address, or its library is missing.
            NotWritten: it cannot be looked into.
        """
        if not remote(self.root):
            return sorted(str(path) for path in Path(self.place).glob("*/*.html"))
        files, path = files_at(self.root, PLACE)
        try:
            found = [str(each) for each in files.find(path, maxdepth=2)]
        except Exception as error:
            raise NotWritten(f"{self.root} cannot be read: {why(error)}") from None
        names = [each.removeprefix(path).lstrip("/") for each in found if each.endswith(".html")]
        return sorted(f"{self.place}/{name}" for name in names if name.count("/") == 1)


def write_file(address: str, content: bytes) -> None:
    """Write a file, in place of the one at this address of a shelf; raises as Shelf.write does."""
    if not remote(address):
        with whole_file(address, PLACE) as file:
            file.write(content)
        return
    files, path = files_at(address, PLACE)
    try:
        # A store's listing may be cached; what is written is not looked up in it.
        files.pipe_file(path, content, **_said_with(files, address))
    except Exception as error:  # each library raises its own
        raise NotWritten(f"{address} cannot be written: {why(error)}") from None


def read_file(address: str) -> bytes:
    """What lies at an address that Shelf.write gave.

    Raises:
        ConfigError: its library is missing.
        NotWritten: it is not there, or cannot be read.
    """
    try:
        if not remote(address):
            return Path(address).read_bytes()
        files, path = files_at(address, PLACE)
        content: bytes = files.cat_file(path)
    except ConfigError:
        raise
    except Exception as error:
        raise NotWritten(f"{address} cannot be read: {why(error)}") from None
    return content


def _said_with(files: AbstractFileSystem, name: str) -> dict[str, str]:
    """What S3 is told about a file, so that browsers show it and do not save it."""
    protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
    kind = _TYPES.get(Path(name).suffix)
    return {"ContentType": kind} if kind and protocols & set(EXTRAS) else {}
