"""Net sentiment: the share of positive texts less the share of negative ones, and how sure it is.

The band is Bonett and Price's adjusted Wald interval for a difference of two shares of the same texts
("Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired Data", Journal of
Educational and Behavioral Statistics 37 (4), 2012): one text is added to either side, so that the band of ten
positive texts is not of width nought. It takes texts for independent of each other; where people answer
each other, the truth lies outside more often.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.counts import Counts
from reports.change import ENOUGH, NO_CHANGE, TOO_FEW
from reports.wording import signed

_SURE = 1.96
"""Standard errors to either side, for 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """From -100 (all negative) to 100 (all positive)."""

    value: float
    low: float
    high: float
    """The 95 % confidence band."""
    of: int
    """Texts that have a sentiment."""

    @property
    def certain(self) -> bool:
        """Whether there are enough of them for a figure to stand alone."""
        return self.of >= ENOUGH


def net_of(counts: Counts) -> Net | None:
    """Net sentiment of some texts; None: none of them was read."""
    if not counts.read:
        return None
    middle, error = _adjusted(counts)
    value = (counts.positive - counts.negative) / counts.read * 100
    low, high = (middle - _SURE * error) * 100, (middle + _SURE * error) * 100
    return Net(
        value=value, low=max(-100.0, min(low, value)), high=min(100.0, max(high, value)), of=counts.read
    )


def difference(now: Counts, before: Counts) -> float | None:
    """Points between two nets; None: too few texts, or it may be chance."""
    if min(now.read, before.read) < ENOUGH:
        return None
    (_, error), (_, earlier) = _adjusted(now), _adjusted(before)
    shares = (now.positive - now.negative) / now.read, (before.positive - before.negative) / before.read
    points = (shares[0] - shares[1]) * 100
    return points if abs(points) > _SURE * math.hypot(error, earlier) * 100 else None


def of_nets(now: Counts, before: Counts) -> str:
    """The change of a net in words, such as "down 12 points"."""
    if min(now.read, before.read) < ENOUGH:
        return TOO_FEW
    points = difference(now, before)
    if points is None:
        return NO_CHANGE
    size = max(1, round(abs(points)))
    return f"{'up' if points > 0 else 'down'} {size} point{'' if size == 1 else 's'}"


def net_words(counts: Counts) -> str:
    """Net sentiment with its band; of a handful, what they are."""
    net = net_of(counts)
    if net is None:
        return "nothing read"
    if not net.certain:
        return f"{TOO_FEW} ({counts.positive:,} positive, {counts.negative:,} negative of {net.of:,})"
    return f"{signed(net.value)} ({signed(net.low)} to {signed(net.high)})"


def _adjusted(counts: Counts) -> tuple[float, float]:
    """The middle of the band and its standard error, as shares."""
    count = counts.read + 2
    p, q = (counts.positive + 1) / count, (counts.negative + 1) / count
    return p - q, math.sqrt(max(0.0, p + q - (p - q) ** 2) / count)
