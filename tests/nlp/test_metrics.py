from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from nlp.metrics import (
    calibration_error,
    fit_temperature,
    macro_f1,
    macro_recall,
    precision,
    probabilities,
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


def test_probabilities_by_hand() -> None:
    logits = np.log(np.array([[1.0, 2.0, 1.0], [3.0, 1.0, 0.0 + 1e-9]]))
    assert probabilities(logits, 1.0)[0] == pytest.approx([0.25, 0.5, 0.25])
    assert probabilities(logits, 1.0)[1] == pytest.approx([0.75, 0.25, 0.0], abs=1e-6)
    assert probabilities(logits[:1], 0.5)[0] == pytest.approx([1 / 6, 4 / 6, 1 / 6])


def test_one_logit_gives_no_and_yes() -> None:
    assert probabilities(np.array([[0.0], [np.log(3.0)]]), 1.0) == pytest.approx(
        np.array([[0.5, 0.5], [0.25, 0.75]])
    )


@given(
    st.lists(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), min_size=1, max_size=20),
    st.floats(0.25, 4),
)
def test_probabilities_sum_to_one_and_keep_the_order(rows: list[list[float]], temperature: float) -> None:
    found = probabilities(np.array(rows), temperature)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert ((found >= 0) & (found <= 1)).all()
    assert all(p[int(np.argmax(row))] == p.max() for p, row in zip(found, rows, strict=True))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_the_labels_were_drawn_with_is_found(temperature: float) -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(scale=3.0, size=(4_000, 3))
    wanted = [int(rng.choice(3, p=p)) for p in probabilities(logits, temperature)]
    assert fit_temperature(logits, wanted) == pytest.approx(temperature, rel=0.12)


def test_rows_without_a_label_do_not_count_for_the_temperature() -> None:
    logits = np.array([[2.0, 0.0], [0.0, 2.0], [2.0, 0.0], [0.0, 9.0]])
    assert fit_temperature(logits, [0, 1, 1, -1]) == fit_temperature(logits[:3], [0, 1, 1])
