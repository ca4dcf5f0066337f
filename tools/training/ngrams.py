"""Fits the n-grams beside the network: a logistic regression a head, on the train cut.

How strongly it is held back, on which sets it is fitted and how much it counts is chosen on the validation
cut, by the log-loss of network and n-grams together and by the head's score. A head gets none where that
choice does not gain on texts that had no part in it, by cross-validation on that cut.
Nothing is drawn at random: the same data makes the same file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.clean import for_model
from nlp.corpora.example import ABSENT, PRESENT, Label
from nlp.heads import ON_TEXT
from nlp.ngrams.features import BUCKETS, features
from nlp.ngrams.weights import NGrams, rounded
from training.batches import Labelled, class_weights
from training.gain import FOLDS, Fitted, Held, Tried, choice, holds_elsewhere

STRENGTHS = (0.03, 0.1, 0.3, 1.0)
"""Of the regression's regularisation, scikit-learn's C; the weights of the examples are 1 on average."""
SHARES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7)
"""How much the regression's logits count beside the network's."""
RARE = 2
"""A bucket that fewer texts have teaches nothing."""
FEW = 30
"""With fewer validation texts nothing is chosen."""
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A head's n-grams, the share multiplied in."""

    weights: Floats
    """Shape (BUCKETS, outputs)."""
    bias: Floats
    share: float
    strength: float
    sets: frozenset[str]
    """That it was fitted on."""
    loss: tuple[float, float]
    """Mean log-loss of the validation texts, calibrated: of the network, and of both."""
    score: tuple[float, float]


