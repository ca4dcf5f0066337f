"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

BIG = BigInteger().with_variant(Integer, "sqlite")
"""Counts and ids. Only INTEGER makes an id that counts up by itself on SQLite, where it has 64 bits too."""

KEY_LIMIT = 400
"""Characters of a foreign identifier that are kept as they are; PostgreSQL indexes 2,700 bytes at most."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Text that both databases take: NUL and lone surrogates become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def clean_key(text: str) -> str:
    """A stranger's identifier as it is stored; a monstrous one is cut and told apart by its hash."""
    key = clean(text)
    if len(key) <= KEY_LIMIT:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LIMIT - len(digest) - 1]}~{digest}"  # short enough to stay as it is from now on


def clean_json(value: Any) -> Any:
    """A JSON value whose texts can be stored."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(item) for item in value]
    return value


class CleanText(TypeDecorator[str]):
    """Text of any length, cleaned on the way in, in comparisons too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean it."""
        return None if value is None else clean(value)


class KeyText(TypeDecorator[str]):
    """An identifier that somebody else made up, short enough for an index."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean and shorten it."""
        return None if value is None else clean_key(value)


class CleanJson(TypeDecorator[Any]):
    """JSON as text, in the order given (`json`, not `jsonb`: nothing searches inside it)."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Clean every text in it."""
        return clean_json(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware and in UTC on the way out; anything naive is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; SQLite stores it without the zone, as text that sorts."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a naive time cannot be stored: {value.isoformat()}"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's times their zone back; turn PostgreSQL's from the server's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[Any]):
    """One word of a StrEnum, stored as plain text and checked here.

    No CHECK constraint: core/ owns the words, and adding one would make SQLite rewrite the whole table.
    """

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Refuse what is no such word."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Give the word back as itself."""
        return None if value is None else self.words(value)
