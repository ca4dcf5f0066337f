"""Heads that choose one of several classes: what people said, what the reader said, and the score."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from core.alerting import DEFAULT_RULES
from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, Reading
from nlp.evaluation import measures as m
from nlp.evaluation.gather import Item
from nlp.evaluation.report import Confusion, Figure, Score

NO_YES = ("no", "yes")
Given = Callable[[Reading], Sequence[float] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A class by whose probability rules flag, whether it is the answer or not."""

    name: str
    index: int
    """Among its question's classes."""
    threshold: float
    """The highest of the default rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a text and of a reading."""

    head: str
    classes: tuple[str, ...]
    measures: Mapping[str, m.Measure]
    """The field's own first."""
    wanted: Callable[[Item], int | None]
    """The class that people chose; None: nobody was asked."""
    given: Given
    """A probability for each class; None: the reader has no such head."""
    covered: bool = False
    """Whether it is worth asking what is left out for how much."""
    first_alone: bool = True
    """Whether a set of which people chose only the first class tells anything."""
    ruled: Ruled | None = None
    """The class by whose probability rules flag, where it is one of these."""


def figures(counts: m.Counts, some: Mapping[str, m.Measure]) -> dict[str, Figure]:
    """Each measure of a confusion, with its interval."""
    found = {}
    for name, measure in some.items():
        low, high = m.interval(counts, measure)
        found[name] = Figure(value=float(measure(counts)), low=low, high=high)
    return found


def table(counts: m.Counts, wanted: tuple[str, ...], got: tuple[str, ...]) -> Confusion:
    """A confusion with its names."""
    return Confusion(wanted=wanted, got=got, counts=tuple(tuple(map(int, row)) for row in counts))


@dataclass(slots=True)
class Chosen:
    """Answers to one question, on one set: a few bytes each."""

    question: Question
    wanted: array[int] = field(default_factory=lambda: array("b"))
    got: array[int] = field(default_factory=lambda: array("b"))
    confidence: array[float] = field(default_factory=lambda: array("d"))
    ruled: array[float] = field(default_factory=lambda: array("d"))
    supported: array[int] = field(default_factory=lambda: array("b"))
    unsure: array[int] = field(default_factory=lambda: array("b"))

    def add(self, item: Item, reading: Reading) -> bool:
        """Keep an answer; False: the reader has no such head."""
        wanted, given = self.question.wanted(item), self.question.given(reading)
        if wanted is None or given is None:
            return False
        self.wanted.append(wanted)
        self.got.append(max(range(len(given)), key=given.__getitem__))
        self.confidence.append(max(given))
        if self.question.ruled is not None:
            self.ruled.append(given[self.question.ruled.index])
        self.supported.append(reading.supported)
        self.unsure.append(reading.unsure)
        return True

    def score(self) -> Score | None:
        """None: nothing was kept, or nothing that tells anything."""
        asked = self.question
        if not self.wanted or not (asked.first_alone or any(self.wanted)):
            return None
        wanted, got, said = (np.asarray(each) for each in (self.wanted, self.got, self.confidence))
        counts = m.confusion(wanted.tolist(), got.tolist(), len(asked.classes))
        score = Score(
            texts=len(wanted),
            figures=figures(counts, asked.measures),
            calibration=m.reliability(said.tolist(), (wanted == got).tolist()),
            class_calibration=self._of_class(),
            confusion=table(counts, asked.classes, asked.classes),
            unsupported=1 - float(np.mean(np.asarray(self.supported))),
        )
        return self._covered(score) if asked.covered else score

    def _of_class(self) -> m.ClassCalibration | None:
        ruled = self.question.ruled
        if ruled is None:
            return None
        true = np.asarray(self.wanted) == ruled.index
        return m.class_calibration(np.asarray(self.ruled), true, ruled.name, ruled.threshold)

    def _covered(self, score: Score) -> Score:
        wanted, got = np.asarray(self.wanted), np.asarray(self.got)
        classes = len(self.question.classes)
        certain = np.asarray(self.confidence) * np.asarray(self.supported)  # what it abstains from comes last
        sure = np.asarray(self.unsure) == 0
        on_sure = m.macro_recall(m.confusion(wanted[sure].tolist(), got[sure].tolist(), classes))
        return replace(
            score,
            coverage=m.coverage(wanted.tolist(), got.tolist(), certain.tolist(), classes, m.macro_recall),
            unsure=1 - float(sure.mean()),
            sure=float(on_sure) if sure.any() else None,
        )


