"""Texts to n-grams: of words and, within words, of characters.

They are counted in buckets by their hash (Weinberger et al. 2009, the hashing trick): there is no vocabulary
to keep. A whole batch is hashed by numpy at once, as one row of code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

WORD_BUCKETS = PIECE_BUCKETS = 1 << 16
BUCKETS = WORD_BUCKETS + PIECE_BUCKETS
"""Words and pairs of words are counted in the first half, pieces of words in the second."""
PIECES = (3, 4, 5)
"""Characters of a piece, which lies within a word; the space on either side counts as part of the word."""
READ_CHARACTERS = 1_000
"""About as much as the encoder's window holds."""
AT_ONCE = 1 << 14
"""Characters that are hashed together: what is in work stays small, however long the batch is."""
_BASE, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Any odd numbers would do; odd ones have an inverse modulo 2**64, which is what the hashes are taken by."""
_HALF, _ONE = np.uint64(32), np.uint64(1)
_SPACE = 32
_NOWHERE = np.zeros(0, dtype=np.int64)
_IN_WORDS = np.array([chr(code).isalnum() or chr(code) in "_'" for code in range(128)])

Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Codes = NDArray[np.uint32]
Found = tuple[Places, Places]
"""Where in the row of code points each n-gram begins, and its bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The n-grams of a batch: one entry for each text and bucket, by text, then by bucket."""

    texts: int
    rows: Places
    """The entry's text, shape (entries,)."""
    buckets: Places
    """Below BUCKETS, shape (entries,)."""
    values: NDArray[np.float32]
    """1 + log(count), shape (entries,); those of a text's words, and those of its pieces, have length 1."""


def features(cleaned: Sequence[str]) -> Features:
    """The n-grams of texts, each as if it were alone.

    Args:
        cleaned: texts after nlp.clean.for_model.
    """
    parts = list(portions(cleaned))
    firsts = np.cumsum([0, *(part.texts for part in parts)])
    return Features(
        texts=len(cleaned),
        rows=np.concatenate([_NOWHERE, *(p.rows + first for p, first in zip(parts, firsts, strict=False))]),
        buckets=np.concatenate([_NOWHERE, *(p.buckets for p in parts)]),
        values=np.concatenate([_NOWHERE.astype(np.float32), *(p.values for p in parts)]),
    )


def portions(cleaned: Sequence[str]) -> Iterator[Features]:
    """The same, for so many texts at once as have AT_ONCE characters together; each counts from 0."""
    characters, portion = 0, list[str]()
    for text in cleaned:
        read = text[:READ_CHARACTERS].lower()[:READ_CHARACTERS]  # some letters are two in lower case
        if portion and characters + len(read) + 2 > AT_ONCE:
            yield _features(portion)
            characters, portion = 0, []
        characters += len(read) + 2
        portion.append(read)
    if portion:
        yield _features(portion)


def _features(texts: Sequence[str]) -> Features:
    # Two spaces between neighbours: no piece reaches over both.
    row = " " + "  ".join(texts) + " "
    codes: Codes = np.frombuffer(row.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    text_of = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    found = (*_words(codes, text_of), *_pieces(codes))
    keys = np.concatenate([text_of[places] * BUCKETS + buckets for places, buckets in found])
    keys, counts = np.unique(keys, return_counts=True)
    rows, buckets = np.divmod(keys, BUCKETS)
    values = 1 + np.log(counts)
    half = 2 * rows + (buckets >= WORD_BUCKETS)
    length = np.sqrt(np.bincount(half, values**2))
    return Features(
        texts=len(texts),
        rows=rows,
        buckets=buckets,
        values=(values / length[half]).astype(np.float32),
    )


def _words(codes: Codes, text_of: Places) -> Iterator[Found]:
    """Words, and pairs of words that follow each other in a text."""
    inside = _IN_WORDS[np.minimum(codes, 127)] | (codes > 127)  # what is not ASCII is taken for letters
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1  # the row begins and ends with a space
    starts, ends = edges[0::2], edges[1::2]
    powers, inverses = _powers()
    sums = np.concatenate([[np.uint64(0)], np.cumsum((codes + _ONE) * powers[: len(codes)])])
    words = (sums[ends] - sums[starts]) * inverses[starts]
    yield starts, _buckets(words, WORD_BUCKETS)
    together = text_of[starts[1:]] == text_of[starts[:-1]]
    pairs = words[:-1] * _MIX + words[1:]
    yield starts[:-1][together], _buckets(pairs[together], WORD_BUCKETS)


def _pieces(codes: Codes) -> Iterator[Found]:
    """Windows of characters with no space in them but for their ends."""
    wide = codes + _ONE
    spaces = np.concatenate([[0], np.cumsum(codes == _SPACE)])
    hashes = wide
    for n in range(2, max(PIECES) + 1):
        hashes = hashes[:-1] * _BASE + wide[n - 1 :]
        if n in PIECES:
            within = np.flatnonzero(spaces[n - 1 : -1] == spaces[1 : 1 - n])
            yield within, _buckets(hashes[within], PIECE_BUCKETS) + WORD_BUCKETS


def _buckets(hashes: Hashes, count: int) -> Places:
    mixed = (hashes ^ (hashes >> _HALF)) * _MIX  # the low bits of a product know only low bits
    return ((mixed >> _HALF) % np.uint64(count)).astype(np.int64)


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, from 0 on, for the longest row."""
    inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))

    def of(factor: np.uint64) -> Hashes:
        return np.cumprod(np.append(_ONE, np.full(AT_ONCE + 1, factor)), dtype=np.uint64)

    return of(_BASE), of(inverse)
