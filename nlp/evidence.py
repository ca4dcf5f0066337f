"""Which words of the original text speak for its reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.reading import Span
from nlp.clean import origins
from nlp.heads import DIGITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 3
"""Spans of one text: enough to see why, few enough to be read."""
GAP = 12
"""Characters between two spans that are read as one: an "and", a "very"."""
_REST_OF_AN_EMOJI = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]+")
"""What the model does not see (nlp/clean.py) and nobody wants cut off: the tone of its skin."""


def spans(
    text: str,
    cleaned: str,
    offsets: Sequence[tuple[int, int]],
    weights: NDArray[np.floating],
    threshold: float,
    towards: str | None = None,
) -> tuple[Span, ...]:
    """The spans that matter most, in the order of the text.

    Args:
        text: the original one.
        cleaned: `for_model` of it, towards the same.
        offsets: of each token in the cleaned text; (0, 0) for those that are no words.
        weights: how likely each token belongs to the reason, of shape (tokens,).
        threshold: from which likelihood it counts. The likeliest word always does.
        towards: what the reading is about.

    Returns:
        Spans of whole words that do not overlap, in characters of `text`, each with the mean likelihood of
        its tokens.
    """
    words = [(s, e, float(w)) for (s, e), w in zip(offsets, weights, strict=False) if e > s]
    if not words:
        return ()
    bar = min(threshold, max(w for _, _, w in words))
    runs: list[list[tuple[int, int, float]]] = []
    for start, end, weight in words:
        if weight < bar:
            continue
        word = (*_whole_words(cleaned, start, end), weight)
        if runs and word[0] - runs[-1][-1][1] <= GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    back = origins(text, towards)
    best = sorted(runs, key=lambda run: -sum(w for _, _, w in run))[:MOST]
    found = []
    for run in sorted(best):
        start, end = back[run[0][0]][0], back[run[-1][1] - 1][1]
        mean = sum(w for _, _, w in run) / len(run)
        rest = _REST_OF_AN_EMOJI.match(text, end)
        found.append(Span(start=start, end=rest.end() if rest else end, weight=round(mean, DIGITS)))
    return tuple(found)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end
