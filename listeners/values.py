"""Reading single fields of a stranger's JSON: what is there, what is not, what cannot be stored."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from core.mention import RAW_LIMIT, Rejected
from core.text import plain

_LARGEST = 2**63 - 1  # what a database's biggest integer holds


class Unreadable(ValueError):
    """One record is not in the shape we know; the text says what was expected and what was found."""


def storable(text: str) -> str:
    """The text without what no database takes: NUL characters and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def optional_text(record: Mapping[str, Any], key: str) -> str:
    """A field that may be missing or null: then it is the empty text."""
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"'{key}' should be a text, found {shown(value)}")
    return storable(value)


def needed_text(record: Mapping[str, Any], key: str) -> str:
    """A field without which the record means nothing."""
    value = optional_text(record, key)
    if not value.strip():
        raise Unreadable(f"'{key}' is missing or empty")
    return value


def count(record: Mapping[str, Any], key: str) -> int | None:
    """A public count; None where it is missing or no number, as nothing depends on it."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or not 0 <= value <= _LARGEST:
        return None
    return int(value)


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: for the parts of a record we can do without."""
    return value if isinstance(value, dict) else {}


def shown(value: object) -> str:
    """A short, harmless picture of an unexpected value for an error message."""
    return f"{type(value).__name__} {plain(repr(value), 60)}"


def rejected(
    source: str, reason: object, raw: object, *, place: str, external_id: str | None = None
) -> Rejected:
    """Keep a record that could not be read.

    Args:
        source: who sent it.
        reason: why it could not be read.
        raw: the record, as text or as parsed JSON.
        place: where it came from.
        external_id: its id, where at least that could be read.
    """
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=repr)
    return Rejected(
        source=source,
        reason=str(reason),
        raw=storable(text[:RAW_LIMIT]),
        place=place,
        external_id=external_id,
    )
