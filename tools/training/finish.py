"""From trained weights to an adapter: what reading needs besides them is fitted on the validation cut."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.adapter import HEAD, PEAK, Manifest, network, save_adapter
from nlp.adapter.trained import NAME, Trained
from nlp.calibration import Calibration, fit_classes, fit_yes_no
from nlp.corpora.example import ABSENT, PRESENT
from nlp.encoder import PACKAGED, PACKAGED_SHA256
from nlp.network import EMBEDDING, EVIDENCE, ON_TEXT, TARGET, YES_NO, Network
from nlp.runtime.compiled import Answers, open_runtime
from nlp.runtime.peaks import measure
from training.batches import Encoded, Labelled
from training.recipe import Recipe
from training.scores import rows_with, validate

SURE = 0.8
"""Share of tweets whose sentiment is not called unsure."""
NEVER_FITTED = 0.5
"""A threshold for which there is nothing to choose it by."""
GENERAL = "tweeteval_sentiment"
MEASURED = 512
"""Texts on which the peaks are measured."""
Floats = NDArray[np.float32]


def weights_of(trained: Network) -> dict[str, Floats]:
    """What training changed and reading needs, by the names that the adapter has for them."""
    kept = {*ON_TEXT, TARGET, EVIDENCE, EMBEDDING}
    found: dict[str, Floats] = {}
    for name, parameter in trained.named_parameters():
        place, _, rest = name.partition(".")
        if place == "encoder" and parameter.requires_grad and not rest.startswith("pooler."):
            found[rest] = parameter.detach().float().numpy()
        elif place == "heads" and rest.split(".")[0] in kept:
            found[HEAD + rest] = parameter.detach().float().numpy()
    return found


def finish(
    out: Path,
    encoder: Path,
    trained: Network,
    examples: Sequence[Labelled],
    validation: Sequence[Labelled],
    encoded: Sequence[Encoded],
    recipe: Recipe,
) -> Manifest:
    """Write the adapter, calibrated as it will be read with: rounded to a few bits.

    Args:
        out: where to.
        encoder: folder of the untrained one.
        trained: the network.
        examples: that it was trained on.
        validation: what is fitted and chosen on.
        encoded: the same, as tokens.
        recipe: how it was trained.
    """
    from safetensors.numpy import load_file

    before, after = load_file(encoder / "model.safetensors"), weights_of(trained)
    manifest = Manifest(
        encoder=PACKAGED,
        encoder_sha256=PACKAGED_SHA256,
        languages=("en",),
        calibration={},
        unsure_below=0,
        evidence_above=0,
        recipe=asdict(recipe),
        examples=len(examples),
        validation={},
    )
    ids, types = [list(e.tokens) for e in encoded], [list(e.types) for e in encoded]
    with tempfile.TemporaryDirectory() as folder:
        rounded = Path(folder)
        save_adapter(rounded, before, after, manifest)
        plain = network(encoder, rounded)
        some = slice(None, None, max(1, len(ids) // MEASURED))
        peaks = measure(plain.weights, ids[some], types[some], attention_heads=plain.attention_heads)
        after |= {PEAK + name: values for name, values in peaks.items()}
        save_adapter(rounded, before, after, manifest)
        answers = open_runtime("in training", lambda: network(encoder, rounded), None).run(ids, types)
    calibration = calibrate(answers, encoded, validation)
    found = manifest.model_copy(
        update={
            "calibration": calibration,
            "unsure_below": unsure_below(answers, calibration["sentiment"], encoded, validation),
            "evidence_above": evidence_above(answers, calibration["evidence"], encoded),
            "validation": validate(answers.heads, encoded, validation),
        }
    )
    save_adapter(out, before, after, found)
    Trained.save(out / NAME, (e.text for _, e in examples), (e.text for _, e in validation))
    return found


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
            known = (labels == PRESENT) | (labels == ABSENT)
            found[head] = fit_yes_no(logits[rows][known], labels[known])
        elif head in YES_NO:
            found[head] = fit_yes_no(logits[rows, 0], labels)
        else:
            found[head] = fit_classes(logits[rows], labels)
    if marked := _marked(answers, data):
        logits, reasons = (np.concatenate(parts) for parts in zip(*marked, strict=True))
        found[EVIDENCE] = fit_yes_no(logits, reasons)
    return found


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

    return max((round(t, 2) for t in np.arange(0.1, 0.9, 0.02).tolist()), key=f1)


def _marked(answers: Answers, data: Sequence[Encoded]) -> list[tuple[Floats, NDArray[np.int64]]]:
    return [
        (answers.tokens[i][1 : len(e.reason) - 1], np.array(e.reason[1:-1]))
        for i, e in enumerate(data)
        if e.reason is not None
    ]
