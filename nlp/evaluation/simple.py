"""Earful's own form of a labelled row, for a team's own data: docs/evaluation.md shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.reading import EMOTIONS, NO_COMPLAINT, SENTIMENTS, SEVERITIES, TOPICS
from nlp.corpora.example import topics
from nlp.evaluation.overlap import locate

Row = Mapping[str, Any]
OF_A_MENTION = {"rating": (1, 5), "followers": (0, 10**10)}
"""What a rule may ask for besides the model, and between which numbers it lies."""


def read(row: Row) -> Iterator[dict[str, Any]]:
    """The examples of one row: the text; and, where `target` is given, the sentiment towards that, last.

    Raises:
        ValueError: a label that there is not, or one that is no label at all; a reason that the text has not.
    """
    target, reason = _words(row, "target"), _words(row, "reason")
    sentiment = _one_of(row, "sentiment", SENTIMENTS)
    labels: dict[str, Any] = {
        "complaint": _complaint(row),
        "severity": _severity(row),
        "emotion": _one_of(row, "emotion", EMOTIONS),
        "offensive": _yes_no(row, "offensive"),
        "irony": _yes_no(row, "irony"),
    }
    named = _several(row, "topics")
    if named is not None:
        _among(named, TOPICS, "topics")
        labels["topics"] = topics(*named, unknown=())
    if target is None:
        labels["sentiment"] = sentiment
    given = {head: label for head, label in labels.items() if label is not None}
    if reason and locate(row["text"], reason) is None:
        raise ValueError("`reason` does not stand in the text, word for word and in one piece")
    if given or reason:
        yield {"text": row["text"], "labels": given, "allowed": tuple(named or ()), "reason": reason}
    if target is not None and sentiment is not None:
        complaint = {} if labels["complaint"] is None else {"complaint": labels["complaint"]}
        yield {"text": row["text"], "target": target, "labels": {"target": sentiment, **complaint}}


def own_topics(row: Row, known: Sequence[str]) -> frozenset[str] | None:
    """Which of the team's own topics it is about; None: nobody said.

    Args:
        row: a labelled one.
        known: keys of the topics that there are; empty: none is asked about, and any key will do.

    Raises:
        ValueError: it is no list of words, or names a topic that there is not.
    """
    named = _several(row, "own_topics")
    if named is not None and known:
        _among(named, known, "own_topics")
    return None if named is None else frozenset(named)


def _complaint(row: Row) -> int | None:
    said = _yes_no(row, "complaint")
    if said is None and row.get("severity") is not None:
        return int(row["severity"] != NO_COMPLAINT)
    return said


def _severity(row: Row) -> int | None:
    return None if row.get("severity") == NO_COMPLAINT else _one_of(row, "severity", SEVERITIES)


def _one_of(row: Row, key: str, names: Sequence[str]) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    _among([value], names, key)
    return names.index(value)


def _yes_no(row: Row, key: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if value not in (0, 1):  # true and false are these
        raise ValueError(f"`{key}` is {value!r}, expected 0 or 1")
    return int(value)


def number(row: Row, key: str) -> float | None:
    """One of OF_A_MENTION; None: nobody said.

    Raises:
        ValueError: it is none of these numbers.
    """
    value, (least, most) = row.get(key), OF_A_MENTION[key]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"`{key}` is {value!r}, expected a number from {least} to {most}")
    return value


def _words(row: Row, key: str) -> str | None:
    """None also for an empty one: a column that somebody left blank."""
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{key}` is {value!r}, expected words")
    return value if value and value.strip() else None


def _several(row: Row, key: str) -> list[str] | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"`{key}` is {value!r}, expected a list of keys")
    return value


def _among(values: Sequence[Any], names: Sequence[str], key: str) -> None:
    for value in values:
        if value not in names:
            raise ValueError(f"`{key}` is {value!r}, expected one of: {', '.join(names)}")
