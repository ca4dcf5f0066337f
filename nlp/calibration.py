"""From logits to probabilities that mean what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Classes = Sequence[int] | NDArray[np.integer]


class Calibration(BaseModel):
    """Of one head: logits are divided by `temperature` and, for yes/no questions, `shift` is added.

    Temperature scaling is Guo et al. 2017; with a shift it is Platt's (1999).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: float = 1.0
    shift: float = 0.0

    def classes(self, logits: Floats) -> NDArray[np.float64]:
        """Probabilities of the same shape (n, classes); each row sums to one."""
        import numpy as np

        scaled = np.asarray(logits, dtype=np.float64) / self.temperature
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def yes(self, logits: Floats) -> NDArray[np.float64]:
        """Probabilities of yes, of the logits' shape."""
        import numpy as np

        scaled = np.asarray(logits, dtype=np.float64) / self.temperature + self.shift
        return np.asarray(0.5 * (1 + np.tanh(scaled / 2)))


def fit_classes(logits: Floats, wanted: Classes) -> Calibration:
    """The temperature with the least negative log-likelihood.

    Args:
        logits: of shape (n, classes).
        wanted: the right class of each.
    """
    import numpy as np

    rows, labels = np.arange(len(wanted)), np.asarray(wanted)
    tried = [Calibration(temperature=round(float(t), 4)) for t in np.geomspace(0.25, 4, 161)]
    return min(tried, key=lambda c: -np.log(c.classes(logits)[rows, labels] + 1e-12).mean())


def fit_yes_no(logits: Floats, wanted: Classes) -> Calibration:
    """Temperature and shift with the least negative log-likelihood.

    Args:
        logits: of shape (n,).
        wanted: 1 for yes, 0 for no.
    """
    import numpy as np

    labels = np.asarray(wanted, dtype=np.float64)
    values = np.asarray(logits, dtype=np.float64)
    slope, shift = 1.0, 0.0
    for _ in range(50):  # Newton's method: the loss is convex in slope and shift
        p = 0.5 * (1 + np.tanh((slope * values + shift) / 2))
        error, weight = p - labels, np.maximum(p * (1 - p), 1e-9)
        gradient = np.array([(error * values).sum() + 1e-3 * (slope - 1), error.sum() + 1e-3 * shift])
        cross = (weight * values).sum()
        hessian = np.array([[(weight * values**2).sum() + 1e-3, cross], [cross, weight.sum() + 1e-3]])
        move = np.linalg.solve(hessian, gradient)
        slope, shift = max(slope - move[0], 0.05), shift - move[1]
        if np.abs(move).max() < 1e-8:
            break
    return Calibration(temperature=round(1 / slope, 4), shift=round(shift, 4))
