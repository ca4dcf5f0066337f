"""A reader whose readings stand in the texts, and the evaluation of such texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, TOPICS, Reading, Span
from nlp.adapter.trained import Trained
from nlp.corpora.files import find_files
from nlp.evaluation.report import Report, Result
from nlp.evaluation.run import evaluate


class Written:
    """Gives the readings that are written in the texts: `negative 0.9 ...`; a reader like any other."""

    revision = "written-1"
    aims = True

    def __init__(self, **always: object) -> None:
        self._always = always

    def prepare(self) -> None: ...

    def read(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> list[Reading]:
        about = targets or [None] * len(texts)
        return [
            self._one(text if target is None else target) for text, target in zip(texts, about, strict=True)
        ]

    def _one(self, text: str) -> Reading:
        def spread(names: Sequence[str]) -> dict[str, float]:
            said = [name for name in names if name in text.split()] or [names[0]]
            rest = 0.2 / (len(names) - 1)
            return {name: 0.8 if name == said[0] else rest for name in names}

        fields = {
            "model": self.revision,
            "language": "en",
            "supported": "fremd" not in text,
            "sentiment": spread(SENTIMENTS),
            "complaint": 0.9 if "complaint" in text else 0.1,
            "severity": spread((NO_COMPLAINT, *SEVERITIES)),
            "topics": {**{key: 0.9 if key in text else 0.1 for key in TOPICS}, "locker": 0.6},
            "emotion": spread(EMOTIONS),
            "offensive": 0.7 if "swear" in text else 0.2,
            "irony": 0.7 if "irony" in text else 0.2,
            "unsure": "hm" in text,
            "evidence": (Span(start=0, end=4, weight=1.0),),
        }
        return Reading(**{**fields, **self._always})  # type: ignore[arg-type]


class Plain(Written):
    """Takes no targets."""

    aims = False

    def read(self, texts: Sequence[str]) -> list[Reading]:  # type: ignore[override]
        return super().read(texts)


def write(folder: Path, *rows: dict[str, object], name: str = "shop") -> Path:
    (folder / name).mkdir(exist_ok=True, parents=True)
    (folder / name / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def run(folder: Path, **readers: Written) -> Report:
    given = readers or {"written": Written()}
    return evaluate(
        find_files(folder),
        given,
        Trained.nothing(),
        tell=lambda problem: pytest.fail(str(problem)),
        flagged=lambda _, reading: reading.complaint > 0.5,
    )


def of(report: Report, head: str, part: str = "") -> Result:
    (found,) = [r for r in report.results if r.head == head and r.part == part]
    return found
