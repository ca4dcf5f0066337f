"""Whether n-grams beside the network gain, and which: decided on the validation cut alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.reading import TOPICS
from nlp.calibration import fit_classes, fit_yes_no
from nlp.corpora.example import ABSENT, PRESENT
from nlp.evaluation.measures import confusion, macro_f1, macro_recall
from nlp.heads import YES_NO
from training.calibrate import GENERAL, fit_several

SURE = 2.0
"""Standard errors that the gain in log-loss must be away from none."""
FOLDS = 5
MAY_LOSE = 0.005
"""Half a point: what the cross-validated score may lose; log-loss, known far better, must gain."""
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A regression of one head."""

    strength: float
    sets: frozenset[str]
    weights: Floats
    bias: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The validation texts of one head."""

    head: str
    network: Floats
    labels: Labels
    sets: NDArray[np.str_]
    allowed: Sequence[tuple[str, ...]]
    folds: Labels
    """Which of FOLDS each text belongs to, by its own hash."""

    def losses(self, logits: Floats) -> NDArray[np.float64]:
        """Log-loss of each text after calibration, shape (texts,)."""
        if self.head == "topics":
            known = (self.labels == PRESENT) | (self.labels == ABSENT)
            yes = fit_several(logits, self.labels).yes(logits)
            right = np.where(self.labels == PRESENT, yes, 1 - yes)
            return np.asarray(-(np.log(right + 1e-12) * known).sum(axis=1))
        if self.head in YES_NO:
            yes = fit_yes_no(logits[:, 0], self.labels).yes(logits[:, 0])
            return np.asarray(-np.log(np.where(self.labels == 1, yes, 1 - yes) + 1e-12))
        found = fit_classes(logits, self.labels).classes(logits)
        return np.asarray(-np.log(found[np.arange(len(found)), self.labels] + 1e-12))

    def score(self, logits: Floats, rows: NDArray[np.bool_]) -> float:
        """The mean over the sets of what each is measured by; of topics, see `_topics`."""
        if self.head == "topics":
            return self._topics(logits, rows)
        got = logits[:, 0] > 0 if self.head in YES_NO else logits.argmax(axis=1)
        each = []
        for name in sorted(set(self.sets[rows].tolist())):
            here = rows & (self.sets == name)
            measure = macro_recall if name == GENERAL else macro_f1
            counts = confusion(self.labels[here], got[here], max(2, logits.shape[1]))
            each.append(float(measure(counts)))
        return float(np.mean(each))

    def _topics(self, logits: Floats, rows: NDArray[np.bool_]) -> float:
        """The mean of how often the likeliest is right, and of the F1 of each topic that some text has."""
        asked = [i for i in np.flatnonzero(rows).tolist() if self.allowed[i]]
        right = [TOPICS[int(logits[i].argmax())] in self.allowed[i] for i in asked]
        wanted, said = self.labels[rows], logits[rows] > 0
        some, known = wanted == PRESENT, (wanted == PRESENT) | (wanted == ABSENT)
        found = 2 * (some & said).sum(axis=0) / np.maximum(1, some.sum(axis=0) + (known & said).sum(axis=0))
        has = some.any(axis=0)
        return float(np.mean([np.mean(right or [False]), found[has].mean() if has.any() else 0.0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One way to add n-grams, on the validation texts."""

    fitted: Fitted
    share: float
    logits: Floats
    """Of network and n-grams, on the validation texts."""
    gain: NDArray[np.float64]
    """In log-loss, of each of them."""


def choice(held: Held, tried: Sequence[Tried], rows: NDArray[np.bool_]) -> Tried | None:
    """Of those with at least half of the best gain in log-loss, the one with the best score."""
    score = held.score(held.network, rows)
    found = []
    for one in tried:
        gain = one.gain[rows]
        told = gain.mean() / max(float(gain.std()) / np.sqrt(len(gain)), 1e-9)
        if told >= SURE and (reached := held.score(one.logits, rows)) >= score:
            found.append((reached, float(gain.mean()), one))
    enough = max((gain for _, gain, _ in found), default=0.0) / 2
    return max((f for f in found if f[1] >= enough), key=lambda f: f[:2], default=(0, 0, None))[2]


def holds_elsewhere(held: Held, tried: Sequence[Tried]) -> bool:
    """Cross-validation of the choice itself: of so many, some do well on a few hundred texts by chance."""
    logits, gain = held.network.copy(), np.zeros(len(held.network))
    for fold in range(FOLDS):
        rows = held.folds == fold
        chosen = choice(held, tried, ~rows)
        if chosen is not None:
            logits[rows], gain[rows] = chosen.logits[rows], chosen.gain[rows]
    everything = np.ones(len(gain), dtype=bool)
    reached, score = held.score(logits, everything), held.score(held.network, everything)
    print(
        f"n-grams for {held.head}, cross-validated: log-loss {-gain.mean():+.4f}, "
        f"score {100 * score:.1f} -> {100 * reached:.1f}",
        flush=True,
    )
    return bool(gain.mean() > 0 and reached > score - MAY_LOSE)
