"""Examples as the network takes them, in shuffled batches of similar length."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nlp.clean import for_model
from nlp.corpora import Example

UNLABELLED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """An example as the network takes it."""

    tokens: list[int]
    sentiment: int
    complaint: int
    weight: float


def encode(examples: Sequence[Example], tokenizer: Callable[..., Any], window: int) -> list[Encoded]:
    """Tokenise once: what does not change between epochs is not done again."""
    texts = [for_model(e.text) for e in examples]
    ids = tokenizer(texts, truncation=True, max_length=window)["input_ids"]
    return [
        Encoded(
            tokens=tokens,
            sentiment=UNLABELLED if e.sentiment is None else e.sentiment,
            complaint=UNLABELLED if e.complaint is None else e.complaint,
            weight=e.weight,
        )
        for e, tokens in zip(examples, ids, strict=True)
    ]


def endless(data: Sequence[Encoded], size: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches, epoch after epoch: sorted by length within shuffled pools of fifty batches."""
    pool = size * 50
    while True:
        order = list(range(len(data)))
        rng.shuffle(order)
        cut: list[list[int]] = []
        for start in range(0, len(order), pool):
            part = sorted(order[start : start + pool], key=lambda i: len(data[i].tokens))
            cut += [part[i : i + size] for i in range(0, len(part), size)]
        rng.shuffle(cut)
        for batch in cut:
            yield [data[i] for i in batch]


def tensors(batch: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
    """Padded token ids and mask, each of shape (batch, length)."""
    # A multiple of eight: each new shape costs the CPU's kernels a set-up, and memory that is kept.
    length = -(-max(len(e.tokens) for e in batch) // 8) * 8
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    for row, example in enumerate(batch):
        ids[row, : len(example.tokens)] = torch.tensor(example.tokens)
        mask[row, : len(example.tokens)] = 1
    return ids, mask
