"""Embeddings of texts through the present model: one forward pass, no torch, no reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from core.settings import Settings
from nlp.asking import without_addresses
from nlp.model import CHUNK, Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors whose products say how alike the texts are."""

    @property
    def revision(self) -> str:
        """Names what embeds, exactly: vectors of different revisions are never compared."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, dimensions), in the order of the texts."""
        ...

    def ordinary(self) -> NDArray[np.float32]:
        """The mean vector of what is said about brands all day, shape (dimensions,)."""
        ...


class ModelEmbedder:
    """The shared encoder with the shipped adapter; loads them with the first text."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def revision(self) -> str:
        """Without a team's own topics: they change readings, not embeddings."""
        return self._model.revision.partition("+")[0]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder; memory stays that of CHUNK texts, and of the vectors.

        Handles and links are left out: they weigh as much as words, and say who was written to, not what.

        Raises:
            ConfigError: encoder or adapter is missing, or they do not belong together.
        """
        import numpy as np

        bare = [without_addresses(text) for text in texts]
        parts = [self._model.embed(bare[at : at + CHUNK]) for at in range(0, len(bare), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def ordinary(self) -> NDArray[np.float32]:
        """See Embedder."""
        import numpy as np

        from nlp.ordinary import ORDINARY

        return np.asarray(self.embed(ORDINARY).mean(axis=0), dtype=np.float32)


@cache
def embedder_for(settings: Settings) -> Embedder:
    """What the settings ask for, once a process; touches neither disk nor network."""
    return ModelEmbedder(Model(cache=settings.cache))