def fit(
    examples: Sequence[Labelled], validation: Sequence[Labelled], logits: Mapping[str, Floats]
) -> dict[str, Chosen]:
    """The heads that gain.

    Args:
        examples: what the network was trained on, and nothing else.
        validation: what is chosen by.
        logits: the network's on the validation examples, by head.
    """
    rarity = class_weights(examples)
    found = {}
    for head in ON_TEXT:
        rows = [i for i in _once(validation, head) if validation[i][0].weights.get(head, 1.0) == 1.0]
        if len(rows) < FEW:
            continue
        held = Held(
            head=head,
            network=logits[head][rows],
            labels=np.array([validation[i][1].labels[head] for i in rows]),
            sets=np.array([validation[i][0].name for i in rows]),
            allowed=[validation[i][1].allowed for i in rows],
            folds=np.array([int(validation[i][1].fingerprint, 16) // 100 % FOLDS for i in rows]),
        )
        texts = _matrix([validation[i][1].text for i in rows])
        best = _best(held, texts, list(_trials(head, examples, rarity)))
        if best is not None:
            found[head] = best
            print(
                f"n-grams for {head}: share {best.share}, C {best.strength}, {len(best.sets)} sets, "
                f"log-loss {best.loss[0]:.4f} -> {best.loss[1]:.4f}, "
                f"score {100 * best.score[0]:.1f} -> {100 * best.score[1]:.1f}",
                flush=True,
            )
    return found


def together(chosen: Mapping[str, Chosen]) -> NGrams:
    """As they are shipped."""
    return rounded(
        {head: each.weights for head, each in chosen.items()},
        {head: each.bias for head, each in chosen.items()},
    )


def _best(held: Held, texts: csr_matrix, fitted: Sequence[Fitted]) -> Chosen | None:
    """The choice that gains, if choosing like that gains on texts that had no part in it."""
    before = held.losses(held.network)
    tried = []
    for one in fitted:
        says = np.asarray(texts @ one.weights + one.bias, dtype=np.float32)
        for share in SHARES:
            logits = held.network + share * says
            tried.append(Tried(fitted=one, share=share, logits=logits, gain=before - held.losses(logits)))
    everything = np.ones(len(before), dtype=bool)
    best = choice(held, tried, everything)
    if best is None or not holds_elsewhere(held, tried):
        return None
    return Chosen(
        weights=best.share * best.fitted.weights,
        bias=best.share * best.fitted.bias,
        share=best.share,
        strength=best.fitted.strength,
        sets=best.fitted.sets,
        loss=(float(before.mean()), float((before - best.gain).mean())),
        score=(held.score(held.network, everything), held.score(best.logits, everything)),
    )


def _trials(
    head: str, examples: Sequence[Labelled], rarity: Mapping[tuple[str, str, Label], float]
) -> Iterator[Fitted]:
    """On all sets that teach the head, on those of which some is held back, on those to the point."""
    rows, weight = [], []
    for i in _once(examples, head):
        corpus, example = examples[i]
        counts = corpus.passes * corpus.weight * corpus.weights.get(head, 1.0)
        if counts > 0:
            rows.append(i)
            weight.append(counts * rarity.get((corpus.name, head, example.labels[head]), 1.0))
    labels = np.array([examples[i][1].labels[head] for i in rows])
    weights = np.array(weight)
    texts = _matrix([examples[i][1].text for i in rows])
    sets = np.array([examples[i][0].name for i in rows], dtype=str)
    taught = {examples[i][0].name: examples[i][0] for i in rows}
    held = {name for name, corpus in taught.items() if corpus.validation > 0}
    to_the_point = {name for name in held if taught[name].weights.get(head, 1.0) == 1.0}
    for pool in dict.fromkeys(map(frozenset, (taught, held, to_the_point))):
        some = np.isin(sets, list(pool))
        if not _teaches(head, labels[some]):
            continue
        for strength in STRENGTHS:
            found = _regression(head, texts[some], labels[some], weights[some], strength)
            yield Fitted(strength=strength, sets=pool, weights=found[0], bias=found[1])


def _once(examples: Sequence[Labelled], head: str) -> list[int]:
    """The places of a head's examples; a text that a set holds with several targets counts once."""
    first: dict[tuple[str, str], int] = {}
    for i, (corpus, example) in enumerate(examples):
        if head in example.labels:
            first.setdefault((corpus.name, example.text), i)
    return list(first.values())


def _matrix(texts: Sequence[str]) -> csr_matrix:
    found = features([for_model(text) for text in texts])
    return csr_matrix((found.values, (found.rows, found.buckets)), shape=(len(texts), BUCKETS))


def _teaches(head: str, labels: Labels) -> bool:
    outputs = ON_TEXT[head]
    if head == "topics":
        return len(labels) > 0
    return set(labels.tolist()) == set(range(max(2, outputs)))


def _regression(
    head: str, texts: csr_matrix, labels: Labels, weight: NDArray[np.float64], strength: float
) -> tuple[Floats, Floats]:
    """Weights of shape (BUCKETS, outputs) and bias of shape (outputs,)."""
    having = np.bincount(texts.indices, minlength=BUCKETS)
    kept = np.flatnonzero(having >= RARE)
    # the rarer a bucket, the less its weight is held back; it is folded into the weights
    rarity = (np.log((1 + len(labels)) / (1 + having[kept])) + 1).astype(np.float32)
    scaled = texts[:, kept].multiply(rarity).tocsr()
    weights = np.zeros((BUCKETS, ON_TEXT[head]), dtype=np.float32)
    bias = np.zeros(ON_TEXT[head], dtype=np.float32)

    def fitted(rows: NDArray[np.intp], wanted: Labels, balanced: bool) -> tuple[Floats, Floats]:
        model = LogisticRegression(
            C=strength, max_iter=100, tol=1e-3, class_weight="balanced" if balanced else None
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not quite at the minimum is near enough
            model.fit(scaled[rows], wanted, sample_weight=weight[rows] / weight[rows].mean())
        return model.coef_.T * rarity[:, None], model.intercept_

    if head != "topics":
        weights[kept], bias[:] = fitted(np.arange(len(labels)), labels, balanced=False)
        return weights, bias
    for topic in range(ON_TEXT[head]):
        known = np.flatnonzero((labels[:, topic] == PRESENT) | (labels[:, topic] == ABSENT))
        wanted = labels[known, topic]
        if len(set(wanted.tolist())) == 2:
            each, bias[topic : topic + 1] = fitted(known, wanted, balanced=True)
            weights[kept, topic] = each[:, 0]
    return weights, bias
