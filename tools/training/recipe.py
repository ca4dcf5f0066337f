"""Everything that changes the result of a training run, besides the table of sets (nlp/corpora/table.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Written into the adapter's manifest."""

    seed: int = 20261122
    passes: float = 1.0
    """Multiplies the passes of the table."""
    early: float = 0.6
    """Share of the training in which the sets that are marked `early` are seen."""
    batch: int = 64
    learning_rate: float = 1.2e-4
    """Of the encoder."""
    head_learning_rate: float = 1e-3
    warm_up: float = 0.06
    """Share of the steps in which the learning rates rise; they fall linearly afterwards."""
    weight_decay: float = 0.01
    smoothing: float = 0.05
    masked: float = 0.08
    """Share of the words that are hidden from the encoder: regularises like dropout, and costs nothing."""
    window: int = 80
    """Tokens; all but the longest reviews are shorter."""
    averaging: float = 0.998
    """Of the running average of the weights, which is what is kept."""
    evidence: float = 0.5
    embedding: float = 0.5
    """Weights of the losses of marked words, and of staying able to say what the untrained encoder said."""
    compare_every: int = 4
    """Steps from one comparison with the untrained encoder to the next."""
    judge_every: int = 500
    """Steps from one look at the validation cut to the next; the weights that did best there are kept."""
    patience: int = 10
    """Training stops after so many looks without a better one; a high learning rate costs some, at first."""
    taught: float = 0.6
    """Share of the teacher's answers in the loss of an example that it was asked about (tools/teach.py)."""
    teacher: str = ""
    """Revision of the teacher; none: people's labels alone."""
    start: str = ""
    """Revision of the adapter that it began with; none: the untrained encoder."""
    blend: float = 1.0
    """Share of what was trained in the weights that are kept; the rest is of the adapter that it began with.
    Chosen on the validation cut at the end: such a mean may carry over better than either (Wortsman et al.
    2022, arXiv 2109.01903)."""
    precision: str = "auto"
    """`float32`, `bfloat16`, or whichever is faster where it is trained (training/precision.py)."""
    limit: int = 0
    """Use only so many examples (for trying the script out); 0: all."""
