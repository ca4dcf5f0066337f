"""A team's own topics without training: how near a text is to a topic's sentence and examples.

The probability is a logistic map of a few similarities between sentence embeddings (cosines, as everything
is L2-normalised). Its constants are the same for every topic and every brand: tools/fit_own_topics.py fits
them on labelled sets that are played as own topics, and prints what the result is worth (docs/topics.md).
Nothing here knows the network: it is given a callable that embeds texts.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from core.config import Topic
from nlp.heads import DIGITS
from nlp.ordinary import ORDINARY

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> L2-normalised embeddings of shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The constants of the logistic map, one for each of `features`, and the place where it is even."""

    topic: float
    ordinary: float
    cohesion: float
    counter: float
    bias: float

    @property
    def weights(self) -> NDArray[np.float64]:
        """In the order of `features`, shape (4,)."""
        return np.array([self.topic, self.ordinary, self.cohesion, self.counter])


SCALE = Scale(topic=6.79, ordinary=-3.52, cohesion=-3.07, counter=-6.09, bias=-0.76)
"""Written by tools/fit_own_topics.py; do not edit by hand."""

FAR, NEAR = 0.3, 0.8
"""Cosines to the sentence. An example below FAR (another language, "brrrr") says nothing of the topic and is
left out; one above NEAR is a rewording, and says no more than the sentence does."""

ORDINARY_NEAREST = 3
"""How many ordinary lines count as the near ones: one alone is an accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """A topic as vectors."""

    sentence: Vectors
    """Shape (dimensions,)."""
    examples: Vectors
    """Shape (examples, dimensions); there may be none."""
    counter_examples: Vectors
    """Shape (counter-examples, dimensions); there may be none."""


def features(texts: Vectors, topic: Prototype, ordinary: Vectors) -> NDArray[np.float64]:
    """What the probability is made of, shape (texts, 4).

    The columns: similarity to the topic, which is the sentence and its examples; to the nearest three
    ordinary lines; how near sentence and examples are to the sentence (the same for all texts: what a text of
    this topic is expected to reach, in which topics differ); by how much the nearest counter-example is
    nearer than sentence and examples (0 where it is not).

    The third is at its highest without an example, and the sentence counts in it as one of the examples. So
    no example asks for more than the sentence alone does, and rewordings of it ask for the same.

    Args:
        texts: embeddings, shape (texts, dimensions).
        topic: with its vectors.
        ordinary: embeddings of ORDINARY, shape (lines, dimensions).
    """
    near = topic.examples @ topic.sentence
    examples, near = topic.examples[near >= FAR], near[near >= FAR]
    found = np.zeros((len(texts), 4))
    found[:, 0] = texts @ _middle(topic.sentence, examples, near)
    found[:, 1] = _mean_of_largest(texts @ ordinary.T, ORDINARY_NEAREST)
    found[:, 2] = np.minimum([NEAR, *near], NEAR).mean()
    if len(topic.counter_examples):
        against = (texts @ topic.counter_examples.T).max(axis=1)
        meant = (texts @ np.vstack([topic.sentence, examples]).T).max(axis=1)
        found[:, 3] = np.maximum(against - meant, 0)
    return found


def probability(found: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """The logistic map of features, shape (texts,)."""
    return np.asarray(1 / (1 + np.exp(-(found @ scale.weights + scale.bias))))


class OwnTopics:
    """Answers a team's topics for embedded texts. Prototypes are embedded once a process."""

    def __init__(self, topics: Sequence[Topic], embed: Embed, embedder: str) -> None:
        """Take the topics; embeds nothing yet.

        Args:
            topics: of topics.yaml.
            embed: gives L2-normalised embeddings.
            embedder: names what embeds, exactly: vectors of another one are not reused.
        """
        self._topics = tuple(sorted(topics, key=lambda topic: topic.key))
        self._embed = embed
        self._embedder = embedder

    def read(self, texts: Vectors, sources: Sequence[str | None] | None = None) -> list[dict[str, float]]:
        """The probability of every topic that may be asked of a text, by key, in the order of the texts.

        Args:
            texts: embeddings, shape (texts, dimensions).
            sources: where each text was captured, None where nobody knows; left out: nowhere known. A topic
                is not computed for a source that it is not for, or whose terms forbid it; a sensitive one is
                computed for named sources only.
        """
        found: list[dict[str, float]] = [{} for _ in range(len(texts))]
        if not self._topics or not len(texts):
            return found
        asked = [None] * len(texts) if sources is None else list(sources)
        prototypes, ordinary = self._vectors()
        for topic in self._topics:
            rows = [i for i, source in enumerate(asked) if _may_ask(topic, source)]
            if not rows:
                continue
            values = probability(features(texts[rows], prototypes[topic.key], ordinary), SCALE)
            for i, value in zip(rows, values, strict=True):
                found[i][topic.key] = round(float(value), DIGITS)
        return found

    def _vectors(self) -> tuple[Mapping[str, Prototype], Vectors]:
        wanted = [*ORDINARY, *(text for topic in self._topics for text in _texts(topic))]
        known = _remembered(wanted, self._embed, self._embedder)
        ordinary = _stack([known[text] for text in ORDINARY])
        return {topic.key: _prototype(topic, known, ordinary.shape[1]) for topic in self._topics}, ordinary


