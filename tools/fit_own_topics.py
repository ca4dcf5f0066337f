"""Fits the constants of a team's own topics (nlp/own_topics.py) and prints what they are worth.

    python tools/fit_own_topics.py --data ../shared/data

Labelled sets are played as own topics (topic_trials.py): a sentence of ours, and examples from the set,
chosen with a fixed seed in four ways: none; any two to eight; one to five of the quarter that is nearest to
the sentence, and the nearest one to five, as a team's own examples are clearer than what customers write.
Every third topic also has three counter-examples among what it would get wrong; everything else of the set is
`other`. The second table has examples that we wrote (topic_situations.py): good, useless and odd ones. Each
row is of constants that were fitted without that set: the figures are of a brand they never saw. The last
line is what to write into the module.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score

from nlp.corpora.cuts import only_measured, read_set
from nlp.evaluation.measures import reliability
from nlp.fingerprint import fingerprint
from nlp.model import Model
from nlp.ordinary import ORDINARY
from nlp.own_topics import Prototype, Scale, Vectors, features, probability
from topic_situations import WRITTEN, situations
from topic_trials import TRIALS, Trial

Embed = Callable[[Sequence[str]], Vectors]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]
SIGNS = np.array([1, -1, -1, -1])
"""Nearer to the topic must never make it less likely, nearer to anything else never more."""
COUNTERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A labelled set of which texts and sentences are embedded."""

    trial: Trial
    texts: Vectors
    labels: Sequence[frozenset[str]]
    ordinary: Vectors

    def about(self, topic: str) -> Bools:
        """Which texts are about it, shape (texts,)."""
        return np.array([topic in named for named in self.labels])


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One topic with examples, over the rest of its set."""

    trial: str
    how: str
    """How the examples were chosen."""
    found: Floats
    """Features, shape (texts, 4)."""
    wanted: Bools


def play(trial: Trial, data: Path, embed: Embed, rows: int, seed: int) -> Played:
    """Read a set, some rows of it; what the model is measured by tunes nothing."""
    held = only_measured(data)
    rows_of_set = read_set(data, trial.name, trial.split)
    table = [row for row in rows_of_set if fingerprint(row["text"]) not in held]
    chosen = [table[i] for i in np.random.default_rng(seed).permutation(len(table))[:rows]]
    return Played(
        trial=trial,
        texts=embed([row["text"] for row in chosen]),
        labels=[trial.labels(row) for row in chosen],
        ordinary=embed(ORDINARY),
    )


def choices(rng: np.random.Generator, about: Indices) -> Iterator[tuple[str, Indices]]:
    """Examples of a topic, in several ways, from the texts about it, the nearest to its sentence first."""
    clear = about[: max(5, len(about) // 4)]
    yield "none", about[:0]
    yield "any", rng.choice(about, int(rng.choice([2, 3, 5, 5, 8])), replace=False)
    yield "near", rng.choice(clear, int(rng.choice([1, 2, 3, 5])), replace=False)
    yield "nearest", about[: int(rng.choice([1, 2, 3, 5]))]


def draw(played: Played, embed: Embed, seed: int) -> Iterator[Drawn]:
    """Every topic of a set, with each choice of examples and, for every third, counter-examples."""
    rng = np.random.default_rng(seed)
    texts, topics = played.texts, played.trial.topics
    for number, (topic, sentence) in enumerate(zip(topics, embed(list(topics.values())), strict=True)):
        wanted = played.about(topic)
        about = np.flatnonzero(wanted)
        if len(about) < 10:
            continue
        for how, examples in choices(rng, about[np.argsort(-(texts[about] @ sentence))]):
            rest = np.ones(len(texts), dtype=bool)
            rest[examples] = False
            against = examples[:0]
            if number % 3 == 2:
                plain = Prototype(sentence=sentence, examples=texts[examples], counter_examples=texts[:0])
                near = features(texts, plain, played.ordinary)[:, 0]
                wrong = [i for i in np.argsort(-near) if rest[i] and not wanted[i]][:60]
                against = rng.choice(wrong, COUNTERS, replace=False)
                rest[against] = False
            drawn = Prototype(sentence=sentence, examples=texts[examples], counter_examples=texts[against])
            found = features(texts[rest], drawn, played.ordinary)
            yield Drawn(trial=played.trial.name, how=how, found=found, wanted=wanted[rest])


def written(played: Played, embed: Embed) -> Iterator[Drawn]:
    """The topics for which we wrote examples ourselves, in each situation, over the whole set."""
    for topic, ours in WRITTEN.get(played.trial.name, {}).items():
        sentence = played.trial.topics[topic]
        for how, examples in situations(sentence, ours).items():
            vectors = embed([sentence, *examples])
            prototype = Prototype(
                sentence=vectors[0], examples=vectors[1:], counter_examples=played.texts[:0]
            )
            found = features(played.texts, prototype, played.ordinary)
            yield Drawn(trial=played.trial.name, how=how, found=found, wanted=played.about(topic))


def fit(drawn: Sequence[Drawn]) -> Scale:
    """The weights with the signs of their meaning and a bias: the least log-loss, sets count the same."""
    topics = {d.trial: sum(e.trial == d.trial for e in drawn) for d in drawn}
    found = np.vstack([d.found for d in drawn])
    wanted = np.concatenate([d.wanted for d in drawn]).astype(float)
    weight = np.concatenate(
        [np.full(len(d.wanted), 1 / (len(topics) * topics[d.trial] * len(d.wanted))) for d in drawn]
    )

    def loss(constants: Floats) -> tuple[float, Floats]:
        logit = found @ constants[:-1] + constants[-1]
        off = weight * (1 / (1 + np.exp(-logit)) - wanted)
        value = float((weight * (np.logaddexp(0, logit) - wanted * logit)).sum())
        return value, np.append(found.T @ off, off.sum())

    bounds = [(0, 60) if sign > 0 else (-60, 0) for sign in SIGNS]
    start = np.append(SIGNS * 2.0, -2.0)
    best = minimize(loss, start, jac=True, bounds=[*bounds, (-60, 60)], method="L-BFGS-B")
    topic, ordinary, cohesion, counter, bias = map(float, best.x)  # as SIGNS and `features` have them
    return Scale(topic=topic, ordinary=ordinary, cohesion=cohesion, counter=counter, bias=bias)


def figures(drawn: Sequence[Drawn], scale: Scale) -> str:
    """One row: means over the topics of a set; calibration over all its texts."""
    rows, everything, right = [], [], []
    for d in drawn:
        p = probability(d.found, scale)
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
    error = reliability(np.concatenate(everything), np.concatenate(right)).error
    share = np.concatenate(right).mean()
    shown = " | ".join(f"{value:.2f}" for value in np.mean(rows, axis=0))
    return f"{len(drawn)} | {share:.1%} | {shown} | {error:.3f}"


def flagged(drawn: Sequence[Drawn], scales: Mapping[str, Scale]) -> str:
    """One row: mean precision and recall; texts flagged for one that is about it: the median, the most."""
    rows = []
    for d in drawn:
        said = probability(d.found, scales[d.trial]) >= 0.5
        hits = int((said & d.wanted).sum())
        rows.append((hits / max(1, int(said.sum())), hits / d.wanted.sum(), said.sum() / d.wanted.sum()))
    precision, recall, times = np.array(rows).T
    shown = f"{precision.mean():.2f} | {recall.mean():.2f} | {np.median(times):.2f} | {times.max():.1f}"
    return f"{len(drawn)} | {shown}"


def kinds(drawn: Sequence[Drawn]) -> Iterator[tuple[str, list[Drawn]]]:
    """By how the examples were chosen."""
    for how in dict.fromkeys(d.how for d in drawn):
        yield how, [d for d in drawn if d.how == how]


def main() -> None:
    """Draw, fit without each set in turn, print the tables, then fit on everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=3_000, help="texts of each set")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    embed = Model().embed
    sets = [play(trial, args.data, embed, args.rows, args.seed) for trial in TRIALS]
    drawn = [d for played in sets for d in draw(played, embed, args.seed)]
    without = {s.trial.name: fit([d for d in drawn if d.trial != s.trial.name]) for s in sets}
    print("| set | examples | topics | share | AP | precision | recall | F1 | best F1 | ECE |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, scale in without.items():
        for how, held in kinds([d for d in drawn if d.trial == name]):
            print(f"| {name} | {how} | {figures(held, scale)} |")
    print("\n| examples | topics | precision | recall | flagged for one about it, median | most |")
    print("|---|---|---|---|---|---|")
    for how, held in kinds([d for played in sets for d in written(played, embed)]):
        print(f"| {how} | {flagged(held, without)} |")
    shown = ", ".join(f"{name}={round(value, 2) + 0.0}" for name, value in asdict(fit(drawn)).items())
    print(f"SCALE = Scale({shown})")


if __name__ == "__main__":
    main()
