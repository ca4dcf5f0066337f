"""Stores what training changed in a few bits a weight.

The differences between a fine-tuned network and the one it began as are small and smooth: one bit each keeps
most of what was learnt (BitDelta, Liu et al. 2024). We spend four, with one scale for every GROUP of weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
GROUP = 64
_TOP = 7
"""Codes run from -7 to 7; four bits hold one more, which is not used."""
_CODES, _SCALES = ".codes", ".scales"
_SHRINK = np.linspace(0.5, 1.0, 11)
"""A group's largest weight may be cut so that the others are told apart better."""


def pack(differences: Mapping[str, Floats]) -> dict[str, NDArray[np.generic]]:
    """Matrices whose width is a multiple of GROUP in four bits a weight; all else in half precision."""
    packed: dict[str, NDArray[np.generic]] = {}
    for name, values in differences.items():
        if values.ndim == 2 and values.shape[1] % GROUP == 0:
            codes, scales = _quantise(values.reshape(-1, GROUP))
            packed[name + _CODES] = codes.reshape(values.shape[0], -1)
            packed[name + _SCALES] = scales.reshape(values.shape[0], -1)
        else:
            packed[name] = values.astype(np.float16)
    return packed


def unpack(packed: Mapping[str, NDArray[np.generic]]) -> Iterator[tuple[str, Floats]]:
    """The differences by name, in single precision.

    Raises:
        KeyError: the scales of some codes are missing.
    """
    for name, values in packed.items():
        if name.endswith(_SCALES):
            continue
        if not name.endswith(_CODES):
            yield name, values.astype(np.float32)
            continue
        plain = name.removesuffix(_CODES)
        scales = packed[plain + _SCALES].astype(np.float32)
        codes = values.astype(np.uint8)
        both = np.stack([codes & 15, codes >> 4], axis=-1).reshape(codes.shape[0], -1)
        signed = both.astype(np.float32) - (_TOP + 1)
        yield plain, signed * np.repeat(scales, GROUP, axis=1)


def _quantise(groups: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    top = np.abs(groups).max(axis=1) / _TOP
    best = np.full(len(groups), np.inf, dtype=np.float32)
    scales = np.zeros(len(groups), dtype=np.float16)
    for share in _SHRINK:
        tried = np.maximum(top * share, 1e-7).astype(np.float16)
        error = ((_codes(groups, tried) * tried[:, None].astype(np.float32) - groups) ** 2).sum(axis=1)
        better = error < best
        best[better], scales[better] = error[better], tried[better]
    codes = (_codes(groups, scales) + _TOP + 1).astype(np.uint8)
    return (codes[:, 0::2] | (codes[:, 1::2] << 4)).astype(np.uint8), scales


def _codes(groups: Floats, scales: NDArray[np.float16]) -> Floats:
    wide = np.maximum(scales.astype(np.float32), 1e-7)
    return np.clip(np.rint(groups / wide[:, None]), -_TOP, _TOP).astype(np.float32)
