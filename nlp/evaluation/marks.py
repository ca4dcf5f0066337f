"""What others reached on the same sets, and what we want to reach: printed next to our own figures.

All are in percent, and taken on each set's published test split or, where there is none, on a fifth held
back. Sources: [T] the table in TweetEval's own repository (Barbieri et al. 2020, Findings of EMNLP); for the
others the paper is named, its figure as its abstract or a leaderboard gives it. `linear` is TF-IDF over words
and characters with a linear classifier, on the same split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a figure is compared with; percent."""

    linear: float | None = None
    published: tuple[tuple[str, float], ...] = ()
    """Whose, and how much."""
    goal: float | None = None


MARKS_ARE_OF = (
    "Goal, linear and published models are of the set's published test split, or of a fifth of the set where "
    "it has none: of other texts than these, for comparison (nlp/evaluation/marks.py names the sources)."
)
"""Said wherever they are shown."""
CALIBRATION_GOAL = 0.05
"""Expected calibration error of every head, at most."""
UNSURE_GOAL = 5.0
"""Points of macro-recall that the 80 % most certain texts are better."""
UNSURE_SHARE = 0.8

MARKS: Mapping[tuple[str, str, str], Mark] = {
    ("sentiment", "tweeteval_sentiment", ""): Mark(
        linear=63.3,
        published=(
            ("RoBERTa-base [T]", 71.3),
            ("RoBERTa trained on tweets [T]", 72.8),
            ("BERTweet [T]", 73.4),
            ("TimeLMs-2021 [T]", 73.7),
        ),
        goal=72.8,
    ),
    ("sentiment", "us_airline_sentiment", ""): Mark(linear=78.3, goal=82.0),
    ("complaint", "complaints_acl19", ""): Mark(
        linear=84.1, published=(("Jin & Aletras 2021", 88.2),), goal=88.0
    ),
    ("complaint", "complaints_acl19", "brand domains"): Mark(linear=75.1, goal=82.0),
    ("severity", "complaints_xci_severity", ""): Mark(
        linear=41.3, published=(("Jin & Aletras 2021", 55.7),), goal=55.0
    ),
    ("topics", "us_airline_sentiment", ""): Mark(linear=68.1, goal=78.0),
    ("emotion", "tweeteval_emotion", ""): Mark(
        linear=66.4,
        published=(("RoBERTa-base [T]", 76.1), ("BERTweet [T]", 79.3), ("TimeLMs-2021 [T]", 80.2)),
        goal=76.0,
    ),
    ("offensive", "tweeteval_offensive", ""): Mark(
        linear=73.8,
        published=(
            ("RoBERTa-base [T]", 79.5),
            ("RoBERTa trained on tweets [T]", 80.5),
            ("TimeLMs-2021 [T]", 82.2),
        ),
        goal=79.0,
    ),
    ("irony", "tweeteval_irony", ""): Mark(
        published=(
            ("RoBERTa-base [T]", 59.7),
            ("RoBERTa trained on tweets [T]", 65.4),
            ("BERTweet [T]", 82.1),
        )
    ),
    ("target", "dong2014_twitter_target", ""): Mark(goal=70.0),
    ("target", "semeval2014_absa_laptops", ""): Mark(goal=75.0),
    ("target", "semeval2014_absa_restaurants", ""): Mark(published=(("BERT-SPC", 84.5),), goal=80.0),
    ("target", "mams_atsa", ""): Mark(published=(("CapsNet-BERT (Jiang et al. 2019)", 83.4),)),
}
"""(head, set, part) -> its marks."""
