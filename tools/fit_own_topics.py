"""Fits the constants of a team's own topics (nlp/own_topics.py) and prints what they are worth.

    python tools/fit_own_topics.py --data ../shared/data

Labelled sets are played as own topics (topic_trials.py): a sentence of ours, two to eight examples drawn from
the set with a fixed seed, for every third topic also three counter-examples among what it would get wrong;
everything else of the set is `other`. Each row of the table is of constants that were fitted without that
set: the figures are of a brand they never saw. The last two lines are what to write into the module.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score

from nlp.corpora.cuts import only_measured, read_rows
from nlp.evaluation.measures import calibrate
from nlp.fingerprint import fingerprint
from nlp.model import Model
from nlp.ordinary import ORDINARY
from nlp.own_topics import Prototype, Vectors, features
from topic_trials import TRIALS, Trial

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NAMES = ("sentence", "examples", "nearest", "ordinary", "cohesion", "counter")
SIGNS = np.array([1, 1, 1, -1, -1, -1])
"""Nearer to the topic must never make it less likely, nearer to anything else never more."""
ALL = np.ones(6, dtype=bool)
NO_EXAMPLES = np.array([True, False, False, True, False, True])
COUNTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One topic with drawn examples, over the rest of its set."""

    trial: str
    found: Floats
    """Features, shape (texts, 6)."""
    wanted: Bools


def draw(
    trial: Trial, data: Path, embed: Callable[[Sequence[str]], Vectors], rows: int, seed: int
) -> Iterator[Drawn]:
    """Every topic of a set, with examples and, for every third, counter-examples."""
    held = only_measured(data)  # what the model is measured by tunes nothing
    rows_of_set = read_rows(data / trial.name / f"{trial.split}.jsonl.gz")
    table = [row for row in rows_of_set if fingerprint(row["text"]) not in held]
    rng = np.random.default_rng(seed)
    chosen = [table[i] for i in rng.permutation(len(table))[:rows]]
    texts = embed([row["text"] for row in chosen])
    ordinary, sentences = embed(ORDINARY), embed(list(trial.topics.values()))
    for number, (topic, sentence) in enumerate(zip(trial.topics, sentences, strict=True)):
        wanted = np.array([topic in trial.labels(row) for row in chosen])
        about = np.flatnonzero(wanted)
        if len(about) < 10:
            continue
        examples = rng.choice(about, int(rng.choice([2, 3, 5, 5, 8])), replace=False)
        rest = np.ones(len(texts), dtype=bool)
        rest[examples] = False
        plain = Prototype(sentence=sentence, examples=texts[examples], counter_examples=texts[:0])
        if number % 3 == 2:
            near = features(texts, plain, ordinary)[:, :2].sum(axis=1)
            wrong = [i for i in np.argsort(-near) if rest[i] and not wanted[i]][:60]
            against = rng.choice(wrong, COUNTERS, replace=False)
            rest[against] = False
            plain = Prototype(sentence=sentence, examples=texts[examples], counter_examples=texts[against])
        yield Drawn(trial=trial.name, found=features(texts[rest], plain, ordinary), wanted=wanted[rest])


def fit(drawn: Sequence[Drawn], free: Bools) -> Floats:
    """Six weights with the signs of their meaning and a bias: the least log-loss, sets count the same."""
    topics = {d.trial: sum(e.trial == d.trial for e in drawn) for d in drawn}
    found = np.vstack([d.found for d in drawn])
    wanted = np.concatenate([d.wanted for d in drawn]).astype(float)
    weight = np.concatenate(
        [np.full(len(d.wanted), 1 / (len(topics) * topics[d.trial] * len(d.wanted))) for d in drawn]
    )

    def loss(constants: Floats) -> tuple[float, Floats]:
        logit = found @ constants[:6] + constants[6]
        off = weight * (1 / (1 + np.exp(-logit)) - wanted)
        value = float((weight * (np.logaddexp(0, logit) - wanted * logit)).sum())
        return value, np.append(found.T @ off, off.sum())

    bounds = [((0, 60) if s > 0 else (-60, 0)) if f else (0, 0) for s, f in zip(SIGNS, free, strict=True)]
    start = np.append(SIGNS * 2.0 * free, -2.0)
    best = minimize(loss, start, jac=True, bounds=[*bounds, (-60, 60)], method="L-BFGS-B")
    return np.asarray(best.x)


def figures(drawn: Sequence[Drawn], constants: Floats) -> str:
    """One row: means over the topics of a set; calibration over all its texts."""
    rows, everything, right = [], [], []
    for d in drawn:
        p = 1 / (1 + np.exp(-(d.found @ constants[:6] + constants[6])))
        said = p >= 0.5
        hits = int((said & d.wanted).sum())
        rows.append(
            (
                average_precision_score(d.wanted, p),
                hits / max(1, int(said.sum())),
                hits / max(1, int(d.wanted.sum())),
                2 * hits / max(1, int(said.sum() + d.wanted.sum())),
                max(
                    2 * int(((p >= t) & d.wanted).sum()) / max(1, int((p >= t).sum() + d.wanted.sum()))
                    for t in np.linspace(0.05, 0.95, 19)
                ),
            )
        )
        everything.append(p)
        right.append(d.wanted)
    error = calibrate(np.concatenate(everything), np.concatenate(right)).error
    share = np.concatenate(right).mean()
    shown = " | ".join(f"{value:.2f}" for value in np.mean(rows, axis=0))
    return f"{len(drawn)} | {share:.1%} | {shown} | {error:.3f}"


def main() -> None:
    """Draw, fit without each set in turn, print the table, then fit on everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=3_000, help="texts of each set")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    embed = Model().embed
    drawn = [d for trial in TRIALS for d in draw(trial, args.data, embed, args.rows, args.seed)]
    print("| set | constants | topics | share | AP | precision | recall | F1 | best F1 | ECE |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in dict.fromkeys(d.trial for d in drawn):
        held, rest = [d for d in drawn if d.trial == name], [d for d in drawn if d.trial != name]
        for what, free in (("with examples", ALL), ("sentence only", NO_EXAMPLES)):
            print(f"| {name} | {what} | {figures(held, fit(rest, free))} |", flush=True)
    for what, free in (("WITH_EXAMPLES", ALL), ("SENTENCE_ONLY", NO_EXAMPLES)):
        constants = [round(float(value), 2) + 0.0 for value in fit(drawn, free)]
        shown = ", ".join(f"{n}={v}" for n, v in zip((*NAMES, "bias"), constants, strict=True))
        print(f"{what} = Scale({shown})")


if __name__ == "__main__":
    main()
