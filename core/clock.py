"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present time, always aware and in UTC. Whoever needs the time takes one as an argument."""


def utc_now() -> datetime:
    """The machine's time in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock
