"""Readings a second: ours, `transformers.pipeline`, a linear model, and the limit that the machine sets."""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch

from nlp import adapter
from nlp.clean import for_model
from nlp.encoder import PACKAGED, locate
from nlp.evaluation.measures import confusion, macro_recall
from nlp.heads import PREFIX
from nlp.model import Model
from nlp.ngrams.weights import NGrams
from nlp.runtime.batches import batches
from nlp.runtime.compiled import open_runtime
from nlp.tokens import encode, load
from posts import texts

ROUNDS = 3
FEW = 96
"""Texts for what is slow."""


def rates(works: Mapping[str, tuple[Callable[[], Any], int]]) -> dict[str, float]:
    """For each work and its number of texts: texts a second, the median of rounds in which all take turns."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (work, count) in works.items():
            began = time.perf_counter()
            work()
            took[name].append(count / (time.perf_counter() - began))
    return {name: statistics.median(found) for name, found in took.items()}


def measure() -> dict[str, float]:
    """Everything about speed and about what rounding to eight bits costs."""
    some, labels = texts()
    few = some[:: max(1, len(some) // FEW)][:FEW]
    model, pipeline, linear = Model(), reference_pipeline(), linear_model(some)
    tokenizer = load(locate(PACKAGED))
    cleaned = [for_model(text) for text in some]
    ids = [e.ids for e in encode(tokenizer, cleaned, [None] * len(some))]
    model.read(some[:64])
    pipeline(few[:4])
    found = rates(
        {
            "readings/s, Earful": (lambda: model.read(some), len(some)),
            "readings/s, Earful, one at a time": (lambda: [model.read([t]) for t in few], len(few)),
            "readings/s, pipeline, batches of 1": (lambda: pipeline(few, batch_size=1), len(few)),
            "readings/s, pipeline, batches of 32": (lambda: pipeline(some[:320], batch_size=32), 320),
            "readings/s, linear model (sentiment only)": (lambda: linear.predict_proba(some), len(some)),
            "n-grams of texts/s, batches of 64": (lambda: ngrams_of(cleaned), len(cleaned)),
            "readings/s, its matrix products alone, bfloat16": (
                lambda: products(ids, torch.bfloat16),
                len(ids),
            ),
            "readings/s, its matrix products alone, int8": (lambda: products(ids, torch.int8), len(ids)),
        }
    )
    ours = found["readings/s, Earful"]
    limit = max(rate for name, rate in found.items() if "alone" in name)
    return {
        **found,
        "Earful over pipeline, batches of 1": ours / found["readings/s, pipeline, batches of 1"],
        "Earful over pipeline, batches of 32": ours / found["readings/s, pipeline, batches of 32"],
        "Earful over the linear model": ours / found["readings/s, linear model (sentiment only)"],
        "Earful over the faster of the matrix products alone": ours / limit,
        **rounding(ids, labels),
    }


def ngrams_of(cleaned: Sequence[str]) -> None:
    """What the n-grams beside the network cost; less than 0.15 ms a text is the goal."""
    ngrams = shipped_ngrams()
    for start in range(0, len(cleaned), 64):
        ngrams.scores(cleaned[start : start + 64])


@cache
def shipped_ngrams() -> NGrams:
    found = adapter.ngrams(adapter.read_manifest())
    assert found, "the shipped adapter has n-grams"  # noqa: S101
    return found


def reference_pipeline() -> Any:
    """The same encoder in single precision as transformers runs it, with a classifier of three classes."""
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification, pipeline
    from transformers.utils import logging

    logging.set_verbosity_error()
    folder = locate(PACKAGED)
    config = AutoConfig.from_pretrained(str(folder))
    config.num_labels = 3
    classifier = BertForSequenceClassification(config).eval()
    weights = {n: torch.from_numpy(w) for n, w in adapter.network(folder).weights.items()}
    classifier.bert.load_state_dict(
        {n: w for n, w in weights.items() if not n.startswith(PREFIX)}, strict=False
    )
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    return pipeline("text-classification", model=classifier, tokenizer=tokenizer, device=-1, truncation=True)


def linear_model(some: Sequence[str]) -> Any:
    """Word n-grams into a logistic regression, fitted to anything: only its speed is asked for."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(some, [i % 3 for i in range(len(some))])


def products(ids: Sequence[Sequence[int]], kind: torch.dtype, layers: int = 6, hidden: int = 384) -> None:
    """The matrix products that the encoder needs for these texts in the runtime's batches, nothing else."""
    shapes = ((hidden, 3 * hidden), (hidden, hidden), (hidden, 4 * hidden), (4 * hidden, hidden))
    sides = [torch.ones(k, n, dtype=kind) for k, n in shapes]
    for batch in batches(ids):
        tokens = batch.ids.size
        for k, side in zip((k for k, _ in shapes), sides, strict=True):
            inputs = torch.ones(tokens, k, dtype=kind)
            for _ in range(layers):
                if kind == torch.int8:
                    torch._int_mm(inputs, side)
                else:
                    inputs @ side


def rounding(ids: Sequence[Sequence[int]], labels: Sequence[int] | None) -> dict[str, float]:
    """What eight bits change: how many sentiments stay, and how much macro-recall is lost."""
    folder = locate(PACKAGED)

    def sentiments(exact: bool) -> list[int]:
        runtime = open_runtime(adapter.revision(), lambda: adapter.network(folder), None, exact=exact)
        return [int(label) for label in runtime.run(ids).heads["sentiment"].argmax(axis=1)]

    plain, rounded = sentiments(exact=True), sentiments(exact=False)
    found = {"sentiments that rounding leaves as they are": float(np.mean(np.equal(plain, rounded)))}
    if labels is not None:
        before, after = (float(macro_recall(confusion(labels, got, 3))) for got in (plain, rounded))
        found["points of macro-recall that rounding costs"] = 100 * (before - after)
    return found
