"""What a teacher answered about the training texts: the student learns from it beside people's labels."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.clean import for_model
from nlp.corpora.example import Example
from nlp.heads import ON_TEXT, TARGET

WIDTHS: Mapping[str, int] = {**ON_TEXT, TARGET: ON_TEXT["sentiment"]}
"""Head -> logits, in the order in which a row of answers holds them."""
Rows = NDArray[np.float16]


class Taught:
    """A teacher's logits by text and target.

    Args:
        keys: of `key_of`, sorted.
        logits: of shape (keys, sum of WIDTHS).
        revision: of the teacher.
    """

    def __init__(self, keys: NDArray[np.uint64], logits: Rows, revision: str) -> None:
        self._keys, self._logits, self.revision = keys, logits, revision

    def of(self, example: Example) -> Rows | None:
        """What it answered; None: it was not asked."""
        if not len(self._keys):
            return None
        key = key_of(example)
        place = int(self._keys.searchsorted(key))
        return self._logits[place] if place < len(self._keys) and self._keys[place] == key else None

    @classmethod
    def nothing(cls) -> Taught:
        """No teacher."""
        return cls(np.zeros(0, np.uint64), np.zeros((0, sum(WIDTHS.values())), np.float16), "")

    @classmethod
    def load(cls, path: Path) -> Taught:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(file["keys"], file["logits"], str(file["revision"]))

    @staticmethod
    def save(
        path: Path, examples: Sequence[Example], logits: Mapping[str, NDArray[np.float32]], by: str
    ) -> None:
        """Write the answers about examples, one row each, in their order.

        Args:
            path: of the file.
            examples: that were asked about.
            logits: head -> of shape (examples, its width).
            by: revision of the teacher.
        """
        keys = np.array([key_of(example) for example in examples], np.uint64)
        rows = np.concatenate([logits[head] for head in WIDTHS], axis=1).astype(np.float16)
        unique, first = np.unique(keys, return_index=True)
        np.savez(path, keys=unique, logits=rows[first], revision=np.array(by))


def key_of(example: Example) -> np.uint64:
    """Names what a reader sees of an example: the cleaned text and the target."""
    seen = f"{for_model(example.text, example.target)}\0{example.target or ''}".encode(
        "utf-8", "surrogatepass"
    )
    return np.uint64(int.from_bytes(hashlib.blake2b(seen, digest_size=8).digest()))
