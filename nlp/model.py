"""The model: texts in, readings out, one forward pass for all questions, and n-grams beside it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Topic
from core.reading import Reading
from nlp import adapter, tokens
from nlp.chunk import Chunk
from nlp.clean import for_model
from nlp.encoder import PACKAGED, locate, verify
from nlp.heads import EMBEDDING
from nlp.tokens import encode, types_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from nlp.ngrams.weights import NGrams
    from nlp.own_topics import OwnTopics
    from nlp.runtime.compiled import Runtime
    from nlp.runtime.on_torch import TorchRuntime

    AnyRuntime = Runtime | TorchRuntime

CHUNK = 1_024
"""Texts that are tokenised and held at once."""


class Model:
    """Reads with the shared encoder and a trained adapter. Loads them with the first text, once.

    Args:
        encoder: see nlp.encoder.locate.
        folder: of the adapter.
        topics: a team's own.
        cache: folder for what is built at first use; None builds it anew in each process.
    """

    def __init__(
        self,
        encoder: str = PACKAGED,
        folder: Path = adapter.SHIPPED,
        topics: Sequence[Topic] = (),
        cache: Path | None = None,
    ) -> None:
        self._encoder = encoder
        self._folder = folder
        self._topics = tuple(topics)
        self._cache = cache
        self._loading = threading.Lock()
        self._loaded: tuple[Tokenizer, AnyRuntime, NGrams | None, OwnTopics] | None = None

    aims = True
    """A sentiment towards a name is as sure as one of a whole text (nlp/adapter/README.md)."""

    @cached_property
    def revision(self) -> str:
        """Names encoder, adapter and own topics exactly, without loading them."""
        from nlp.own_topics import revision_of

        own = revision_of(self._topics)
        return adapter.revision(self._folder) + (f"+{own}" if own else "")

    @cached_property
    def manifest(self) -> adapter.Manifest:
        """What goes with the weights."""
        return adapter.read_manifest(self._folder)

    def check(self) -> None:
        """Make sure that reading will work, before anything is built on it; loads nothing.

        Raises:
            ConfigError: encoder or adapter is missing, or they do not belong together.
        """
        verify(locate(self._encoder), self.manifest.encoder_sha256)
        _ = self.revision

    def prepare(self) -> None:
        """Load encoder and adapter, once (see `read` for errors)."""
        self._load()

    def read(
        self,
        texts: Sequence[str],
        targets: Sequence[str | None] | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> list[Reading]:
        """Read a batch; the readings come in the order of the texts.

        Args:
            texts: anything.
            targets: what the sentiment shall be towards, such as a brand; None: the text as a whole.
            sources: where each was captured: some topics must not be asked of some sources.

        Raises:
            ConfigError: encoder or adapter is missing, or they do not belong together.
        """
        found: list[Reading] = []
        finishing: Iterator[None] = iter(())
        for start in range(0, len(texts), CHUNK):
            part = slice(start, start + CHUNK)
            _, runtime, _, own = self._load()
            chunk = self._chunk(texts[part], None if targets is None else targets[part])
            answers = runtime.run(
                [e.ids for e in chunk.encoded],
                [types_of(e) for e in chunk.encoded],
                meanwhile=chain(finishing, chunk.look()),
            )
            topics = own.read(_unit(answers.heads[EMBEDDING]), None if sources is None else sources[part])
            finishing = chunk.finish(answers, topics, found)
        deque(finishing, maxlen=0)
        return found

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Sentence embeddings of shape (texts, dimensions), each of length 1; of one text at least."""
        tokenizer, runtime, _, _ = self._load()
        encoded = encode(tokenizer, [for_model(text) for text in texts], [None] * len(texts))
        return _unit(runtime.run([e.ids for e in encoded]).heads[EMBEDDING])

    def _chunk(self, texts: Sequence[str], targets: Sequence[str | None] | None) -> Chunk:
        tokenizer, _, ngrams, _ = self._load()
        targets = [None] * len(texts) if targets is None else targets
        cleaned = [for_model(text, target) for text, target in zip(texts, targets, strict=True)]
        return Chunk(
            texts=texts,
            cleaned=cleaned,
            targets=targets,
            encoded=encode(tokenizer, cleaned, targets),
            ngrams=ngrams,
            manifest=self.manifest,
            revision=self.revision,
        )

    def _load(self) -> tuple[Tokenizer, AnyRuntime, NGrams | None, OwnTopics]:
        from nlp.own_topics import OwnTopics

        with self._loading:
            if self._loaded is None:
                tokenizer, runtime = load(self._encoder, self._folder, self._cache)
                own = OwnTopics(self._topics, self.embed, self.revision)
                self._loaded = tokenizer, runtime, adapter.ngrams(self.manifest, self._folder), own
            return self._loaded


def load(encoder: str, folder: Path, cache: Path | None) -> tuple[Tokenizer, AnyRuntime]:
    """Tokenizer and runtime, the adapter's difference added to the encoder's own weights.

    Raises:
        ConfigError: see Model.read.
    """
    from nlp.runtime.compiled import open_runtime
    from nlp.runtime.on_torch import TorchRuntime, has_card

    manifest = adapter.read_manifest(folder)
    place = locate(encoder)
    verify(place, manifest.encoder_sha256)
    if has_card():
        return tokens.load(place), TorchRuntime(adapter.network(place, folder), "cuda")
    runtime = open_runtime(adapter.revision(folder), lambda: adapter.network(place, folder), cache)
    return tokens.load(place), runtime


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
