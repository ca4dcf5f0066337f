"""What makes probabilities of logits, and the thresholds on them: fitted on the validation cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlp.calibration import Calibration, fit_classes, fit_yes_no
from nlp.corpora.example import ABSENT, PERHAPS, PRESENT
from nlp.heads import EMBEDDING, EVIDENCE, YES_NO
from nlp.runtime.compiled import Answers
from training.batches import Encoded, Labelled
from training.scores import rows_with

SURE = 0.8
"""Share of tweets whose sentiment is not called unsure."""
NEVER_FITTED = 0.5
"""A threshold for which there is nothing to choose it by."""
GENERAL = "tweeteval_sentiment"
Floats = NDArray[np.float32]


def calibrate(
    answers: Answers, data: Sequence[Encoded], examples: Sequence[Labelled]
) -> dict[str, Calibration]:
    """Of every head, on the sets whose labels are to the point; as it is, where there are none."""
    found = {head: Calibration() for head in (*answers.heads, EVIDENCE) if head != EMBEDDING}
    for head, logits in answers.heads.items():
        rows = rows_with(head, data, examples)
        if not rows:
            continue
        labels = np.array([data[i].labels[head] for i in rows])
        if head == "topics":
            found[head] = fit_several(logits[rows], labels)
        elif head in YES_NO:
            found[head] = fit_yes_no(logits[rows, 0], labels)
        else:
            found[head] = fit_classes(logits[rows], labels)
    if marked := _marked(answers, data):
        logits, reasons = (np.concatenate(parts) for parts in zip(*marked, strict=True))
        found[EVIDENCE] = fit_yes_no(logits, reasons)
    return found


def fit_several(logits: Floats, labels: NDArray[np.int64]) -> Calibration:
    """Temperature and shift with the least negative log-likelihood, for several yes/no questions.

    As in training, those marked PERHAPS count as one: whether any of them is true. Left out, texts of which
    only so much is known would not count, and the likeliest topic be right more often than it says.

    Args:
        logits: of shape (n, questions).
        labels: of the same shape.
    """
    known, perhaps = (labels == PRESENT) | (labels == ABSENT), labels == PERHAPS
    some = perhaps.any(axis=1)
    start = fit_yes_no(logits[known], labels[known])

    def loss(values: NDArray[np.float64]) -> float:
        scaled = values[0] * logits.astype(np.float64) + values[1]
        each = np.logaddexp(0, scaled) - (labels == PRESENT) * scaled
        none = -(np.logaddexp(0, scaled) * perhaps).sum(axis=1)[some]
        return float(each[known].sum() - np.log(np.maximum(1 - np.exp(none), 1e-12)).sum())

    slope, shift = minimize(loss, [1 / start.temperature, start.shift], method="Nelder-Mead").x
    return Calibration(temperature=round(1 / max(float(slope), 0.05), 4), shift=round(float(shift), 4))


def unsure_below(
    answers: Answers, calibration: Calibration, data: Sequence[Encoded], examples: Sequence[Labelled]
) -> float:
    """Below this probability lie the least certain sentiments of general tweets, all but a share of SURE."""
    general = rows_with("sentiment", data, examples, GENERAL) or rows_with("sentiment", data, examples)
    if not general:
        return NEVER_FITTED
    likeliest = calibration.classes(answers.heads["sentiment"][general]).max(axis=1)
    return round(float(np.quantile(likeliest, 1 - SURE)), 3)


def evidence_above(answers: Answers, calibration: Calibration, data: Sequence[Encoded]) -> float:
    """From this likelihood on, tokens match best what people marked, by the mean F1 of a text's tokens."""
    marked = [(calibration.yes(w), r.astype(bool)) for w, r in _marked(answers, data)]
    if not marked:
        return NEVER_FITTED

    def f1(threshold: float) -> float:
        chosen = [(w >= threshold, r) for w, r in marked]
        return float(np.mean([2 * (c & r).sum() / max(1, c.sum() + r.sum()) for c, r in chosen]))

    tried: list[float] = np.arange(0.1, 0.9, 0.02).round(2).tolist()
    return max(tried, key=f1)


def _marked(answers: Answers, data: Sequence[Encoded]) -> list[tuple[Floats, NDArray[np.int64]]]:
    return [
        (answers.tokens[i][1 : len(e.reason) - 1], np.array(e.reason[1:-1]))
        for i, e in enumerate(data)
        if e.reason is not None
    ]
