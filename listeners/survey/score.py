"""A survey's score to our rating of 1 to 5, by the measure's own rule.

What counts as unhappy is part of each measure, so a straight line would be wrong: an NPS of 6 is a
detractor's, though it lies above the middle of its scale. The rule keeps to this: at most 2 is unhappy,
3 neither, from 4 on happy.

- NPS, 0 to 10 (Reichheld: The One Number You Need to Grow, Harvard Business Review, December 2003):
  detractors 0-3: 1, 4-6: 2; passives 7 and 8: 3; promoters 9: 4, 10: 5.
- CSAT, 1 to 5: as it is. (It is usual to count 4 and 5 as satisfied.)
- CES, 1 to 7, agreement with "the company made it easy" (CES 2.0): 1 and 2: 1, 3: 2, 4: 3, 5: 4, 6 and 7: 5.

A CSAT or CES on another scale is stretched onto 1 to 5 in a straight line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Literal

from listeners.values import Unreadable, shown

Measure = Literal["nps", "csat", "ces"]
SCALES: Mapping[Measure, tuple[float, float]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}

_NPS = ((3, 1.0), (6, 2.0), (8, 3.0), (9, 4.0), (10, 5.0))
_CES = ((2, 1.0), (3, 2.0), (4, 3.0), (5, 4.0), (7, 5.0))
_STEPS: Mapping[Measure, tuple[tuple[float, float], ...]] = {"nps": _NPS, "ces": _CES}
"""Highest score of a step -> its rating."""

_NO_ANSWER = frozenset({"", "-", "n/a", "na", "none", "null", "nan", "skipped", "no answer"})
_FIRST_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,9})?(?!\d)")
"""Tools write "10 - extremely likely", "4 (good)" and "3/5"."""


def read_score(value: str, labels: Mapping[str, float]) -> float | None:
    """The number that an answer stands for; None where the question was not answered.

    Args:
        value: the field as text.
        labels: what the target says that words stand for.

    Raises:
        Unreadable: it is no score.
    """
    said = value.strip().casefold()
    for label, number in labels.items():
        if label.strip().casefold() == said:
            return number
    if said in _NO_ANSWER:
        return None
    found = _FIRST_NUMBER.match(said)
    if found is None:
        raise Unreadable(f"the score should be a number, found {shown(value)}; name words in 'labels'")
    return float(found[0].replace(",", "."))


def rating(score: float, measure: Measure, scale: tuple[float, float], best_is_low: bool) -> float:
    """A score as a rating of 1 to 5.

    Args:
        score: as it was given.
        measure: whose rule holds.
        scale: lowest and highest score.
        best_is_low: whether the lowest score is the best one.

    Raises:
        Unreadable: it is not within the scale.
    """
    low, high = scale
    if not low <= score <= high or math.isnan(score):
        raise Unreadable(f"the score {score:g} is not within {low:g} to {high:g}; see 'measure' and 'scale'")
    if best_is_low:
        score = high + low - score
    steps = _STEPS.get(measure, ()) if scale == SCALES[measure] else ()
    for highest, rated in steps:
        if score <= highest:
            return rated
    return 1 + (score - low) * 4 / (high - low)
