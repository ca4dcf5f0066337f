"""Times in a stranger's JSON: always aware, always UTC, and none where there is none."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from core.mention import LATEST, plausible

_EPOCH = datetime.fromtimestamp(0, UTC)


def from_iso(value: object) -> datetime | None:
    """An ISO 8601 text; one without a zone is taken for UTC, as every platform here means it.

    What no post can have been written at is None: an author's claim may be any date.
    """
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if plausible(time) else None


def from_seconds(value: object) -> datetime | None:
    """Seconds since 1970, as a number; what no post can have been written at is None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return _EPOCH + timedelta(seconds=value) if 0 < value < LATEST.timestamp() else None
