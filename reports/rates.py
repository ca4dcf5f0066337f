"""Whether something happens more or less often than before, for rare things: so many of a thousand texts."""

from __future__ import annotations

import math

from reports.change import ENOUGH, NO_CHANGE, TOO_FEW

FEWEST = 10
"""With fewer of them on both sides together, chance explains almost any change."""

_CHANCE = 0.05
"""How often an unchanged rate may be called a change."""


def of_rates(now: int, of_now: int, before: int, of_before: int) -> str:
    """The change of a rate, in percent of the rate before.

    The exact conditional test of two Poisson rates (Przyborowski & Wilenski 1940): if nothing changed, each
    event fell into the later span with that span's share of all texts. It holds for the few events for which
    the normal approximation of reports/change.py does not.

    Args:
        now: how many texts of the later span.
        of_now: of how many.
        before: how many of the earlier span.
        of_before: of how many.
    """
    if now + before < FEWEST or min(of_now, of_before) < ENOUGH:
        return TOO_FEW
    if _chance(now, now + before, of_now / (of_now + of_before)) > _CHANCE:
        return NO_CHANGE
    if before == 0:
        return "up from none"
    if now == 0:
        return "down to none"
    change = (now / of_now) / (before / of_before) - 1
    return f"{'up' if change > 0 else 'down'} {abs(change) * 100:,.0f} %"


def _chance(got: int, of: int, share: float) -> float:
    """How often chance alone gives something as far off, on either side: twice the smaller tail."""
    logs = [_log_probability(k, of, share) for k in range(of + 1)]
    fewer = math.fsum(math.exp(log) for log in logs[: got + 1])
    more = math.fsum(math.exp(log) for log in logs[got:])
    return min(1.0, 2 * min(fewer, more))


def _log_probability(k: int, of: int, share: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
    return ways + k * math.log(share) + (of - k) * math.log1p(-share)
