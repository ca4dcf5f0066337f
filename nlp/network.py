"""The network: one shared encoder, one pass, a linear head for every question. Used to train and to check."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from nlp.heads import EMBEDDING, EVIDENCE, ON_TEXT, TARGET


class Network(nn.Module):
    """Encoder with mean pooling (as the encoder was trained, Reimers & Gurevych 2019) and linear heads.

    Args:
        encoder: gives `last_hidden_state`.
        hidden: its width.
        extra: heads that only training has: they teach the encoder and are not kept.
    """

    def __init__(self, encoder: nn.Module, hidden: int, extra: Mapping[str, int] | None = None) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.on_text = (*ON_TEXT, *(extra or {}))
        sizes = {**ON_TEXT, **(extra or {}), TARGET: ON_TEXT["sentiment"], EVIDENCE: 1, EMBEDDING: hidden}
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, outputs) for name, outputs in sizes.items()})
        with torch.no_grad():  # the embedding starts as the encoder's own
            self.heads[EMBEDDING].weight.copy_(torch.eye(hidden))  # type: ignore[operator]
            self.heads[EMBEDDING].bias.zero_()  # type: ignore[operator]

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> dict[str, Tensor]:
        """Logits by head, for token ids, mask and types of shape (batch, length).

        A pair's second text has type 1: `target` is read there, all else from the first. `evidence` has shape
        (batch, length), every other head (batch, outputs).
        """
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        text = self.dropout(pooled(states, attention_mask * (1 - token_type_ids)))
        target = self.dropout(pooled(states, attention_mask * token_type_ids))
        found = {name: self.heads[name](text) for name in (*self.on_text, EMBEDDING)}
        return {
            **found,
            TARGET: self.heads[TARGET](target),
            EVIDENCE: self.heads[EVIDENCE](states).squeeze(-1),
        }


def pooled(states: Tensor, mask: Tensor) -> Tensor:
    """The mean over the tokens of a mask, of shape (batch, hidden); zeros where it has none."""
    weight = mask.unsqueeze(-1).to(states.dtype)
    return torch.as_tensor((states * weight).sum(1) / weight.sum(1).clamp(min=1))
