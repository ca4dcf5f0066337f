"""A file that appears whole or not at all, written a part at a time: for what is too large for the memory.

In a folder it grows beside its place and is moved there. For an object store it grows in the folder for
temporary files and is sent at the end; stores show no half objects. Credentials come from the environment of
the store's own library, never from the address.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from core.errors import ConfigError, NotWritten
from core.text import plain

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem


_EXTRAS = {"s3": "s3", "s3a": "s3"}
"""Address -> the extra of Earful that brings its library."""


@contextmanager
def whole_file(address: str, option: str = "--to") -> Iterator[BinaryIO]:
    """A file to write to; it takes its place when the block ends well, and leaves nothing when it does not.

    Args:
        address: a path, or an address such as s3://bucket/file.csv.
        option: where the address came from, for messages.

    Raises:
        ConfigError: it is no address of a file, or its library is missing.
        NotWritten: the place did not take it.
    """
    address = address.removeprefix("file://")
    if "://" in address:
        with _sent(address, option) as file:
            yield file
        return
    path = Path(address)
    if not path.name or path.is_dir():
        raise ConfigError(option, f"names a folder, not a file: {address}")
    with _moved(path) as file:
        yield file


@contextmanager
def _moved(path: Path) -> Iterator[BinaryIO]:
    beside = path.parent / f".{path.name[:100]}.{secrets.token_hex(8)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(str(path), error) from None


@contextmanager
def _sent(address: str, option: str) -> Iterator[BinaryIO]:
    files, path = _store(address, option)
    with tempfile.TemporaryDirectory(prefix="earful-") as folder:
        here = Path(folder, "file")
        try:
            with here.open("xb") as file:
                yield file
        except OSError as error:
            raise _not_written(str(here), error) from None
        try:
            files.put_file(str(here), path)
        except Exception as error:  # each library raises its own
            raise _not_written(address, error) from None


def _store(address: str, option: str) -> tuple[AbstractFileSystem, str]:
    import fsspec.core  # not needed for a folder, and every command would load it

    scheme = address.partition("://")[0]
    if "@" in urlsplit(address).netloc:
        raise ConfigError(
            option, "leave out name and password; the store's library takes them from its environment"
        )
    try:
        # Not a cached one: the environment may have changed.
        files, path = fsspec.core.url_to_fs(address, skip_instance_cache=True)
    except ImportError:
        extra = _EXTRAS.get(scheme)
        how = f"pip install 'earful[{extra}]'" if extra else f"install fsspec's library for {scheme}"
        raise ConfigError(option, f"{scheme}:// needs a library that is not installed: {how}") from None
    except ValueError:
        raise ConfigError(
            option, f"expected a path, or an address such as s3://bucket/file.csv; found {scheme}://…"
        ) from None
    return files, str(path)


def _not_written(place: str, error: Exception) -> NotWritten:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return NotWritten(f"{place} cannot be written: {plain(f'{type(error).__name__}: {said}', 300)}")
