"""The network: one shared encoder, one pass, a linear head for every question."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

HEADS: Mapping[str, int] = {"sentiment": 3, "complaint": 1}
"""Head -> outputs: a softmax over several classes, or one yes/no logit. A new question is a new row."""


class Network(nn.Module):
    """Encoder with mean pooling (as the encoder was trained, Reimers & Gurevych 2019) and heads."""

    def __init__(self, encoder: nn.Module, hidden: int, heads: Mapping[str, int] = HEADS) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, outputs) for name, outputs in heads.items()})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """Logits by head, each of shape (batch, outputs), for token ids of shape (batch, length)."""
        pooled = self.dropout(self.embed(input_ids, attention_mask))
        return {name: head(pooled) for name, head in self.heads.items()}

    def embed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Sentence embeddings of shape (batch, hidden): the mean over the real tokens."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return torch.as_tensor((states * mask).sum(1) / mask.sum(1).clamp(min=1))
