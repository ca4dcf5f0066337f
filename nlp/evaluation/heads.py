"""Which heads are asked about which texts, and who keeps their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from core.reading import Reading
from nlp.evaluation.chosen import COMPLAINT_TOWARDS, Chosen, Question, questions
from nlp.evaluation.gather import READERS, Item
from nlp.evaluation.other_heads import (
    Alerts,
    EachTopic,
    Evidence,
    Flagged,
    LikeliestTopic,
    Supported,
    built_in,
    team_owned,
)
from nlp.evaluation.report import Score

ABOUT_A_BRAND = ("us_airline_sentiment",)
"""Published sets on which alerts are counted, read towards the brand as mentions that name it are; a team's
own data is always about its brand, and read towards what its rows have as target."""
TOWARDS = "towards the brand"
"""Part of such a set: its texts, when they are read like that."""
OUTCOMES = frozenset({"alerts", "language"})
"""What comes of a whole reading, whoever gave the parts of it."""


class Collector(Protocol):
    """Keeps what one head said on one set."""

    def add(self, item: Item, reading: Reading) -> bool:
        """False: the reader has no such head."""
        ...

    def score(self) -> Score | None:
        """None: there is nothing to score."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One thing that is measured."""

    name: str
    asks: Callable[[Item], bool]
    """Whether the item has an answer."""
    collector: Callable[[], Collector]
    part: str = ""
    """Of the set, where nothing else of it is asked so."""


@cache
def heads_of(name: str, flagged: Flagged | None) -> tuple[Head, ...]:
    """Everything that is asked on a set.

    Args:
        name: of the set.
        flagged: whether an alert follows from a reading; None: that is not measured.
    """
    towards = _towards_the_brand() if name in ABOUT_A_BRAND else ()
    return (*map(_choosing, questions(name)), *_others(), *_alerts(name, flagged), *towards)


def _choosing(question: Question, part: str = "") -> Head:
    return Head(
        name=question.head,
        asks=lambda item: question.wanted(item) is not None,
        collector=lambda: Chosen(question),
        part=part,
    )


def _towards_the_brand() -> Iterator[Head]:
    """Complaint and topic as the pipeline reads them: of the rows with a target, which nobody else asks."""
    yield _choosing(COMPLAINT_TOWARDS, TOWARDS)
    yield Head(
        name="topics",
        asks=lambda item: item.example.target is not None and bool(item.example.allowed),
        collector=LikeliestTopic,
        part=TOWARDS,
    )


def _others() -> Iterator[Head]:
    # With a target the reading is about that target: nothing else of it is measured.
    def about_the_text(has: Callable[[Item], object]) -> Callable[[Item], bool]:
        return lambda item: item.example.target is None and bool(has(item))

    yield Head(name="topics", asks=about_the_text(lambda i: i.example.allowed), collector=LikeliestTopic)
    yield Head(
        name="topics, each",
        asks=about_the_text(lambda i: "topics" in i.example.labels),
        collector=lambda: EachTopic(built_in),
    )
    yield Head(
        name="own topics",
        asks=about_the_text(lambda i: i.own is not None),
        collector=lambda: EachTopic(team_owned),
    )
    yield Head(name="evidence", asks=about_the_text(lambda i: i.example.reason), collector=Evidence)
    yield Head(name="language", asks=about_the_text(lambda i: i.language), collector=Supported)


def _alerts(name: str, flagged: Flagged | None) -> Iterator[Head]:
    if flagged is not None and name in ABOUT_A_BRAND:
        yield Head(
            name="alerts",
            asks=lambda i: i.example.target is not None,
            collector=lambda: Alerts(flagged),
        )
    elif flagged is not None and name not in READERS:
        yield Head(name="alerts", asks=lambda i: i.is_mention, collector=lambda: Alerts(flagged))
