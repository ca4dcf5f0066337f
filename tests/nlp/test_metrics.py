from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from nlp.metrics import (
    calibration_error,
    macro_f1,
    macro_recall,
    precision,
    recall,
)

WANTED = [0, 0, 0, 0, 1, 1, 2, 2]
GOT = [0, 0, 0, 1, 1, 2, 2, 2]
PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60)


@pytest.mark.parametrize(("label", "right"), [(0, 3 / 4), (1, 1 / 2), (2, 1.0), (3, 0.0)])
def test_recall_by_hand(label: int, right: float) -> None:
    assert recall(WANTED, GOT, label) == pytest.approx(right)


@pytest.mark.parametrize(("label", "right"), [(0, 1.0), (1, 1 / 2), (2, 2 / 3), (3, 0.0)])
def test_precision_by_hand(label: int, right: float) -> None:
    assert precision(WANTED, GOT, label) == pytest.approx(right)


def test_the_averages_by_hand() -> None:
    assert macro_recall(WANTED, GOT) == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    assert macro_f1(WANTED, GOT) == pytest.approx((6 / 7 + 1 / 2 + 4 / 5) / 3)


@settings(deadline=None)
@given(PAIRS)
def test_the_figures_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    wanted, got = [w for w, _ in pairs], [g for _, g in pairs]
    labels = sorted(set(wanted))
    how = {"labels": labels, "average": "macro", "zero_division": 0}
    assert macro_recall(wanted, got) == pytest.approx(recall_score(wanted, got, **how))
    assert macro_f1(wanted, got) == pytest.approx(f1_score(wanted, got, **how))
    theirs = precision_score(wanted, got, labels=[0, 1, 2], average=None, zero_division=0)
    assert [precision(wanted, got, label) for label in range(3)] == pytest.approx(list(theirs))


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        macro_recall([0, 1], [0])


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        ([0.95, 0.95], [True, True], 0.05),
        ([0.95, 0.95], [True, False], 0.45),
        ([0.75, 0.75, 0.75, 0.75], [True, True, True, False], 0.0),
        ([0.95, 0.95, 0.55, 0.55], [True, True, False, True], (0.05 + 0.05) / 2),
        ([1.0], [True], 0.0),
        ([0.0], [False], 0.0),
    ],
)
def test_the_calibration_error_by_hand(confidence: list[float], right: list[bool], error: float) -> None:
    found = calibration_error(np.array(confidence), np.array(right), bins=10)
    assert found == pytest.approx(error)
