"""Stores what training changed in two to three bits a weight.

The differences between a fine-tuned network and the one it began as are small and smooth: one bit each keeps
most of what was learnt (BitDelta, Liu et al. 2024). We round them to steps nearly as wide as most are,
and give what is frequent a short code (Huffman 1952, as deflate has it).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
STEP = 0.9
"""Width of a step in root mean squares of a row: the wider, the smaller the file, the less is kept."""
_TOP = 7
"""Codes run from -7 to 7: what is further away is cut."""
_CODES, _SCALES = ".codes", ".scales"


def pack(differences: Mapping[str, Floats]) -> dict[str, NDArray[np.generic]]:
    """Matrices of an even width in a few bits a weight; all else in half precision."""
    packed: dict[str, NDArray[np.generic]] = {}
    for name, values in differences.items():
        if values.ndim == 2 and values.shape[1] % 2 == 0:
            scales = (STEP * np.sqrt(np.square(values).mean(axis=1))).astype(np.float32)
            packed[name + _SCALES] = scales
            packed[name + _CODES] = _deflated(_rounded(values, scales))
        else:
            packed[name] = values.astype(np.float16)
    return packed


def unpack(packed: Mapping[str, NDArray[np.generic]]) -> Iterator[tuple[str, Floats]]:
    """The differences by name, in single precision.

    Raises:
        KeyError: the scales of some codes are missing.
        ValueError: codes are damaged.
    """
    for name, values in packed.items():
        if name.endswith(_SCALES):
            continue
        if not name.endswith(_CODES):
            yield name, values.astype(np.float32)
            continue
        plain = name.removesuffix(_CODES)
        scales = packed[plain + _SCALES].astype(np.float32)
        yield plain, _inflated(values).reshape(len(scales), -1) * scales[:, None]


def _rounded(values: Floats, scales: Floats) -> NDArray[np.uint8]:
    wide = np.where(scales > 0, scales, 1)[:, None]
    return (np.clip(np.rint(values / wide), -_TOP, _TOP) + _TOP).astype(np.uint8)


def _deflated(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two codes a byte, Huffman alone: looking for repetitions in noise makes it a tenth longer."""
    packer = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)
    pairs = (codes[:, 0::2] | (codes[:, 1::2] << 4)).tobytes()
    return np.frombuffer(packer.compress(pairs) + packer.flush(), np.uint8)


def _inflated(packed: NDArray[np.generic]) -> Floats:
    try:
        pairs = np.frombuffer(zlib.decompress(packed.tobytes()), np.uint8)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    return np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(-1).astype(np.float32) - _TOP
