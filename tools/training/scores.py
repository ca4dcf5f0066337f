"""How well a network does on held-back examples."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from nlp.metrics import macro_f1, macro_recall
from nlp.network import Network
from training.batches import UNLABELLED, Encoded, tensors


@torch.inference_mode()
def predict(network: Network, data: Sequence[Encoded], size: int = 128) -> dict[str, Tensor]:
    """Logits by head, in the order of the data."""
    network.eval()
    order = sorted(range(len(data)), key=lambda i: len(data[i].tokens))
    found: dict[str, list[Tensor]] = {}
    for start in range(0, len(order), size):
        logits = network(*tensors([data[i] for i in order[start : start + size]]))
        for name, values in logits.items():
            found.setdefault(name, []).append(values.float())
    back = torch.tensor(order).argsort()
    return {name: torch.cat(parts)[back] for name, parts in found.items()}


def validate(network: Network, data: Sequence[Encoded], corpora: Sequence[str]) -> dict[str, float]:
    """Macro-recall of sentiment and macro-F1 of complaint, by corpus."""
    logits = predict(network, data)
    scores = {}
    for corpus in sorted(set(corpora)):
        for head, score in (("sentiment", macro_recall), ("complaint", macro_f1)):
            rows = [i for i, c in enumerate(corpora) if c == corpus and getattr(data[i], head) != UNLABELLED]
            if not rows:
                continue
            values = logits[head][rows]
            got = (values.argmax(1) if values.shape[1] > 1 else (values[:, 0] > 0).long()).tolist()
            scores[f"{corpus}.{head}"] = round(score([getattr(data[i], head) for i in rows], got), 4)
    return scores
