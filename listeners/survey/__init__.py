"""Answers to surveys (NPS, CSAT, CES): an export in JSONL or CSV, or a folder of them.

options.py  what a target can ask for
score.py    a score to our rating, by the measure's own rule
read.py     a record to a mention
poll.py     pages and checkpoints; how files are read is in listeners/files/
"""

from __future__ import annotations

from core.target import Listener
from listeners.base import Asked, Borrowed, Source
from listeners.files.owned import TERMS
from listeners.survey.options import SurveyOptions


def _build(options: SurveyOptions, borrowed: Borrowed) -> Listener:
    from listeners.survey.poll import Survey

    return Survey(options, borrowed.clock)


def _asked(options: SurveyOptions) -> Asked:
    low, high = options.limits
    return Asked(
        request=f"{options.measure.upper()} answers, scores {low:g} to {high:g}, in {options.path.name}",
        cannot=("it cannot notice deletions in the survey tool: send such a row with `visibility: deleted`",),
    )


SOURCE = Source(
    name="survey",
    options=SurveyOptions,
    build=_build,
    terms=TERMS,
    reads=lambda options: options.path,
    asked=_asked,
    at_once=1,
)