_FEELING: Mapping[str, m.Measure] = {
    "macro-F1": m.macro_f1,
    "macro-recall": m.macro_recall,
    "accuracy": m.accuracy,
}
_TWEETEVAL: Mapping[str, m.Measure] = {
    "macro-recall": m.macro_recall,
    "macro-F1": m.macro_f1,
    "accuracy": m.accuracy,
}
_TARGET: Mapping[str, m.Measure] = {"accuracy": m.accuracy, "macro-F1": m.macro_f1}
_PLAIN: Mapping[str, m.Measure] = {"macro-F1": m.macro_f1, "accuracy": m.accuracy}
_IRONY: Mapping[str, m.Measure] = {
    "F1 of irony": m.f1_of_last,
    "macro-F1": m.macro_f1,
    "accuracy": m.accuracy,
}


def _label(head: str, *, towards: bool = False) -> Callable[[Item], int | None]:
    """Of texts as a whole, or of those that are read towards a target."""

    def wanted(item: Item) -> int | None:
        found = item.example.labels.get(head) if (item.example.target is not None) == towards else None
        return found if isinstance(found, int) else None

    return wanted


def _of(names: Sequence[str], where: Callable[[Reading], Mapping[str, float]]) -> Given:
    def given(reading: Reading) -> list[float] | None:
        found = where(reading)
        return [found[name] for name in names] if found else None

    return given


def _yes(where: Callable[[Reading], float | None]) -> Given:
    def given(reading: Reading) -> list[float] | None:
        p = where(reading)
        return None if p is None else [1 - p, p]

    return given


def _severity(reading: Reading) -> list[float] | None:
    """Given that it is a complaint: without `none`."""
    found = [reading.severity[name] for name in SEVERITIES] if reading.severity else []
    total = sum(found)
    return [p / total for p in found] if total > 0 else [1 / len(found)] * len(found) if found else None


def _severity_or_none(item: Item) -> int | None:
    complaint, severity = _label("complaint")(item), _label("severity")(item)
    return 0 if complaint == 0 else None if severity is None else severity + 1


def _true_severity(item: Item) -> int | None:
    return None if _label("complaint")(item) == 0 else _label("severity")(item)


_NEGATIVE = Ruled(
    name="negative",
    index=SENTIMENTS.index("negative"),
    threshold=max(rule.negative or 0.0 for rule in DEFAULT_RULES),
)
_COMPLAINT = Question(
    head="complaint",
    classes=NO_YES,
    measures=_PLAIN,
    wanted=_label("complaint"),
    given=_yes(lambda r: r.complaint),
    ruled=Ruled(
        name="complaint",
        index=NO_YES.index("yes"),
        threshold=max(rule.complaint or 0.0 for rule in DEFAULT_RULES),
    ),
)
COMPLAINT_TOWARDS = replace(_COMPLAINT, wanted=_label("complaint", towards=True))
"""The same of texts that are read towards a target."""


@cache
def questions(name: str) -> tuple[Question, ...]:
    """Those that are asked of a set, with the measures that are usual for it."""
    return (
        Question(
            head="sentiment",
            classes=SENTIMENTS,
            measures=_TWEETEVAL if name == "tweeteval_sentiment" else _FEELING,
            wanted=_label("sentiment"),
            given=_of(SENTIMENTS, lambda r: r.sentiment),
            covered=True,
            ruled=_NEGATIVE,
        ),
        Question(
            head="target",
            classes=SENTIMENTS,
            measures=_TARGET,
            wanted=_label("target", towards=True),
            given=_of(SENTIMENTS, lambda r: r.sentiment),
            covered=True,
            ruled=_NEGATIVE,
        ),
        _COMPLAINT,
        Question(
            head="severity",
            classes=SEVERITIES,
            measures=_PLAIN,
            wanted=_true_severity,
            given=_severity,
        ),
        Question(
            head="severity or none",
            classes=(NO_COMPLAINT, *SEVERITIES),
            measures=_PLAIN,
            wanted=_severity_or_none,
            given=_of((NO_COMPLAINT, *SEVERITIES), lambda r: r.severity),
            first_alone=False,  # a set without severities has no other class: it is the complaint's question
        ),
        Question(
            head="emotion",
            classes=EMOTIONS,
            measures=_PLAIN,
            wanted=_label("emotion"),
            given=_of(EMOTIONS, lambda r: r.emotion),
        ),
        Question(
            head="offensive",
            classes=NO_YES,
            measures=_PLAIN,
            wanted=_label("offensive"),
            given=_yes(lambda r: r.offensive),
        ),
        Question(
            head="irony",
            classes=NO_YES,
            measures=_IRONY,
            wanted=_label("irony"),
            given=_yes(lambda r: r.irony),
        ),
    )
