"""What both of Apple's shapes of a review have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from listeners.times import from_iso
from listeners.values import Unreadable, count, shown


def joined(title: str, body: str) -> str:
    """Title and body as one text.

    Raises:
        Unreadable: neither says anything.
    """
    text = "\n\n".join(part for part in (title.strip(), body.strip()) if part)
    if not text:
        raise Unreadable("neither title nor body has any words")
    return text


def address(app: str, country: str) -> str:
    """A review has no address of its own; this one shows the app's reviews in its country."""
    return f"https://apps.apple.com/{country}{'/' if country else ''}app/id{app}?see-all=reviews"


def stars(value: object) -> float | None:
    """One to five; None for what is no such rating."""
    found = number(value)
    return float(found) if found is not None and 1 <= found <= 5 else None


def number(value: object) -> int | None:
    """A count, which the feed writes as a text."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return count({"": value}, "")


def utc_time(record: Mapping[str, Any], key: str) -> datetime:
    """A time that a review cannot do without.

    Raises:
        Unreadable: there is none.
    """
    found = from_iso(record.get(key))
    if found is None:
        raise Unreadable(f"'{key}' should be a time, found {shown(record.get(key))}")
    return found
