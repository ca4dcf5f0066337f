from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.calibration import Calibration, fit_classes, fit_yes_no

AS_IT_IS = Calibration()


def test_classes_by_hand() -> None:
    logits = np.log(np.array([[1.0, 2.0, 1.0], [3.0, 1.0, 0.0 + 1e-9]]))
    assert AS_IT_IS.classes(logits)[0] == pytest.approx([0.25, 0.5, 0.25])
    assert AS_IT_IS.classes(logits)[1] == pytest.approx([0.75, 0.25, 0.0], abs=1e-6)
    assert Calibration(temperature=0.5).classes(logits[:1])[0] == pytest.approx([1 / 6, 4 / 6, 1 / 6])


def test_yes_by_hand() -> None:
    logits = np.array([[0.0, np.log(3.0)]])
    assert AS_IT_IS.yes(logits) == pytest.approx(np.array([[0.5, 0.75]]))
    assert Calibration(temperature=0.5, shift=-np.log(9.0)).yes(logits[:, 1]) == pytest.approx([0.5])


@given(
    st.lists(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3), min_size=1, max_size=20),
    st.floats(0.25, 4),
)
def test_classes_sum_to_one_and_keep_the_order(rows: list[list[float]], temperature: float) -> None:
    found = Calibration(temperature=temperature).classes(np.array(rows))
    assert found.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert ((found >= 0) & (found <= 1)).all()
    assert all(p[int(np.argmax(row))] == p.max() for p, row in zip(found, rows, strict=True))


@given(st.lists(st.floats(-1e4, 1e4), min_size=1), st.floats(0.25, 4), st.floats(-3, 3))
def test_yes_is_a_probability_that_rises_with_the_logit(
    values: list[float], temperature: float, shift: float
) -> None:
    found = Calibration(temperature=temperature, shift=shift).yes(np.sort(values))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_the_labels_were_drawn_with_is_found(temperature: float) -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(scale=3.0, size=(4_000, 3))
    wanted = [int(rng.choice(3, p=p)) for p in Calibration(temperature=temperature).classes(logits)]
    assert fit_classes(logits, wanted).temperature == pytest.approx(temperature, rel=0.12)


@pytest.mark.parametrize(("temperature", "shift"), [(0.5, 0.0), (1.0, -2.0), (2.5, 1.0)])
def test_temperature_and_shift_that_the_answers_were_drawn_with_are_found(
    temperature: float, shift: float
) -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(scale=3.0, size=8_000)
    wanted = rng.random(8_000) < Calibration(temperature=temperature, shift=shift).yes(logits)
    found = fit_yes_no(logits, wanted.astype(int))
    assert found.temperature == pytest.approx(temperature, rel=0.12)
    assert found.shift == pytest.approx(shift, abs=0.15)


@pytest.mark.parametrize("wanted", [[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]])
def test_answers_that_can_be_told_apart_perfectly_or_not_at_all_end_in_finite_numbers(
    wanted: list[int],
) -> None:
    found = fit_yes_no(np.array([5.0, 3.0, -3.0, -5.0]), wanted)
    assert np.isfinite([found.temperature, found.shift]).all()
    assert found.temperature > 0
