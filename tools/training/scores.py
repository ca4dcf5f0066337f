"""How well the heads do on held-back examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.evaluation.measures import confusion, macro_f1, macro_recall
from nlp.heads import ON_TEXT, TARGET, YES_NO
from nlp.network import Network
from training.batches import Encoded, Labelled, device_of, tensors
from training.losses import SEVERAL

Logits = Mapping[str, NDArray[np.float32]]


def rows_with(
    head: str, data: Sequence[Encoded], examples: Sequence[Labelled], corpus: str | None = None
) -> list[int]:
    """The places of the examples that have a label for a head which is to the point, of one set or of all."""
    return [
        i
        for i, (e, (c, _)) in enumerate(zip(data, examples, strict=True))
        if head in e.labels and (c.name == corpus if corpus else c.weights.get(head, 1.0) == 1.0)
    ]


def validate(logits: Logits, data: Sequence[Encoded], examples: Sequence[Labelled]) -> dict[str, float]:
    """Macro-recall of the sentiments and macro-F1 of the others, by set and head."""
    scores = {}
    places = {(corpus.name, head) for (corpus, _), e in zip(examples, data, strict=True) for head in e.labels}
    for name, head in sorted(places):
        if head in SEVERAL or head not in logits:
            continue
        rows = rows_with(head, data, examples, name)
        values = logits[head][rows]
        got = (values[:, 0] > 0) if head in YES_NO else values.argmax(1)
        wanted = [int(str(data[i].labels[head])) for i in rows]
        counts = confusion(wanted, got, max(2, values.shape[1]))
        score = macro_recall if head == "sentiment" else macro_f1
        scores[f"{name}.{head}"] = round(float(score(counts)), 4)
    return scores


def average_score(network: Network, data: Sequence[Encoded], examples: Sequence[Labelled]) -> float:
    """The mean of `validate` over sets and heads: what early stopping goes by."""
    scores = validate(logits_of(network, data), data, examples)
    return float(np.mean(list(scores.values()))) if scores else 0.0


@torch.no_grad()
def logits_of(network: Network, data: Sequence[Encoded], size: int = 64) -> Logits:
    """What the heads on texts and towards targets say, each of shape (examples, answers)."""
    network.eval()
    device = device_of(network)
    found: dict[str, NDArray[np.float32]] = {}
    by_length = sorted(range(len(data)), key=lambda i: len(data[i].tokens))
    for start in range(0, len(data), size):
        rows = by_length[start : start + size]
        answers = network(*tensors([data[i] for i in rows], device))
        for head in (*ON_TEXT, TARGET):
            values = answers[head].float().cpu().numpy()
            found.setdefault(head, np.zeros((len(data), values.shape[1]), np.float32))[rows] = values
    return found
