"""What an evaluation found, and its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nlp.adapter.trained import Use
from nlp.evaluation.gather import Account
from nlp.evaluation.marks import CALIBRATION_GOAL, MARKS, UNSURE_GOAL, UNSURE_SHARE, Mark
from nlp.evaluation.measures import ClassCalibration, Covered, Reliability

DIGITS = 5
FEW = 50
"""Below so many texts a figure says little: it is printed, and set beside nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure between 0 and 1, and where it would lie 19 times of 20 with other texts of the same kind."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each was taken for each: a row for what was wanted, a column for what was given."""

    wanted: tuple[str, ...]
    got: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one head does on one set of texts."""

    texts: int
    figures: Mapping[str, Figure]
    """Measure -> figure; the field's own measure first."""
    calibration: Reliability | None = None
    class_calibration: ClassCalibration | None = None
    confusion: Confusion | None = None
    coverage: tuple[Covered, ...] = ()
    """Macro-recall on the most certain part."""
    unsure: float | None = None
    """Share of texts of which the reader says that it is not sure."""
    sure: float | None = None
    """Macro-recall on the others."""
    unsupported: float = 0.0
    """Share of texts in whose language the reader abstains."""
    each: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Key of a topic -> figures of that topic alone."""

    @property
    def gain(self) -> float | None:
        """By how much macro-recall rises on the UNSURE_SHARE most certain texts."""
        by_share = {point.share: point.value for point in self.coverage}
        if 1.0 not in by_share or UNSURE_SHARE not in by_share:
            return None
        return by_share[UNSURE_SHARE] - by_share[1.0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A score and its place."""

    model: str
    head: str
    name: str
    """Of the set."""
    split: str
    part: str
    """Of the set; empty: all of it."""
    score: Score

    @property
    def measure(self) -> str:
        """The field's own."""
        return next(iter(self.score.figures))

    @property
    def figure(self) -> Figure:
        """By the field's own measure."""
        return self.score.figures[self.measure]

    @property
    def mark(self) -> Mark:
        """What it is compared with; empty where there are too few texts, or nothing is known."""
        return MARKS.get((self.head, self.name, self.part), Mark()) if self.score.texts >= FEW else Mark()

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None: there is none."""
        goal = self.mark.goal
        return None if goal is None else round(100 * self.figure.value, 1) >= goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was found."""

    models: Mapping[str, str]
    """Name as it was asked for -> revision."""
    accounts: tuple[Account, ...]
    results: tuple[Result, ...]
    unasked: Mapping[str, Mapping[str, int]]
    """Model -> head that it does not have -> texts that ask for it."""
    known: int
    """Texts that the adapter is known to have been made with; 0: nothing is known, everything was counted."""

    @property
    def problems(self) -> int:
        """Rows and files that could not be read."""
        return sum(account.problems for account in self.accounts)


def headlines(results: Iterable[Result]) -> list[Result]:
    """One result a head, in the order of the heads: of a set that others measured, else of the largest."""
    best: dict[str, Result] = {}
    for result in results:
        before = best.get(result.head)
        if not result.part and (before is None or _weight(result) > _weight(before)):
            best[result.head] = result
    return list(best.values())


def _weight(result: Result) -> tuple[bool, int, int]:
    mark = result.mark
    known = bool(mark.published or mark.goal)
    return known, len(mark.published), result.score.texts


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain values: figures between 0 and 1, marks in percent as they were published."""
    return {
        "models": dict(report.models),
        "trained_texts_known": report.known,
        "goals": {
            "calibration_error_at_most": CALIBRATION_GOAL,
            "points_gained_at_80_percent": UNSURE_GOAL,
        },
        "files": [_account(account) for account in report.accounts],
        "results": [_result(result) for result in report.results],
        "not_measured": {model: dict(heads) for model, heads in report.unasked.items()},
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "set": account.name,
        "split": account.split,
        "rows": account.rows,
        "examples": account.counted,
        "left_out_trained_on": account.left_out[Use.TRAINED],
        "left_out_tuned_on": account.left_out[Use.TUNED],
        "is_sample": account.is_sample,
        "rows_without_label": account.bare,
        "problems": account.problems,
    }


def _result(result: Result) -> dict[str, Any]:
    mark = {key: value for key, value in asdict(result.mark).items() if value not in (None, ())}
    score = {key: value for key, value in asdict(result.score).items() if value not in (None, (), {})}
    found: dict[str, Any] = _rounded(
        {
            "model": result.model,
            "head": result.head,
            "set": result.name,
            "split": result.split,
            "part": result.part,
            "measure": result.measure,
            "value": result.figure.value,
            "reached": result.reached,
            "gain_at_80_percent": result.score.gain,
            "marks": mark,
            **score,
        }
    )
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(each) for each in value]
    return value
