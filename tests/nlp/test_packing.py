"""What training changed survives four bits a weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.adapter.packing import GROUP, pack, unpack


def back(values: np.ndarray) -> np.ndarray:
    return dict(unpack(pack({"a": values})))["a"]


def test_a_matrix_takes_little_more_than_four_bits_a_weight_and_loses_little() -> None:
    matrix = np.random.default_rng(1).normal(scale=0.01, size=(384, 1536)).astype(np.float32)
    packed = pack({"a": matrix})
    assert sum(part.nbytes for part in packed.values()) < 0.54 * matrix.size
    assert ((back(matrix) - matrix) ** 2).sum() < 0.012 * (matrix**2).sum()


@pytest.mark.parametrize("shape", [(5,), (3, GROUP - 1), (2, 3, GROUP)])
def test_everything_else_keeps_half_precision(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    assert back(values) == pytest.approx(values, rel=1e-3, abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.floats(1e-6, 10), st.integers(0, 99))
def test_no_weight_moves_further_than_half_a_step_or_what_was_cut(
    rows: int, groups: int, scale: float, seed: int
) -> None:
    matrix = np.random.default_rng(seed).normal(scale=scale, size=(rows, groups * GROUP)).astype(np.float32)
    found = back(matrix)
    assert found.shape == matrix.shape
    top = np.abs(matrix).reshape(rows, groups, GROUP).max(axis=2).repeat(GROUP, axis=1)
    assert (np.abs(found - matrix) <= 0.55 * top + 1e-6).all()
    assert (np.sign(found) * np.sign(matrix) >= 0).all()


def test_nothing_changed_stays_nothing() -> None:
    assert not back(np.zeros((2, GROUP), dtype=np.float32)).any()


def test_codes_without_their_scales_are_refused() -> None:
    packed = pack({"a": np.ones((1, GROUP), dtype=np.float32)})
    with pytest.raises(KeyError):
        dict(unpack({name: values for name, values in packed.items() if "scales" not in name}))
