"""The words that speak for a reading, as places in the original text."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.clean import for_model
from nlp.evidence import MOST, spans


def words_of(text: str) -> list[tuple[int, int]]:
    return [(0, 0), *(m.span() for m in re.finditer(r"\S+", for_model(text))), (0, 0)]


def found(text: str, weights: list[float], threshold: float = 0.5) -> list[str]:
    offsets = words_of(text)
    assert len(weights) == len(offsets) - 2
    spoken = spans(text, for_model(text), offsets, np.array([0.9, *weights, 0.9]), threshold)
    return [text[span.start : span.end] for span in spoken]


@pytest.mark.parametrize(
    ("text", "weights", "wanted"),
    [
        ("it is late again", [0, 0, 0.8, 0.9], ["late again"]),
        ("late and rude", [0.9, 0.1, 0.9], ["late and rude"]),
        ("late on a nice and sunny monday and rude", [0.9, 0, 0, 0, 0, 0, 0, 0, 0.8], ["late", "rude"]),
        ("it is late", [0.1, 0.1, 0.3], ["late"]),
        ("@acme lost &amp; broke it", [0, 0.9, 0.9, 0.9, 0], ["lost &amp; broke"]),
        ("so late 😡 https://x.example/1", [0, 0, 0.9, 0.9, 0], ["😡"]),
        ("so late \U0001f44e\U0001f3fd bye", [0, 0, 0.9, 0.9, 0.9, 0], ["\U0001f44e\U0001f3fd"]),
    ],
)
def test_the_spans_are_words_of_the_original_text(text: str, weights: list[float], wanted: list[str]) -> None:
    assert found(text, weights) == wanted


def test_only_the_strongest_are_kept_in_the_order_of_the_text() -> None:
    text = " ".join(f"w{i:02d} xxxxxxxxxxxxxxxxxxxx" for i in range(6))
    weights = [w for strong in (0.6, 0.9, 0.7, 0.6, 0.95, 0.55) for w in (strong, 0.0)]
    assert found(text, weights) == ["w01", "w02", "w04"]


def test_pieces_of_one_long_word_are_one_span() -> None:
    text = "late.no-reply.for-three-hours.rude"
    spoken = spans(text, text, [(0, 4), (4, 30), (30, 34)], np.array([0.9, 0.1, 0.7]), 0.5)
    assert [(span.start, span.end, span.weight) for span in spoken] == [(0, 34, 0.8)]


def test_a_text_without_words_has_none() -> None:
    assert spans("", "", [(0, 0), (0, 0)], np.array([0.9, 0.9]), 0.5) == ()


@settings(deadline=None)
@given(st.text(st.sampled_from("ab @&;😡\u200b\n") | st.characters(), max_size=60), st.randoms())
def test_any_spans_lie_in_the_text_and_do_not_overlap(text: str, random: object) -> None:
    halves = [((s, (s + e) // 2), ((s + e) // 2, e)) for s, e in words_of(text)]
    offsets = list(itertools.chain.from_iterable(halves))
    weights = np.random.default_rng(len(text)).random(len(offsets))
    spoken = spans(text, for_model(text), offsets, weights, 0.5)
    assert len(spoken) <= MOST
    assert all(0 <= s.start < s.end <= len(text) and 0 <= s.weight <= 1 for s in spoken)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spoken))
