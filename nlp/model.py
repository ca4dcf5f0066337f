"""The model: texts in, readings out, one forward pass for all questions, and n-grams beside it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config import Topic
from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, TOPICS, Reading, Span
from nlp import adapter, language
from nlp.clean import for_model
from nlp.encoder import PACKAGED, locate, verify

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from nlp.ngrams.weights import Logits, NGrams
    from nlp.own_topics import OwnTopics
    from nlp.runtime.compiled import Answers, Runtime
    from nlp.runtime.graphics import TorchRuntime

    AnyRuntime = Runtime | TorchRuntime

CHUNK = 1_024
"""Texts that are tokenised and held at once."""
DIGITS = 4
"""Probabilities are rounded: more digits would be noise of the order of summation."""
Probabilities = Mapping[str, list[list[float]]]
"""Head -> for each text, rounded, its answers."""


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
        for start in range(0, len(texts), CHUNK):
            part = slice(start, start + CHUNK)
            found += self._read(
                texts[part],
                [None] * len(texts[part]) if targets is None else targets[part],
                None if sources is None else sources[part],
            )
        return found

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Sentence embeddings of shape (texts, dimensions), each of length 1."""
        tokenizer, runtime, _, _ = self._load()
        encoded = _encode(tokenizer, [for_model(text) for text in texts], [None] * len(texts))
        return _unit(runtime.run([e.ids for e in encoded]).heads["embedding"])

    def _read(
        self, texts: Sequence[str], targets: Sequence[str | None], sources: Sequence[str | None] | None
    ) -> list[Reading]:
        from nlp.tokens import says_something, types_of

        tokenizer, runtime, ngrams, own = self._load()
        cleaned = [for_model(text) for text in texts]
        encoded = _encode(tokenizer, cleaned, targets)
        answers = runtime.run([e.ids for e in encoded], [types_of(e) for e in encoded])
        logits = ngrams.add_to(answers.heads, cleaned) if ngrams else answers.heads
        probabilities = self._probabilities(logits, targets)
        topics = own.read(_unit(answers.heads["embedding"]), sources)
        return [
            self._reading(text, says_something(encoded[i]), i, probabilities, topics[i], encoded[i], answers)
            for i, text in enumerate(texts)
        ]

    def _reading(
        self,
        text: str,
        says_something: bool,
        row: int,
        found: Probabilities,
        own: Mapping[str, float],
        encoded: Encoding,
        answers: Answers,
    ) -> Reading:
        code, supported = language.guess(text, self.manifest.languages)
        sentiment = _named(SENTIMENTS, found["sentiment"][row])
        complaint = found["complaint"][row][0]
        evidence: tuple[Span, ...] = ()
        if says_something and supported and (complaint >= 0.5 or sentiment["neutral"] < 0.5):
            evidence = self._evidence(text, encoded, answers.tokens[row])
        return Reading(
            model=self.revision,
            language=code,
            supported=supported,
            sentiment=sentiment,
            complaint=complaint,
            severity={
                NO_COMPLAINT: round(1 - complaint, DIGITS),
                **_named(SEVERITIES, [round(complaint * p, DIGITS) for p in found["severity"][row]]),
            },
            topics={**_named(TOPICS, found["topics"][row]), **own},
            emotion=_named(EMOTIONS, found["emotion"][row]),
            offensive=found["offensive"][row][0],
            irony=found["irony"][row][0],
            unsure=not supported
            or not says_something
            or max(sentiment.values()) < self.manifest.unsure_below,
            evidence=evidence,
        )

    def _evidence(self, text: str, encoded: Encoding, logits: NDArray[np.float32]) -> tuple[Span, ...]:
        from nlp.evidence import spans

        words = [o if t == 0 else (0, 0) for o, t in zip(encoded.offsets, encoded.type_ids, strict=True)]
        weights = self.manifest.calibration["evidence"].yes(logits)
        return spans(text, words, weights, self.manifest.evidence_above)

    def _probabilities(self, logits: Logits, targets: Sequence[str | None]) -> Probabilities:
        """Calibrated, by head; sentiment is towards the target, if any."""
        found = {
            head: getattr(calibration, "yes" if head in _YES_NO else "classes")(logits[head])
            for head, calibration in self.manifest.calibration.items()
            if head in logits
        }
        aimed = [i for i, target in enumerate(targets) if target is not None]
        found["sentiment"][aimed] = found["target"][aimed]
        # All at once: a number of numpy's is slow to round and to turn into Python's.
        return {head: values.round(DIGITS).tolist() for head, values in found.items()}

    def _load(self) -> tuple[Tokenizer, AnyRuntime, NGrams | None, OwnTopics]:
        from nlp.own_topics import OwnTopics

        with self._loading:
            if self._loaded is None:
                tokenizer, runtime = load(self._encoder, self._folder, self._cache)
                own = OwnTopics(self._topics, self.embed, self.revision)
                self._loaded = tokenizer, runtime, adapter.ngrams(self.manifest, self._folder), own
            return self._loaded


_YES_NO = frozenset({"complaint", "topics", "offensive", "irony"})


def load(encoder: str, folder: Path, cache: Path | None) -> tuple[Tokenizer, AnyRuntime]:
    """Tokenizer and runtime, the adapter's difference added to the encoder's own weights.

    Raises:
        ConfigError: see Model.read.
    """
    from nlp import tokens
    from nlp.runtime.compiled import open_runtime
    from nlp.runtime.graphics import TorchRuntime, has_card

    manifest = adapter.read_manifest(folder)
    place = locate(encoder)
    verify(place, manifest.encoder_sha256)
    if has_card():
        return tokens.load(place), TorchRuntime(adapter.network(place, folder), "cuda")
    runtime = open_runtime(adapter.revision(folder), lambda: adapter.network(place, folder), cache)
    return tokens.load(place), runtime


def _encode(tokenizer: Any, cleaned: Sequence[str], targets: Sequence[str | None]) -> list[Encoding]:
    from nlp.tokens import encode

    return encode(tokenizer, cleaned, targets)


def _named(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
