"""N-grams to logits: the linear weights, and the file that holds them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from nlp.adapter import CURE
from nlp.ngrams.features import BUCKETS, portions

_TOP = 31
"""Of 63 steps from end to end: finer ones change no figure by more than a few hundredths, and pack worse."""
Floats = NDArray[np.float32]
Logits = Mapping[str, Floats]
"""Head -> shape (texts, outputs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NGrams:
    """Weights of the heads that gain; a head's outputs stand side by side."""

    heads: Mapping[str, slice]
    """Head -> its outputs."""
    codes: NDArray[np.int8]
    """Weights in steps of `steps`, shape (BUCKETS, outputs); most are 0."""
    steps: Floats
    """Shape (outputs,)."""
    bias: Floats
    """Shape (outputs,)."""

    def add_to(self, logits: Logits, scores: Floats) -> dict[str, Floats]:
        """The network's logits and what the n-grams say, together; other heads as they are.

        Args:
            logits: the network's, by head, each of shape (texts, outputs).
            scores: of the same texts.
        """
        return {
            head: values + scores[:, self.heads[head]] if head in self.heads else values
            for head, values in logits.items()
        }

    def scores(self, cleaned: Sequence[str]) -> Floats:
        """What the n-grams say, of shape (texts, outputs).

        Args:
            cleaned: the texts after nlp.clean.for_model.
        """
        parts = [np.zeros((0, len(self.bias)), dtype=np.float32)]
        for part in portions(cleaned):
            found = np.zeros((part.texts, len(self.bias)), dtype=np.float32)
            if len(part.rows):
                each = self.codes[part.buckets] * part.values[:, None]
                begins = np.flatnonzero(np.diff(part.rows, prepend=-1))
                found[part.rows[begins]] = np.add.reduceat(each, begins, axis=0)
            parts.append(found)
        return np.concatenate(parts) * self.steps + self.bias


def rounded(weights: Mapping[str, Floats], bias: Mapping[str, Floats]) -> NGrams:
    """In a few steps a weight; those under half a step become 0, which makes the file small.

    Args:
        weights: by head, each of shape (BUCKETS, outputs).
        bias: by head, each of shape (outputs,).
    """
    ends = np.cumsum([0, *(each.shape[1] for each in weights.values())])
    together = np.hstack(list(weights.values()))
    steps = np.maximum(np.abs(together).max(axis=0) / _TOP, 1e-9).astype(np.float32)
    return NGrams(
        heads=_slices(list(weights), ends.tolist()),
        codes=np.rint(together / steps).astype(np.int8),
        steps=steps,
        bias=np.concatenate([bias[head] for head in weights]).astype(np.float32),
    )


def save(path: Path, ngrams: NGrams) -> None:
    """Write what `load` reads: about a megabyte, as the many zeros are packed."""
    np.savez_compressed(
        path,
        heads=np.array(list(ngrams.heads)),
        ends=np.array([0, *(place.stop for place in ngrams.heads.values())]),
        codes=np.ascontiguousarray(ngrams.codes.T),  # one output after the other packs better
        steps=ngrams.steps,
        bias=ngrams.bias,
    )


def load(path: Path) -> NGrams:
    """Read what `save` wrote.

    Raises:
        ConfigError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            found = NGrams(
                heads=_slices(file["heads"].tolist(), file["ends"].tolist()),
                codes=np.ascontiguousarray(file["codes"].T),
                steps=file["steps"],
                bias=file["bias"],
            )
        _check(found)
    except FileNotFoundError:
        raise ConfigError(str(path), f"is missing; {CURE}") from None
    except (OSError, ValueError, TypeError, KeyError, BadZipFile, zlib.error, EOFError) as error:
        raise ConfigError(str(path), f"is damaged ({type(error).__name__}); {CURE}") from None
    return found


def _slices(heads: Sequence[str], ends: Sequence[int]) -> dict[str, slice]:
    return {head: slice(a, b) for head, (a, b) in zip(heads, pairwise(ends), strict=True)}


def _check(found: NGrams) -> None:
    outputs = max((place.stop for place in found.heads.values()), default=0)
    fits = found.codes.shape == (BUCKETS, outputs) and found.steps.shape == found.bias.shape == (outputs,)
    if not fits or found.codes.dtype != np.int8:
        raise ValueError("expected eight-bit weights for every bucket and output")
