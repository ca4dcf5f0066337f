"""The figures, as pure functions. A confusion is an array of counts, shape (..., wanted, got)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Figures = NDArray[np.float64]
Classes = Sequence[int] | NDArray[np.integer | np.bool]
"""One a text."""
Measure = Callable[[Counts], Figures]
"""From confusions of shape (..., wanted, got) to one figure each, shape (...)."""

BINS = 15
ROUNDS = 1_000
SHARES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)


def confusion(wanted: Classes, got: Classes, classes: int) -> Counts:
    """How often each class was taken for each, shape (classes, classes).

    Raises:
        ValueError: not as many were given as were wanted.
    """
    if len(wanted) != len(got):
        raise ValueError(f"{len(got)} answers to {len(wanted)} texts")
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (np.asarray(wanted, dtype=int), np.asarray(got, dtype=int)), 1)
    return counts


def _ratio(part: NDArray[np.number], whole: NDArray[np.number]) -> Figures:
    """0 where there is nothing to divide by."""
    return np.asarray(np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0))


def _diagonal(counts: Counts) -> Counts:
    return np.asarray(np.diagonal(counts, axis1=-2, axis2=-1))


def _mean_of_present(values: Figures, counts: Counts) -> Figures:
    """Over the classes that were wanted at all."""
    present = counts.sum(axis=-1) > 0
    return _ratio((values * present).sum(axis=-1), present.sum(axis=-1))


def accuracy(counts: Counts) -> Figures:
    """The share that is right."""
    return _ratio(_diagonal(counts).sum(axis=-1), counts.sum(axis=(-2, -1)))


def recalls(counts: Counts) -> Figures:
    """Of each class, shape (..., classes)."""
    return _ratio(_diagonal(counts), counts.sum(axis=-1))


def precisions(counts: Counts) -> Figures:
    """Of each class, shape (..., classes)."""
    return _ratio(_diagonal(counts), counts.sum(axis=-2))


def f1s(counts: Counts) -> Figures:
    """Of each class, shape (..., classes)."""
    return _ratio(2 * _diagonal(counts), counts.sum(axis=-1) + counts.sum(axis=-2))


def macro_recall(counts: Counts) -> Figures:
    """TweetEval's measure for sentiment."""
    return _mean_of_present(recalls(counts), counts)


def macro_f1(counts: Counts) -> Figures:
    """F1 averaged over the classes."""
    return _mean_of_present(f1s(counts), counts)


def f1_of_last(counts: Counts) -> Figures:
    """F1 of the last class: of yes, where the answers are no and yes; TweetEval's measure for irony."""
    return np.asarray(f1s(counts)[..., -1])


def precision_of_last(counts: Counts) -> Figures:
    """How many of those that were called so are so."""
    return np.asarray(precisions(counts)[..., -1])


def recall_of_last(counts: Counts) -> Figures:
    """How many of those that are so were called so."""
    return np.asarray(recalls(counts)[..., -1])


def false_alarm_rate(counts: Counts) -> Figures:
    """How many of those that are not of the last class were called so; of two classes."""
    return _ratio(counts[..., 0, 1], counts[..., 0, :].sum(axis=-1))


def interval(counts: Counts, measure: Measure) -> tuple[float, float]:
    """Where a figure would lie, 19 times of 20, had other texts of the same kind been drawn.

    Percentile bootstrap (Efron 1979) over the cells of the confusion, with one text more that could lie in
    any cell of the classes that there are: ten right of ten do not prove that nothing goes wrong. The same
    numbers at every call.
    """
    total = int(counts.sum())
    if not total:
        return 0.0, 0.0
    possible = np.broadcast_to(counts.sum(axis=1, keepdims=True) > 0, counts.shape)
    smooth = counts + possible / possible.sum()
    drawn = np.random.default_rng(0).multinomial(total, (smooth / smooth.sum()).ravel(), size=ROUNDS)
    found = measure(drawn.reshape(ROUNDS, *counts.shape))
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """The same for a mean of many values, by its standard error."""
    middle, error = float(np.mean(values)), float(np.std(values)) / len(values) ** 0.5
    return max(0.0, middle - 1.96 * error), min(1.0, middle + 1.96 * error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers of similar confidence."""

    texts: int
    confidence: float
    """On average."""
    right: float
    """The share of them that is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Whether what is said with 80 % confidence is right in 80 % of cases."""

    error: float
    """Expected calibration error (Guo et al. 2017)."""
    bins: tuple[Bin, ...]
    """Of equal width, from 0 to 1; those without an answer have 0 everywhere."""


def reliability(
    confidence: Sequence[float] | Figures, right: Sequence[bool] | NDArray[np.bool_], bins: int = BINS
) -> Reliability:
    """How reliable the confidence of answers is.

    Args:
        confidence: of each answer given, from 0 to 1.
        right: whether that answer was right.
        bins: how many.
    """
    said, is_right = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    place = np.minimum((said * bins).astype(int), bins - 1)
    texts = np.bincount(place, minlength=bins)
    means = _ratio(np.bincount(place, weights=said, minlength=bins), texts)
    rights = _ratio(np.bincount(place, weights=is_right, minlength=bins), texts)
    return Reliability(
        error=float(texts @ np.abs(means - rights)) / max(1, len(said)),
        bins=tuple(
            Bin(texts=int(n), confidence=float(c), right=float(r))
            for n, c, r in zip(texts, means, rights, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCalibration:
    """Whether the probability of one class comes true, whether or not it is the answer."""

    of: str
    """The class."""
    error: float
    """Classwise expected calibration error (Kull et al., NeurIPS 2019)."""
    said: float
    """The probability, on average."""
    true: float
    """Share of texts that are of the class."""
    threshold: float
    above: int
    """Texts whose probability is at least the threshold."""
    said_above: float | None = None
    true_above: float | None = None
    """The same of these texts; None: there are none."""


def class_calibration(
    said: Figures, true: NDArray[np.bool_], name: str, threshold: float
) -> ClassCalibration:
    """How reliable the probability of one class is.

    Args:
        said: the probability for each text, at least one.
        true: whether each is of the class.
        name: of the class.
        threshold: from where on the texts are looked at alone.
    """
    above = said >= threshold
    return ClassCalibration(
        of=name,
        error=reliability(said, true).error,
        said=float(said.mean()),
        true=float(true.mean()),
        threshold=threshold,
        above=int(above.sum()),
        said_above=float(said[above].mean()) if above.any() else None,
        true_above=float(true[above].mean()) if above.any() else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a reader is worth on the texts of which it is most certain."""

    share: float
    value: float


def coverage(
    wanted: Sequence[int],
    got: Sequence[int],
    certain: Sequence[float],
    classes: int,
    measure: Measure,
    shares: Sequence[float] = SHARES,
) -> tuple[Covered, ...]:
    """A figure on ever fewer texts, the least certain left out first; of equals, the later ones.

    Args:
        wanted: right classes.
        got: classes that were given.
        certain: how certain the reader was of each.
        classes: how many there are.
        measure: the figure.
        shares: of the texts, each above 0 and at most 1.
    """
    order = np.argsort(-np.asarray(certain, dtype=np.float64), kind="stable")
    w, g = np.asarray(wanted, dtype=int)[order], np.asarray(got, dtype=int)[order]
    found = []
    for share in shares:
        kept = ceil(share * len(order) - 1e-9)
        value = float(measure(confusion(w[:kept].tolist(), g[:kept].tolist(), classes)))
        found.append(Covered(share=share, value=value))
    return tuple(found)
