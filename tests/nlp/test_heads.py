"""What is said once about the questions holds wherever they are read."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.reading import TOPICS
from nlp import tokens
from nlp.adapter import read_manifest
from nlp.calibration import Calibration
from nlp.chunk import Chunk
from nlp.encoder import PACKAGED, locate
from nlp.heads import DIGITS, EVIDENCE, ON_TEXT, TARGET, YES_NO


def test_a_yes_no_question_is_answered_by_itself_and_classes_with_each_other() -> None:
    widths = {**ON_TEXT, TARGET: ON_TEXT["sentiment"]}
    plain = {head: Calibration() for head in (*widths, EVIDENCE)}
    chunk = Chunk(
        texts=["late"],
        cleaned=["late"],
        targets=[None],
        encoded=tokens.encode(tokens.load(locate(PACKAGED)), ["late"], [None]),
        ngrams=None,
        manifest=read_manifest().model_copy(update={"calibration": plain}),
        revision="",
    )
    doubt = {head: np.zeros((1, width), np.float32) for head, width in widths.items()}
    for head, (row,) in chunk._probabilities(doubt).items():
        assert all(p == 0.5 for p in row) or sum(row) == pytest.approx(1, abs=len(row) * 10**-DIGITS), head
        assert len(row) > 1 or row == [0.5], f"{head}: one class among one would always be certain"


def test_the_names_are_those_that_readings_have() -> None:
    assert {head for head, outputs in ON_TEXT.items() if outputs == 1} == {"complaint", "offensive", "irony"}
    assert {"complaint", "offensive", "irony", "topics", EVIDENCE} == YES_NO
    assert ON_TEXT["topics"] == len(TOPICS)


def test_they_are_known_without_torch() -> None:
    program = "import sys, nlp.heads; print(*{'torch', 'numpy', 'openvino'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
