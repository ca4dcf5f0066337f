"""The figures by which the field compares such models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def recall(wanted: Sequence[int], got: Sequence[int], label: int) -> float:
    """The share of a label's examples that were found; 0 where there are none."""
    found = [g for w, g in zip(wanted, got, strict=True) if w == label]
    return sum(g == label for g in found) / len(found) if found else 0.0


def precision(wanted: Sequence[int], got: Sequence[int], label: int) -> float:
    """The share of a label's findings that are right; 0 where there are none."""
    right = [w for w, g in zip(wanted, got, strict=True) if g == label]
    return sum(w == label for w in right) / len(right) if right else 0.0


def macro_recall(wanted: Sequence[int], got: Sequence[int]) -> float:
    """Recall averaged over the labels: TweetEval's measure for sentiment."""
    labels = sorted(set(wanted))
    return sum(recall(wanted, got, label) for label in labels) / len(labels)


def macro_f1(wanted: Sequence[int], got: Sequence[int]) -> float:
    """F1 averaged over the labels."""
    labels = sorted(set(wanted))
    total = 0.0
    for label in labels:
        p, r = precision(wanted, got, label), recall(wanted, got, label)
        total += 2 * p * r / (p + r) if p + r else 0.0
    return total / len(labels)


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017).

    Args:
        confidence: of the label given, shape (n,).
        right: whether that label was right, shape (n,).
        bins: how many.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(error)
