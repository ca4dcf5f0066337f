"""Token ids to arrays of few shapes, with little padding.

The engine keeps what it compiled for each shape, so lengths are rounded up to LENGTHS and the rows of a batch
are a power of two: memory stays bounded whatever is read. Steps of four instead of eight save a fifteenth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTHS: tuple[int, ...] = (*range(4, 68, 4), *range(72, 136, 8), 160, 192, 256, 320, 384, 448, 512)
TOKENS_AT_ONCE = 512
"""From 256 on, more at once is no faster: 362 texts a second and core, as with 2,048."""
WASTE = 0.12
"""The share of padding from which on two smaller batches are cheaper than one: a batch more costs about as
much as a dozen tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Texts that go through the network together."""

    rows: NDArray[np.intp]
    """Which texts, shape (batch,)."""
    ids: NDArray[np.int32]
    """Of the tokens, shape (batch, length)."""
    segments: NDArray[np.int32]
    """0 padding, 1 text, 2 target; shape (batch, length)."""


def batches(ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None = None) -> Iterator[Batch]:
    """All texts, longest first.

    Args:
        ids: of each text's tokens; at most LENGTHS[-1].
        types: of each text's tokens, 0 text and 1 target; without it everything is text.

    Raises:
        ValueError: a text is longer.
    """
    lengths = [len(one) for one in ids]
    order = sorted(range(len(ids)), key=lengths.__getitem__, reverse=True)
    done = 0
    while done < len(order):
        length = _rounded(lengths[order[done]])
        rows = _rows([lengths[i] for i in order[done : done + max(1, TOKENS_AT_ONCE // length)]], length)
        yield _padded(order[done : done + rows], length, ids, types)
        done += rows


def _rounded(length: int) -> int:
    for allowed in LENGTHS:
        if length <= allowed:
            return allowed
    raise ValueError(f"a text has {length} tokens; at most {LENGTHS[-1]} can be read")


def _rows(lengths: Sequence[int], length: int) -> int:
    """The largest power of two of these texts that does not waste too much; lengths fall."""
    rows: int = 1 << (len(lengths).bit_length() - 1)
    own = length - lengths[0]  # what rounding alone wastes is lost either way
    while rows > 1 and rows * length - sum(lengths[:rows]) - rows * own > WASTE * rows * length:
        rows //= 2
    return rows


def _padded(
    rows: Sequence[int], length: int, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None
) -> Batch:
    padded = np.zeros((len(rows), length), dtype=np.int32)
    segments = np.zeros_like(padded)
    for place, row in enumerate(rows):
        used = len(ids[row])
        padded[place, :used] = ids[row]
        segments[place, :used] = 1
        if types is not None:
            segments[place, :used] += np.asarray(types[row], dtype=np.int32)
    return Batch(rows=np.asarray(rows, dtype=np.intp), ids=padded, segments=segments)
