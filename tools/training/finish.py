"""From trained weights to an adapter: n-grams beside the network, calibrated on the validation cut."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.adapter import NGRAMS, PEAK, Manifest, network, put, save_adapter, save_manifest
from nlp.adapter.trained import NAME, Trained
from nlp.clean import for_model
from nlp.encoder import PACKAGED, PACKAGED_SHA256
from nlp.heads import EMBEDDING, EVIDENCE, ON_TEXT, PREFIX, TARGET
from nlp.network import Network
from nlp.ngrams.weights import load, save
from nlp.runtime.compiled import Answers, open_runtime
from nlp.runtime.peaks import measure
from training import ngrams
from training.batches import Encoded, Labelled
from training.calibrate import calibrate, evidence_above, unsure_below
from training.recipe import Recipe
from training.scores import validate

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
            found[rest] = parameter.detach().float().cpu().numpy()
        elif place + "." == PREFIX and rest.split(".")[0] in kept:
            found[PREFIX + rest] = parameter.detach().float().cpu().numpy()
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
        Trained.save(rounded / NAME, (e.text for _, e in examples), (e.text for _, e in validation))
        found = complete(rounded, manifest, answers, examples, validation, encoded)
        put(rounded, out)
    return found


def complete(
    out: Path,
    manifest: Manifest,
    answers: Answers,
    examples: Sequence[Labelled],
    validation: Sequence[Labelled],
    encoded: Sequence[Encoded],
) -> Manifest:
    """Fit n-grams and calibration to the network's answers; write them beside its weights.

    Args:
        out: folder of the adapter.
        manifest: is completed.
        answers: the network's, on the validation examples.
        examples: that it was trained on.
        validation: what is chosen on.
        encoded: the same, as tokens.
    """
    chosen = ngrams.fit(examples, validation, answers.heads)
    if chosen:
        save(out / NGRAMS, ngrams.together(chosen))
        texts = [for_model(e.text, e.target) for _, e in validation]
        kept = load(out / NGRAMS)  # rounded, as it will be read with
        answers = replace(answers, heads=kept.add_to(answers.heads, kept.scores(texts)))
    calibration = calibrate(answers, encoded, validation)
    found = manifest.model_copy(
        update={
            "calibration": calibration,
            "unsure_below": unsure_below(answers, calibration["sentiment"], encoded, validation),
            "evidence_above": evidence_above(answers, calibration[EVIDENCE], encoded),
            "validation": validate(answers.heads, encoded, validation),
            "ngrams": {head: one.share for head, one in chosen.items()},
        }
    )
    save_manifest(out, found)
    return found
