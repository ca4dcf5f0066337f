"""How often one key may ask: a token bucket as one number (GCRA), which several workers can share.

A bucket holds `burst` permits and fills up by one every `spacing` seconds. Both together let at most
`requests` through in any `seconds`, wherever one begins to count: a platform that counts from the first
request sees no more than one that counts by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 1.05
"""Requests take unequally long on their way: seen from the platform, they may stand closer together."""
SHORTEST_FOR_HANDFULS = 60.0
"""A limit over fewer seconds is taken permit by permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The limit of one key of one source."""

    burst: int
    """Permits that may be used at once when nobody asked for long."""
    spacing: float
    """Seconds until there is a further one."""
    handful: int
    """Permits that are taken from the shared bucket at a time."""
    keeps_for: float
    """Seconds for which a handful may be used; what is left then is thrown away."""

    @property
    def depth(self) -> float:
        """How far ahead of the present the bucket's number may lie."""
        return self.burst * self.spacing

    def after(self, full_at: float, now: float, permits: int) -> float | None:
        """The bucket's number once permits were taken; None: there are not so many now.

        Args:
            full_at: when the bucket is full again: the number that is shared. Seconds since any fixed time.
            now: the present time, in the same seconds.
            permits: how many are wanted.
        """
        later = max(full_at, now) + permits * self.spacing
        return later if later - now <= self.depth + 1e-6 else None

    def retry_at(self, full_at: float) -> float:
        """From when on there is one permit."""
        return full_at + self.spacing - self.depth

    def blocked_until(self, time: float) -> float:
        """The number of a bucket that gives no permit before a time."""
        return time + self.depth - self.spacing


def bucket(requests: int, seconds: float) -> Bucket:
    """The bucket for a limit: half of it at once, the other half spread over the span.

    Args:
        requests: how many the platform takes.
        seconds: in how long.
    """
    burst = max(1, requests // 2)
    spacing = seconds * MARGIN / (requests - burst + 1)
    handful = max(1, min(10, requests // 20)) if seconds >= SHORTEST_FOR_HANDFULS else 1
    return Bucket(
        burst=burst, spacing=spacing, handful=handful, keeps_for=min(5.0, seconds * (MARGIN - 1) / 2)
    )
