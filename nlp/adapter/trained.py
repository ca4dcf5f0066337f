"""Which texts the shipped adapter was made with, by fingerprint: they are not counted when it is measured."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from core.errors import ConfigError
from nlp.adapter import CURE
from nlp.fingerprint import fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "trained.npz"
_DIGITS = 8
"""Hexadecimal digits that are kept, 32 bits: with 300,000 texts known, one unknown text in 14,000 is taken
for one of them, and left out for nothing."""


class Use(StrEnum):
    """What a text was used for; the values are the arrays' names in the file."""

    TRAINED = "fingerprints"
    """The weights were fitted to it."""
    TUNED = "tuned"
    """Something was chosen by it: when to stop, a temperature, a threshold."""


class Trained:
    """The texts that were used, as two sorted arrays of 32-bit fingerprints. It holds no text."""

    def __init__(self, used: dict[Use, NDArray[np.uint32]]) -> None:
        self._used = used

    def __contains__(self, text: str) -> bool:
        """Whether the text was used for anything, in whatever dress (nlp/fingerprint.py)."""
        return self.use_of(text) is not None

    def __len__(self) -> int:
        return sum(len(known) for known in self._used.values())

    def use_of(self, text: str) -> Use | None:
        """What the text was used for; None: for nothing."""
        wanted = _short(text)
        for use, known in self._used.items():
            place = int(known.searchsorted(wanted))
            if place < len(known) and int(known[place]) == wanted:
                return use
        return None

    @classmethod
    def nothing(cls) -> Trained:
        """Knows no text."""
        return cls({})

    @classmethod
    def load(cls, path: Path) -> Trained:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ConfigError: it cannot be read as one.
        """
        import numpy as np

        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                return cls({use: _checked(file[use]) for use in Use if use in file})
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, BadZipFile, zlib.error, EOFError) as error:
            raise ConfigError(str(path), f"is damaged ({type(error).__name__}); {CURE}") from None

    @staticmethod
    def save(path: Path, texts: Iterable[str], tuned: Iterable[str] = ()) -> None:
        """Write the fingerprints of texts.

        Args:
            path: usually NAME in the adapter's folder.
            texts: all that training saw.
            tuned: all that served for choosing.
        """
        import numpy as np

        def sorted_(some: Iterable[str]) -> NDArray[np.uint32]:
            return np.unique(np.fromiter((_short(text) for text in some), dtype=np.uint32))

        np.savez_compressed(path, fingerprints=sorted_(texts), tuned=sorted_(tuned))


def _short(text: str) -> int:
    return int(fingerprint(text)[:_DIGITS], 16)


def _checked(known: NDArray[np.uint32]) -> NDArray[np.uint32]:
    if known.ndim != 1 or known.dtype.name != "uint32" or (known[1:] < known[:-1]).any():
        raise ValueError("expected one sorted row of 32-bit numbers")
    return known
