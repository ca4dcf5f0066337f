"""What training makes smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nlp.corpora.example import PERHAPS, PRESENT, UNKNOWN
from nlp.heads import EVIDENCE, TARGET, YES_NO
from training.batches import Encoded
from training.taught import WIDTHS, Rows

SEVERAL = ("topics", "goemotions")
UNTAUGHT = ("topics",)
"""Heads that learn from people's labels alone: of most topics a teacher has seen as little as its student."""
TOPIC_SHARE = 4
"""The topics' losses are divided by it: so much do they count beside the other heads."""
SOFTER = 2.0
"""Temperature at which a student sees its teacher's doubts."""


def loss_of(
    logits: Mapping[str, Tensor], batch: Sequence[Encoded], smoothing: float, evidence: float, taught: float
) -> Tensor:
    """Sum of the heads' losses, each over the examples that have its label, a share of the whole batch.

    Args:
        logits: by head.
        batch: what they are about.
        smoothing: of people's labels.
        evidence: weight of the marked words.
        taught: share of a teacher's answers in the loss of an example that has them.
    """
    device = logits[EVIDENCE].device
    total = torch.zeros((), device=device)
    told = torch.tensor([1.0 if e.taught is None else 1 - taught for e in batch], device=device)
    heads = {head for e in batch for head in e.labels}
    for head in sorted(heads):  # a sum in a set's order would differ from run to run
        rows = [i for i, e in enumerate(batch) if head in e.labels]
        wanted = torch.tensor([batch[i].labels[head] for i in rows], device=device)
        weight = torch.tensor([batch[i].weights[head] for i in rows], device=device)
        each = _each(head, logits[head][rows].float(), wanted, smoothing)
        people = 1.0 if head in UNTAUGHT else told[rows]
        total = total + (each * weight * people).sum() / len(batch)
    marked = [i for i, e in enumerate(batch) if e.reason is not None]
    if marked:
        total = total + evidence * _evidence(logits[EVIDENCE], batch, marked) / len(batch)
    answered = {i: e.taught for i, e in enumerate(batch) if e.taught is not None}
    if answered:
        total = total + taught * imitation(logits, batch, answered).sum() / len(batch)
    return total


def imitation(logits: Mapping[str, Tensor], batch: Sequence[Encoded], answered: Mapping[int, Rows]) -> Tensor:
    """How far a student's answers are from its teacher's, over the taught heads (Hinton et al. 2015).

    Severity counts as far as the teacher calls the text a complaint, a target's sentiment where there is one.

    Args:
        logits: by head, of the batch.
        batch: what they are about.
        answered: row of the batch -> what the teacher answered.

    Returns:
        Of shape (answered,).
    """
    device = logits[EVIDENCE].device
    rows = list(answered)
    answers = torch.tensor(np.stack([*answered.values()]), dtype=torch.float, device=device)
    wanted = dict(zip(WIDTHS, answers.split(list(WIDTHS.values()), dim=1), strict=True))
    aimed = torch.tensor([float(batch[i].aimed) for i in rows], device=device)
    counts = {"severity": wanted["complaint"][:, 0].sigmoid(), TARGET: aimed}
    total = torch.zeros(len(rows), device=device)
    for head, answer in wanted.items():
        if head not in UNTAUGHT:
            total = total + counts.get(head, 1.0) * _unlike(head, logits[head][rows].float(), answer)
    return total


def _unlike(head: str, logits: Tensor, wanted: Tensor) -> Tensor:
    if head in YES_NO:
        each = functional.binary_cross_entropy_with_logits(logits, wanted.sigmoid(), reduction="none")
        return each.sum(1) / (TOPIC_SHARE if head in SEVERAL else 1)
    soft = functional.softmax(wanted / SOFTER, dim=1)
    found = functional.log_softmax(logits / SOFTER, dim=1)
    return SOFTER**2 * functional.kl_div(found, soft, reduction="none").sum(1)


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
    return ((each * known).sum(1) + any_of_them) / TOPIC_SHARE


def _evidence(logits: Tensor, batch: Sequence[Encoded], rows: Sequence[int]) -> Tensor:
    total = torch.zeros((), device=logits.device)
    for i in rows:
        reason = torch.tensor(batch[i].reason, dtype=torch.float, device=logits.device)
        each = functional.binary_cross_entropy_with_logits(logits[i, : len(reason)].float(), reason)
        total = total + each
    return total


def likeness(found: Tensor, wanted: Tensor) -> Tensor:
    """One minus the cosine, averaged: how far embeddings are from those of the untrained encoder."""
    return 1 - functional.cosine_similarity(found.float(), wanted.float()).mean()
