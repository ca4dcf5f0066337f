"""Heads that do not choose one of several classes: topics, evidence, and what follows from a reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.reading import SENTIMENTS, TOPICS, Reading
from nlp.corpora.example import ABSENT, PRESENT
from nlp.evaluation import measures as m
from nlp.evaluation.chosen import figures, table
from nlp.evaluation.gather import Item
from nlp.evaluation.overlap import guesses, locate, overlap, places
from nlp.evaluation.report import Confusion, Figure, Score

Flagged = Callable[[Item, Reading], bool]
"""Whether the rules raise an alert for it."""


@dataclass(slots=True)
class LikeliestTopic:
    """Whether the likeliest of the built-in topics is one of those that count as right."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    confidence: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep an answer; False: the reader has no topics."""
        if not reading.topics:
            return False
        allowed = item.example.allowed
        got = max(TOPICS, key=lambda key: reading.topics.get(key, 0.0))
        self.pairs[" or ".join(allowed), got] += 1
        self.confidence.append(reading.topics.get(got, 0.0))
        self.right.append(got in allowed)
        return True

    def score(self) -> Score | None:
        """None: nothing was kept."""
        if not self.right:
            return None
        wrong = len(self.right) - sum(self.right)
        counts = np.array([[sum(self.right), wrong], [0, 0]])
        return Score(
            texts=len(self.right),
            figures=figures(counts, {"likeliest topic right": m.accuracy}),
            calibration=m.reliability(self.confidence, self.right),
            confusion=self._confusion(),
        )

    def _confusion(self) -> Confusion:
        rows = sorted(
            {wanted for wanted, _ in self.pairs}, key=lambda names: TOPICS.index(names.split(" or ")[0])
        )
        columns = [key for key in TOPICS if any(got == key for _, got in self.pairs)]
        return Confusion(
            wanted=tuple(rows),
            got=tuple(columns),
            counts=tuple(tuple(self.pairs[row, column] for column in columns) for row in rows),
        )


@dataclass(slots=True)
class EachTopic:
    """Several yes/no questions: which topics a text is about.

    Args:
        answers: topic -> yes or no, of those that somebody answered.
    """

    answers: Callable[[Item, Reading], Iterator[tuple[str, bool]]]
    texts: int = 0
    counts: dict[str, m.Counts] = field(default_factory=dict)
    confidence: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep the answers; False: the reader has none of these topics."""
        kept = False
        for key, wanted in self.answers(item, reading):
            if key not in reading.topics:
                continue
            p, kept = reading.topics[key], True
            self.counts.setdefault(key, np.zeros((2, 2), dtype=np.int64))[int(wanted), int(p >= 0.5)] += 1
            self.confidence.append(max(p, 1 - p))
            self.right.append((p >= 0.5) == wanted)
        self.texts += kept
        return kept

    def score(self) -> Score | None:
        """None: nothing was kept, or no topic has both answers: always the same one would be right."""
        each = {key: self._of(counts) for key, counts in sorted(self.counts.items())}
        f1s = [values["f1"] for values in each.values() if 0 < values["present"] < values["texts"]]
        if not f1s:
            return None
        return Score(
            texts=self.texts,
            figures={"F1, mean of topics": Figure(value=float(np.mean(f1s)))},
            calibration=m.reliability(self.confidence, self.right),
            each=each,
        )

    @staticmethod
    def _of(counts: m.Counts) -> dict[str, float]:
        return {
            "texts": int(counts.sum()),
            "present": int(counts[1].sum()),
            "precision": float(m.precision_of_last(counts)),
            "recall": float(m.recall_of_last(counts)),
            "f1": float(m.f1_of_last(counts)),
        }


def built_in(item: Item, _: Reading) -> Iterator[tuple[str, bool]]:
    """The built-in topics of which it is known whether the text is about them."""
    labels = item.example.labels.get("topics")
    if isinstance(labels, tuple):
        for key, label in zip(TOPICS, labels, strict=True):
            if label in (PRESENT, ABSENT):
                yield key, label == PRESENT


def team_owned(item: Item, reading: Reading) -> Iterator[tuple[str, bool]]:
    """The team's own topics: a text is about those that its row names, and about no other."""
    for key in sorted(reading.topics.keys() - set(TOPICS)):
        yield key, key in (item.own or frozenset())


@dataclass(slots=True)
class Evidence:
    """How well the words that it points at agree with those that a person marked."""

    f1: list[float] = field(default_factory=list)
    jaccard: list[float] = field(default_factory=list)
    given: int = 0
    guessed: dict[str, list[float]] = field(default_factory=dict)

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep an agreement; what was marked in no one piece of the text is passed over."""
        text, marked = item.example.text, locate(item.example.text, item.example.reason or "")
        if marked is None:
            return True
        found = overlap(text, places(reading.evidence), [marked])
        self.given += bool(reading.evidence)
        self.f1.append(found.f1)
        self.jaccard.append(found.jaccard)
        for name, guess in guesses(text).items():
            ours = overlap(text, guess, [marked])
            self.guessed.setdefault(f"F1 of the {name}", []).append(ours.f1)
            self.guessed.setdefault(f"Jaccard of the {name}", []).append(ours.jaccard)
        return True

    def score(self) -> Score | None:
        """None: it never points at anything."""
        if not self.given:
            return None
        values = {"F1 of words": self.f1, "Jaccard of characters": self.jaccard, **self.guessed}
        found = {name: _mean(some) for name, some in values.items()}
        found["share with evidence"] = Figure(value=self.given / len(self.f1))
        return Score(texts=len(self.f1), figures=found)


def _mean(values: list[float]) -> Figure:
    low, high = m.mean_interval(values)
    return Figure(value=float(np.mean(values)), low=low, high=high)


@dataclass(slots=True)
class Alerts:
    """Whether the rules flag what people called negative or a complaint."""

    flagged: Flagged
    counts: m.Counts = field(default_factory=lambda: np.zeros((2, 2), dtype=np.int64))

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep a judgement."""
        labels = item.example.labels
        negative = SENTIMENTS.index("negative") in (labels.get("sentiment"), labels.get("target"))
        unhappy = negative or labels.get("complaint") == 1
        self.counts[int(unhappy), int(self.flagged(item, reading))] += 1
        return True

    def score(self) -> Score | None:
        """None: nothing was kept."""
        total = int(self.counts.sum())
        some: Mapping[str, m.Measure] = {
            "precision": m.precision_of_last,
            "recall": m.recall_of_last,
            "false-alarm rate": m.false_alarm_rate,
        }
        found = figures(self.counts, some)
        names = ("no", "unhappy"), ("not flagged", "flagged")
        return Score(texts=total, figures=found, confusion=table(self.counts, *names)) if total else None


@dataclass(slots=True)
class Supported:
    """How many texts of one language are taken for a language that the reader reads."""

    counts: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep one."""
        self.counts[int(reading.supported)] += 1
        return True

    def score(self) -> Score | None:
        """None: nothing was kept."""
        no, yes = self.counts
        found = figures(np.array([[yes, no], [0, 0]]), {"taken for readable": m.accuracy}) if no + yes else {}
        return Score(texts=no + yes, figures=found, unsupported=no / (no + yes)) if found else None
