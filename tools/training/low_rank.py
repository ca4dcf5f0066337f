"""Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685): a large encoder trained by few weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import torch
from torch import Tensor, nn

RANK, SCALE = 32, 2.0


class LowRank(nn.Module):
    """A linear layer that stays as it is; beside it the product of two thin matrices, zero at first."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base, self.on = base, True
        self.a = nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, states: Tensor) -> Tensor:
        """As nn.Linear."""
        plain: Tensor = self.base(states)
        if not self.on:
            return plain
        thin = states @ self.a.to(states.dtype).T
        return plain + thin @ (SCALE * self.b).to(states.dtype).T


class Adapted(nn.Module):
    """An encoder in bfloat16 with low-rank weights beside every matrix of its layers.

    Args:
        encoder: from transformers; one without segments, such as MPNet, works as well.
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.model = encoder.to(torch.bfloat16).requires_grad_(False)
        for parent in list(encoder.encoder.modules()):  # type: ignore[union-attr]
            for name, layer in list(parent.named_children()):
                if isinstance(layer, nn.Linear) and not isinstance(parent, LowRank):
                    setattr(parent, name, LowRank(layer))
                elif isinstance(layer, nn.Dropout):
                    layer.p = 0.0  # words are hidden instead: Recipe.masked

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> SimpleNamespace:
        """The states in single precision; segments are not shown to the encoder."""
        with torch.autocast(input_ids.device.type, enabled=False):
            found = self.model(input_ids=input_ids, attention_mask=attention_mask)
        return SimpleNamespace(last_hidden_state=found.last_hidden_state.float())

    def untrained(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        """The states that the encoder gave before."""
        with self._off():
            return self.forward(input_ids, attention_mask)

    @contextmanager
    def _off(self) -> Iterator[None]:
        layers = [layer for layer in self.modules() if isinstance(layer, LowRank)]
        try:
            for layer in layers:
                layer.on = False
            yield
        finally:
            for layer in layers:
                layer.on = True
