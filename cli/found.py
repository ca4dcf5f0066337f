"""What may be asked of the database: a mistyped brand or source must not look like silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ConfigError
from listeners.registry import SOURCES
from storage.exports import brands, knows

if TYPE_CHECKING:
    from storage.database import Transaction


def known_brand(tx: Transaction, brand: str | None) -> None:
    """Refuse a brand of which nothing is stored.

    Raises:
        ConfigError: naming those of which there is something.
    """
    if brand is not None and not knows(tx, brand):
        known = brands(tx)
        there = f"there is something of: {', '.join(known)}" if known else "nothing of any brand is"
        raise ConfigError("--brand", f"nothing of '{brand}' is stored; {there}")


def known_source(source: str | None) -> None:
    """Refuse a source that there is not.

    Raises:
        ConfigError: naming those that there are.
    """
    if source is not None and source not in SOURCES:
        raise ConfigError("--source", f"there is no '{source}'; there are: {', '.join(sorted(SOURCES))}")
