"""What training makes smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nlp.corpora.example import PERHAPS, PRESENT, UNKNOWN
from nlp.network import EVIDENCE, YES_NO
from training.batches import Encoded

SEVERAL = ("topics", "goemotions")


def loss_of(
    logits: Mapping[str, Tensor], batch: Sequence[Encoded], smoothing: float, evidence: float
) -> Tensor:
    """Sum of the heads' losses, each over the examples that have its label, a share of the whole batch."""
    total = torch.zeros(())
    heads = {head for e in batch for head in e.labels}
    for head in sorted(heads):  # a sum in a set's order would differ from run to run
        rows = [i for i, e in enumerate(batch) if head in e.labels]
        wanted = torch.tensor([batch[i].labels[head] for i in rows])
        weight = torch.tensor([batch[i].weights[head] for i in rows])
        each = _each(head, logits[head][rows].float(), wanted, smoothing)
        total = total + (each * weight).sum() / len(batch)
    marked = [i for i, e in enumerate(batch) if e.reason is not None]
    if marked:
        total = total + evidence * _evidence(logits[EVIDENCE], batch, marked) / len(batch)
    return total


def _each(head: str, logits: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
    if head in SEVERAL:
        return several(logits, wanted)
    if head in YES_NO:
        soft = wanted.float() * (1 - smoothing) + smoothing / 2
        return functional.binary_cross_entropy_with_logits(logits[:, 0], soft, reduction="none")
    return functional.cross_entropy(logits, wanted, reduction="none", label_smoothing=smoothing)


def several(logits: Tensor, wanted: Tensor) -> Tensor:
    """Loss of several yes/no questions, of shape (batch,): the mean of those whose answer is known.

    Those marked PERHAPS count as one question: whether any of them is true.
    """
    known = (wanted != UNKNOWN) & (wanted != PERHAPS)
    each = functional.binary_cross_entropy_with_logits(logits, (wanted == PRESENT).float(), reduction="none")
    perhaps = wanted == PERHAPS
    none_of_them = (functional.logsigmoid(-logits) * perhaps).sum(1)
    any_of_them = -torch.log((1 - none_of_them.exp()).clamp(min=1e-6)) * perhaps.any(1)
    # The sum, not the mean: a topic's own example must count as much as the fourteen that it is not.
    return ((each * known).sum(1) + any_of_them) / 4


def _evidence(logits: Tensor, batch: Sequence[Encoded], rows: Sequence[int]) -> Tensor:
    total = torch.zeros(())
    for i in rows:
        reason = torch.tensor(batch[i].reason, dtype=torch.float)
        each = functional.binary_cross_entropy_with_logits(logits[i, : len(reason)].float(), reason)
        total = total + each
    return total


def likeness(found: Tensor, wanted: Tensor) -> Tensor:
    """One minus the cosine, averaged: how far embeddings are from those of the untrained encoder."""
    return 1 - functional.cosine_similarity(found.float(), wanted.float()).mean()
