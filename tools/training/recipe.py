"""Everything that changes the result of a training run."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Written into the adapter's manifest."""

    seed: int = 20261122
    epochs: float = 1.7
    """Over all texts, in the first, broad phase."""
    focus_epochs: float = 2
    """Over what customers write to brands and as many other texts, in the second phase."""
    focus_learning_rate: float = 4e-4
    blend: float = 0.5
    """Share of the second phase's weights in what is kept; the rest are the first's, which carry over
    better to texts of other times and topics (averaging fine-tuned weights: Wortsman et al. 2022)."""
    batch: int = 48
    rank: int = 32
    alpha: int = 64
    learning_rate: float = 1e-3
    warm_up: float = 0.06
    """Share of the steps in which the learning rate rises; it falls linearly afterwards."""
    weight_decay: float = 0.01
    smoothing: float = 0.05
    window: int = 96
    """Tokens; all but the longest reviews are shorter."""
    averaging: float = 0.998
    """Of the running average of the weights, which is what is kept."""
    limit: int = 0
    """Use only so many examples (for trying the script out); 0: all."""

    def focused(self) -> Recipe:
        """The second phase's own recipe."""
        return replace(self, epochs=self.focus_epochs, learning_rate=self.focus_learning_rate)
