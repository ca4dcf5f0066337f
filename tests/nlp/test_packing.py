"""What training changed survives a few bits a weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.adapter.packing import STEP, pack, unpack


def back(values: np.ndarray) -> np.ndarray:
    return dict(unpack(pack({"a": values})))["a"]


def test_a_matrix_takes_less_than_three_bits_a_weight_and_keeps_most() -> None:
    matrix = np.random.default_rng(1).normal(scale=0.01, size=(384, 1536)).astype(np.float32)
    packed = pack({"a": matrix})
    assert 8 * sum(part.nbytes for part in packed.values()) < 2.4 * matrix.size
    assert ((back(matrix) - matrix) ** 2).sum() < 0.08 * (matrix**2).sum()


@pytest.mark.parametrize("shape", [(5,), (3, 63), (2, 3, 64)])
def test_everything_else_keeps_half_precision(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    assert back(values) == pytest.approx(values, rel=1e-3, abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 99), st.floats(1e-6, 10), st.integers(0, 99))
def test_no_weight_moves_further_than_half_a_step(rows: int, pairs: int, scale: float, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(scale=scale, size=(rows, 2 * pairs)).astype(np.float32)
    found = back(matrix)
    assert found.shape == matrix.shape
    step = STEP * np.sqrt((matrix**2).mean(axis=1, keepdims=True))
    assert (np.abs(found - matrix) <= 0.501 * step).all()


def test_what_is_far_out_is_cut_and_keeps_its_sign() -> None:
    matrix = np.ones((2, 1_000), dtype=np.float32)
    matrix[:, 0] = (-1_000, 1_000)
    assert (np.sign(back(matrix)[:, 0]) == (-1, 1)).all()


def test_nothing_changed_stays_nothing() -> None:
    assert not back(np.zeros((2, 64), dtype=np.float32)).any()


def test_codes_without_their_scales_are_refused() -> None:
    packed = pack({"a": np.ones((1, 64), dtype=np.float32)})
    with pytest.raises(KeyError):
        dict(unpack({name: values for name, values in packed.items() if "scales" not in name}))


def test_damaged_codes_are_refused() -> None:
    packed = pack({"a": np.ones((1, 64), dtype=np.float32)})
    with pytest.raises(ValueError, match="decompress"):
        dict(unpack(packed | {"a.codes": packed["a.codes"][:-3]}))
