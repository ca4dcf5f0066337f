"""One labelled text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core.reading import TOPICS
from nlp.fingerprint import fingerprint

Label = int | tuple[int, ...]
"""Of a head with classes: their index; of one yes/no question: 0 or 1; of several: one of these for each."""

ABSENT, PRESENT, PERHAPS, UNKNOWN = 0, 1, 2, -1
"""For several yes/no questions. PERHAPS: at least one of those so marked is true, nobody said which."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text, and what people said about it. A head without a label is not trained on it."""

    corpus: str
    id: str
    text: str
    target: str | None = None
    """What the label `target` is about; the model gets it as the second text of a pair."""
    labels: Mapping[str, Label] = field(default_factory=dict)
    reason: str | None = None
    """The words of the text that speak for its label, as an annotator marked them."""
    allowed: tuple[str, ...] = ()
    """Topics that count as right where the likeliest one is asked for."""
    part: str = ""
    """A part of its set that is also measured by itself."""

    @cached_property
    def fingerprint(self) -> str:
        """The same for texts that differ only in handles, links, case and punctuation."""
        return fingerprint(self.text)


def topics(
    *present: str, perhaps: tuple[str, ...] = (), unknown: tuple[str, ...] = TOPICS
) -> tuple[int, ...]:
    """A label for the head `topics`.

    Args:
        present: keys that it is about.
        perhaps: it is about at least one of these.
        unknown: of these nothing is known; all others are absent.
    """
    return tuple(
        PRESENT if key in present else PERHAPS if key in perhaps else UNKNOWN if key in unknown else ABSENT
        for key in TOPICS
    )
