"""The questions that the network answers, one linear head each: names, widths, and how an answer is read."""

from __future__ import annotations

from collections.abc import Mapping

from core.reading import EMOTIONS, SENTIMENTS, SEVERITIES, TOPICS

ON_TEXT: Mapping[str, int] = {
    "sentiment": len(SENTIMENTS),
    "complaint": 1,
    "severity": len(SEVERITIES),
    "topics": len(TOPICS),
    "emotion": len(EMOTIONS),
    "offensive": 1,
    "irony": 1,
}
"""Head -> outputs. One output is a yes/no question; `topics` are as many of them; the others are classes."""

TARGET, EVIDENCE, EMBEDDING = "target", "evidence", "embedding"
"""Sentiment towards a pair's second text; how much a token belongs to the reason; the sentence embedding."""

YES_NO = frozenset({*(head for head, outputs in ON_TEXT.items() if outputs == 1), "topics", EVIDENCE})
"""Heads whose outputs are read one by one; the others' sum up to one."""

PREFIX = "heads."
"""What the names of their weights begin with: heads.NAME.weight, heads.NAME.bias."""

DIGITS = 4
"""Of a probability that is kept: more would be noise of the order of summation."""
