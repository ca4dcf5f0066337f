"""Examples as the network takes them, in shuffled batches of similar length."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp import tokens
from nlp.clean import for_model
from nlp.corpora.example import Example, Label
from nlp.corpora.rows import GOEMOTIONS
from nlp.corpora.table import Corpus
from training.taught import Rows, Taught

Labelled = tuple[Corpus, Example]
EXTRA: Mapping[str, int] = {"emoji": 20, "goemotions": GOEMOTIONS}
"""Heads that only teach -> logits."""
TOO_RARE = 5.0
"""No class counts more than so many times the average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """An example as the network takes it."""

    tokens: tuple[int, ...]
    types: tuple[int, ...]
    labels: Mapping[str, Label]
    weights: Mapping[str, float]
    reason: tuple[int, ...] | None
    """For each token, whether it belongs to the marked reason; None: none was marked."""
    taught: Rows | None = None
    """A teacher's logits, in the order of training.taught.WIDTHS; None: it was not asked."""
    aimed: bool = False
    """Whether there is a target."""


def encode(examples: Sequence[Labelled], tokenizer: Tokenizer, taught: Taught | None = None) -> list[Encoded]:
    """Tokenise once: what does not change between passes is not done again.

    Args:
        examples: to tokenise.
        tokenizer: of the encoder.
        taught: what a teacher answered about them.
    """
    texts = [for_model(e.text, e.target) for _, e in examples]
    rarity = class_weights(examples)
    encodings = tokens.encode(tokenizer, texts, [e.target for _, e in examples])
    return [
        Encoded(
            tokens=tuple(encoding.ids),
            types=tuple(tokens.types_of(encoding)),
            labels=example.labels,
            weights={
                head: corpus.weight
                * corpus.weights.get(head, 1.0)
                * rarity.get((corpus.name, head, label), 1.0)
                for head, label in example.labels.items()
            },
            reason=_marked(text, example.reason, encoding.offsets, encoding.type_ids),
            taught=taught.of(example) if taught else None,
            aimed=example.target is not None,
        )
        for (corpus, example), text, encoding in zip(examples, texts, encodings, strict=True)
    ]


def _marked(
    text: str, reason: str | None, offsets: Sequence[tuple[int, int]], types: Sequence[int]
) -> tuple[int, ...] | None:
    words = for_model(reason or "").casefold()
    at = text.casefold().find(words) if words else -1
    if at < 0:
        return None
    end = at + len(words)
    return tuple(
        int(t == 0 and s < end and e > at and e > s) for (s, e), t in zip(offsets, types, strict=True)
    )


def class_weights(examples: Sequence[Labelled]) -> dict[tuple[str, str, Label], float]:
    """How much a class of a set counts: by its rarity there, 1 on average; (set, head, class) -> weight."""
    counts: dict[tuple[str, str], Counter[Label]] = {}
    power = {}
    for corpus, example in examples:
        power[corpus.name] = corpus.balance
        for head, label in example.labels.items():
            if isinstance(label, int):
                counts.setdefault((corpus.name, head), Counter())[label] += 1
    found: dict[tuple[str, str, Label], float] = {}
    for (name, head), counted in counts.items():
        total = counted.total()
        raw = {label: (total / n) ** power[name] for label, n in counted.items()}
        mean = sum(raw[label] * n for label, n in counted.items()) / total
        found |= {(name, head, label): min(w / mean, TOO_RARE) for label, w in raw.items()}
    return found


def schedule(examples: Sequence[Labelled], passes: float, early: float, rng: random.Random) -> list[int]:
    """Which examples training sees, in which order: each as often as its set says, spread at random."""
    places: list[tuple[float, int]] = []
    for i, (corpus, _) in enumerate(examples):
        times = corpus.passes * passes
        times = int(times) + (rng.random() < times % 1)
        places += [(rng.random() * (early if corpus.early else 1.0), i) for _ in range(times)]
    return [i for _, i in sorted(places)]


def batches(
    order: Sequence[int], data: Sequence[Encoded], size: int, rng: random.Random
) -> Iterator[list[int]]:
    """Batches of similar length: sorted within pools of fifty batches, which keep the order."""
    pool = size * 50
    for start in range(0, len(order), pool):
        part = sorted(order[start : start + pool], key=lambda i: len(data[i].tokens))
        cut = [part[i : i + size] for i in range(0, len(part), size)]
        rng.shuffle(cut)
        yield from cut


def device_of(network: nn.Module) -> torch.device:
    """Where a network's weights are."""
    return next(network.parameters()).device


def tensors(batch: Sequence[Encoded], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Padded token ids, mask and types, each of shape (batch, length)."""
    # A multiple of eight: each new shape costs the CPU's kernels a set-up, and memory that is kept.
    length = -(-max(len(e.tokens) for e in batch) // 8) * 8
    ids, mask, types = (torch.zeros(len(batch), length, dtype=torch.long) for _ in range(3))
    for row, example in enumerate(batch):
        n = len(example.tokens)
        ids[row, :n] = torch.tensor(example.tokens)
        types[row, :n] = torch.tensor(example.types)
        mask[row, :n] = 1
    return ids.to(device), mask.to(device), types.to(device)
