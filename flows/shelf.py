"""Where files for people are put: a folder, or an object store such as S3, by fsspec.

A file appears whole or not at all: in a folder it is written beside its place and moved there; object stores
show no half objects. Credentials for a store come from the environment of its own library, as documented
there, and never from the address.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import ConfigError, NotWritten
from core.text import plain

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

PLACE = "environment variable EARFUL_REPORTS"
_NEEDS = {"s3": "s3", "s3a": "s3"}
"""Address -> the extra of Earful that brings its library."""
_TYPES = {".html": "text/html; charset=utf-8"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder, or an address such as s3://bucket/prefix; nothing is asked or made before it is used."""

    root: str

    def address(self, name: str) -> str:
        """Where a file of this name lies; the same from whatever folder a process was started in."""
        if not _NAME.fullmatch(name) or ".." in name:
            msg = f"no name of a file: {name!r}"
            raise ValueError(msg)
        return (
            f"{self.root.rstrip('/')}/{name}" if _remote(self.root) else str(Path(self.root).resolve() / name)
        )

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
        if not _remote(address):
            _write_here(Path(address), content)
            return address
        files, path = _files(address)
        try:
            # A store's listing may be cached; what is written is not looked up in it.
            files.pipe_file(path, content, **_said_with(files, name))
        except Exception as error:  # each library raises its own
            raise NotWritten(f"{address} cannot be written: {_why(error)}") from None
        return address

    def pages(self) -> list[str]:
        """The addresses of all pages that lie here.

        Raises:
            ConfigError: the place is no address, or its library is missing.
            NotWritten: it cannot be looked into.
        """
        if not _remote(self.root):
            return sorted(str(path) for path in Path(self.root).resolve().glob("*/*.html"))
        files, path = _files(self.root)
        try:
            found = [str(each) for each in files.find(path)]
        except Exception as error:
            raise NotWritten(f"{self.root} cannot be read: {_why(error)}") from None
        names = [each.removeprefix(path).lstrip("/") for each in found if each.endswith(".html")]
        return sorted(f"{self.root.rstrip('/')}/{name}" for name in names)

    def rewrite(self, address: str, content: bytes) -> None:
        """Write a file of `pages` anew (see `write`)."""
        root = self.address("x").removesuffix("x")
        self.write(address.removeprefix(root), content)


def read_file(address: str) -> bytes:
    """What lies at an address that Shelf.write gave.

    Raises:
        ConfigError: its library is missing.
        NotWritten: it is not there, or cannot be read.
    """
    try:
        if not _remote(address):
            return Path(address).read_bytes()
        files, path = _files(address)
        content: bytes = files.cat_file(path)
    except ConfigError:
        raise
    except Exception as error:
        raise NotWritten(f"{address} cannot be read: {_why(error)}") from None
    return content


def _remote(address: str) -> bool:
    return "://" in address


def _files(address: str) -> tuple[AbstractFileSystem, str]:
    import fsspec.core  # not needed for a folder, and every command would load it

    scheme = address.partition("://")[0]
    if "@" in urlsplit(address).netloc:
        raise ConfigError(
            PLACE,
            "holds a name or a password; leave them out, the store's library takes them from its environment",
        )
    try:
        # Not a cached one: another process may have changed what lies there, or the environment may have.
        files, path = fsspec.core.url_to_fs(address, skip_instance_cache=True, use_listings_cache=False)
    except ImportError:
        extra = _NEEDS.get(scheme)
        how = (
            f"install it: pip install 'earful[{extra}]'"
            if extra
            else f"install fsspec's library for {scheme}"
        )
        raise ConfigError(PLACE, f"{scheme}:// needs a library that is not installed; {how}") from None
    except ValueError:
        raise ConfigError(
            PLACE, f"expected a folder, or an address such as s3://bucket/prefix; found {scheme}://…"
        ) from None
    return files, str(path)


def _said_with(files: AbstractFileSystem, name: str) -> dict[str, str]:
    """What S3 is told about a file, so that browsers show it and do not save it."""
    protocols = {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
    kind = _TYPES.get(Path(name).suffix)
    return {"ContentType": kind} if kind and protocols & set(_NEEDS) else {}


def _write_here(path: Path, content: bytes) -> None:
    beside = path.parent / f".{path.name}.{secrets.token_hex(8)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {_why(error)}") from None


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return plain(f"{type(error).__name__}: {said}", 300)