def _may_ask(topic: Topic, source: str | None) -> bool:
    return not topic.trait if source is None else topic.may_ask(source)


def revision_of(topics: Iterable[Topic]) -> str:
    """Eight characters that name everything that own topics' answers depend on; empty without a topic.

    The order of topics, and of examples within one, changes nothing: neither does it change an answer.
    """
    listed = sorted(topics, key=lambda topic: topic.key)
    if not listed:
        return ""
    content = {
        "topics": [
            {
                "key": topic.key,
                "sentence": topic.sentence,
                "examples": sorted(set(topic.examples)),
                "counter_examples": sorted(set(topic.counter_examples)),
                "sources": None if topic.sources is None else sorted(set(topic.sources)),
                "trait": topic.trait,
            }
            for topic in listed
        ],
        "scale": [asdict(SCALE), FAR, NEAR, ORDINARY_NEAREST],
        "ordinary": ORDINARY,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


_memory: dict[tuple[str, str], Vectors] = {}
_remembering = threading.Lock()


def _remembered(texts: Sequence[str], embed: Embed, embedder: str) -> dict[str, Vectors]:
    """Each text's vector; what this process has not embedded yet is embedded in one call."""
    with _remembering:
        missing = [t for t in dict.fromkeys(texts) if (embedder, t) not in _memory]
        if missing:
            for text, vector in zip(missing, embed(missing), strict=True):
                _memory[embedder, text] = vector
        return {text: _memory[embedder, text] for text in texts}


def _texts(topic: Topic) -> tuple[str, ...]:
    return (topic.sentence, *topic.examples, *topic.counter_examples)


def _prototype(topic: Topic, known: Mapping[str, Vectors], dimensions: int) -> Prototype:
    return Prototype(
        sentence=known[topic.sentence],
        examples=_stack([known[text] for text in sorted(set(topic.examples))], dimensions),
        counter_examples=_stack([known[text] for text in sorted(set(topic.counter_examples))], dimensions),
    )


def _stack(vectors: Sequence[Vectors], dimensions: int = 0) -> Vectors:
    return np.stack(vectors) if vectors else np.zeros((0, dimensions), dtype=np.float32)


def _middle(sentence: Vectors, examples: Vectors, near: Vectors) -> Vectors:
    """A topic as one vector: half the sentence, half the examples, the nearer the more."""
    both = sentence + near @ examples / max(1, len(examples))
    return np.asarray(both / np.linalg.norm(both), dtype=np.float32)


def _mean_of_largest(similar: NDArray[np.floating], count: int) -> NDArray[np.float64]:
    """The mean of the largest values of each row, shape (rows,)."""
    count = min(count, similar.shape[1])
    return np.asarray(np.partition(similar, -count, axis=1)[:, -count:].mean(axis=1), dtype=np.float64)
