"""A file that appears whole or not at all, written a part at a time: for what is too large for the memory.

In a folder it grows beside its place and is moved there. For an object store it grows in the folder for
temporary files and is sent at the end; stores show no half objects.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import ConfigError, NotWritten
from flows.addresses import files_at, remote, why


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
    if remote(address):
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
    files, path = files_at(address, option)
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


def _not_written(place: str, error: Exception) -> NotWritten:
    return NotWritten(f"{place} cannot be written: {why(error)}")
