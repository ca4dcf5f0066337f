"""Addresses of files that may lie elsewhere: a path, or an object store such as S3, by fsspec.

Credentials for a store come from the environment of its own library, as documented there, and never from the
address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.text import plain

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem

EXTRAS = {"s3": "s3", "s3a": "s3"}
"""Scheme of an address -> the extra of Earful that brings its library."""


def remote(address: str) -> bool:
    """Whether it is no path on this machine."""
    return "://" in address


def files_at(address: str, said_in: str) -> tuple[AbstractFileSystem, str]:
    """What opens a remote address, and the path in it.

    Args:
        address: such as s3://bucket/file.csv.
        said_in: where the address was written, for messages.

    Raises:
        ConfigError: it is no address, holds a password, or its library is missing.
    """
    import fsspec.core  # not needed for a folder, and every command would load it

    scheme = address.partition("://")[0]
    if "@" in urlsplit(address).netloc:
        raise ConfigError(
            said_in, "leave out name and password; the store's library takes them from its environment"
        )
    try:
        # Not a cached one: another process may have changed what lies there, or the environment may have.
        files, path = fsspec.core.url_to_fs(address, skip_instance_cache=True, use_listings_cache=False)
    except ImportError:
        extra = EXTRAS.get(scheme)
        how = (
            f"pip install -c constraints.txt -e '.[{extra}]'"
            if extra
            else f"install fsspec's library for {scheme}"
        )
        raise ConfigError(said_in, f"{scheme}:// needs a library that is not installed: {how}") from None
    except ValueError:
        raise ConfigError(
            said_in, f"expected a path, or an address such as s3://bucket/place; found {scheme}://…"
        ) from None
    return files, str(path)


def why(error: Exception) -> str:
    """What is wrong with a file, in one line."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return plain(f"{type(error).__name__}: {said}", 300)
