"""How well the words that a reader points at agree with those that a person marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.reading import Span

_WORD = re.compile(r"\S+")
Place = tuple[int, int]
"""From a character to another one, the last excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Between 0 and 1 each."""

    f1: float
    """Over words; one belongs to a place that covers more than half of it."""
    jaccard: float
    """Over characters that are no blanks: how many are in both, of those in either."""


def overlap(text: str, found: Iterable[Place], marked: Iterable[Place]) -> Overlap:
    """Agreement of what was found with what was marked."""
    f, m = _characters(text, found), _characters(text, marked)
    words = [match.span() for match in _WORD.finditer(text)]
    in_f, in_m = (
        {w for w in words if 2 * len(some.intersection(range(*w))) > w[1] - w[0]} for some in (f, m)
    )
    return Overlap(
        f1=_share(2 * len(in_f & in_m), len(in_f) + len(in_m)), jaccard=_share(len(f & m), len(f | m))
    )


def locate(text: str, reason: str) -> Place | None:
    """Where the marked words stand, whatever their case and spacing; None: not in one piece."""
    words = [re.escape(word) for word in reason.split()]
    match = re.search(r"\s+".join(words), text, re.IGNORECASE) if words else None
    return match.span() if match else None


def guesses(text: str) -> dict[str, list[Place]]:
    """What can be pointed at without any model: the marks to beat."""
    words = [match.span() for match in _WORD.finditer(text)]
    middle = words[len(words) // 2][0] if words else 0
    return {
        "whole text": [(0, len(text))],
        "first half": [(0, middle)],
        "last half": [(middle, len(text))],
    }


def places(spans: Sequence[Span]) -> list[Place]:
    """A reading's evidence."""
    return [(span.start, span.end) for span in spans]


def _characters(text: str, some: Iterable[Place]) -> set[int]:
    return {
        i for start, end in some for i in range(max(0, start), min(end, len(text))) if not text[i].isspace()
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
