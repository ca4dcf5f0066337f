"""What changed since the period before, said only as loudly as the numbers allow."""

from __future__ import annotations

import math
from statistics import NormalDist

ENOUGH = 30
"""With fewer than this many on both sides together (counts) or on either side (shares), chance explains
any change."""

_BY_CHANCE = 0.05
"""How often an unchanged figure is called a change: 1 in 20; of several together, at least one of them."""

TOO_FEW = "too few to tell"
NO_CHANGE = "no clear change"


def clear(now: int, before: int, among: int = 1) -> bool:
    """Whether a count changed by more than chance explains, as `of_counts` says it."""
    return now + before >= ENOUGH and abs(now - before) > _sure(among) * math.sqrt(now + before)


def of_counts(now: int, before: int, among: int = 1) -> str:
    """The change of a count, such as mentions, in percent of the period before.

    It is judged as if every event came alone. Posts answer each other, so a small "up" may still be chance.

    Args:
        now: in this period.
        before: in the one before.
        among: how many counts are looked at together for one that stands out, such as all topics: the more,
            the larger its change must be (Bonferroni's correction).
    """
    if now + before < ENOUGH:
        return TOO_FEW
    if not clear(now, before, among):
        return NO_CHANGE
    if before == 0:
        return "up from none"
    percent = abs(now - before) / before * 100
    return f"{_direction(now, before)} {percent:,.0f} %"


def of_shares(now: int, of_now: int, before: int, of_before: int) -> str:
    """The change of a share, such as negative among those read, in percentage points."""
    if min(of_now, of_before) < ENOUGH:
        return TOO_FEW
    p, q = now / of_now, before / of_before
    together = (now + before) / (of_now + of_before)
    error = math.sqrt(together * (1 - together) * (1 / of_now + 1 / of_before))
    if abs(p - q) <= _sure(1) * error:
        return NO_CHANGE
    points = abs(round(p * 100) - round(q * 100))  # of the shares as shown, so that the table adds up
    return f"{_direction(p, q)} {points} point{'' if points == 1 else 's'}" if points else NO_CHANGE


def _sure(among: int) -> float:
    """Standard errors that a change must exceed."""
    return NormalDist().inv_cdf(1 - _BY_CHANCE / (2 * max(1, among)))


def _direction(now: float, before: float) -> str:
    return "up" if now > before else "down"
