"""How exactly a share is known."""

from __future__ import annotations

from math import sqrt

_Z95 = 1.959964
"""Standard errors: nineteen of twenty intervals hold the true value."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """A share's 95 % interval by score (Wilson, JASA 22, 1927): sensible for few, too; (0, 1) for none."""
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, _Z95**2
    centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    reach = _Z95 * sqrt(share * (1 - share) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    return min(share, max(0.0, centre - reach)), max(share, min(1.0, centre + reach))  # rounding aside
