"""Which sets are read, how often each is trained on, and what of it is held back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlp.corpora import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One file of labelled texts."""

    name: str
    split: str
    read: Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]
    test: int = 0
    validation: int = 0
    """Percent of its texts, by the texts' own hash."""
    passes: float = 1.0
    """How often training sees its texts."""
    early: bool = False
    """Whether it teaches what emotion looks like rather than a question of ours: only in the first part."""
    weight: float = 1.0
    weights: Mapping[str, float] = field(default_factory=dict)
    """Head -> weight of its labels here, where they are less to the point than the others."""
    balance: float = 0.5
    """Power of a class's rarity in its weight. 1: all classes count the same, as macro-recall wants."""


TABLE: tuple[Corpus, ...] = (
    # sentiment
    Corpus(
        name="tweeteval_sentiment", split="train", read=rows.sentiment, validation=3, passes=3, balance=1.0
    ),
    Corpus(name="tweeteval_sentiment", split="val", read=rows.sentiment, test=100),
    Corpus(name="us_airline_sentiment", split="all", read=rows.airline, test=10, validation=8, passes=2.5),
    Corpus(
        name="tweet_sentiment_extraction",
        split="all",
        read=rows.extraction,
        test=3,
        validation=3,
        passes=1,
        weight=0.6,
        balance=0,
    ),
    Corpus(name="sentiment140_subset", split="all", read=rows.distant, passes=0.25, early=True, weight=0.4),
    Corpus(name="app_reviews_uber", split="all", read=rows.stars, passes=0.15, weight=0.5),
    Corpus(name="reviews_womens_clothing", split="all", read=rows.stars, passes=0.05, weight=0.5),
    Corpus(name="reviews_amazon_alexa", split="all", read=rows.stars, passes=0.5, weight=0.5),
    # complaint, severity, reasons
    Corpus(
        name="complaints_xci_severity",
        split="all",
        read=rows.severity,
        test=12,
        validation=8,
        passes=9,
        weights={"sentiment": 0.5, "emotion": 0.2},
    ),
    Corpus(name="complaints_acl19", split="all", read=rows.complaint, test=12, validation=8, passes=0),
    Corpus(
        name="complaints_xfincorp",
        split="all",
        read=rows.financial,
        test=5,
        validation=5,
        passes=2,
        weights={"complaint": 0.5, "emotion": 0.2},
    ),
    Corpus(
        name="cesamard_aspect",
        split="all",
        read=rows.product,
        test=5,
        validation=5,
        passes=2,
        weights={"complaint": 0.5},
    ),
    # topics
    Corpus(name="banking77_glean_split", split="train", read=rows.banking, passes=0.5, weight=0.5),
    Corpus(name="app_reviews_maalej_artc", split="all", read=rows.app_review, passes=1, weight=0.5),
    Corpus(name="app_reviews_google_play_4class", split="all", read=rows.app_review, passes=1, weight=0.5),
    # emotion, offence, irony
    Corpus(name="tweeteval_emotion", split="train", read=rows.emotion, validation=6, passes=6),
    Corpus(name="tweeteval_emotion", split="val", read=rows.emotion, test=100),
    Corpus(name="tweeteval_offensive", split="train", read=rows.offensive, validation=5, passes=3),
    Corpus(name="tweeteval_offensive", split="val", read=rows.offensive, test=100),
    Corpus(name="tweeteval_irony", split="train", read=rows.irony, validation=5, passes=3),
    Corpus(name="tweeteval_irony", split="val", read=rows.irony, test=100),
    Corpus(name="tweeteval_emoji", split="train", read=rows.emoji, passes=0.4, early=True, balance=0),
    Corpus(
        name="goemotions",
        split="train",
        read=rows.goemotions,
        passes=0.6,
        early=True,
        weights={"emotion": 0.3},
    ),
    # towards a target
    Corpus(name="dong2014_twitter_target", split="train", read=rows.target, test=10, validation=6, passes=3),
    Corpus(
        name="semeval2014_absa_laptops",
        split="train",
        read=rows.aspects,
        test=10,
        validation=6,
        passes=4,
        balance=0,
    ),
    Corpus(
        name="semeval2014_absa_restaurants",
        split="train",
        read=rows.aspects,
        test=10,
        validation=6,
        passes=4,
        balance=0,
    ),
    Corpus(name="semeval2016_absa_laptops", split="train", read=rows.opinions, passes=1.5, balance=0),
    Corpus(name="semeval2016_absa_restaurants", split="train", read=rows.opinions, passes=1.5, balance=0),
    Corpus(name="mams_atsa", split="train", read=rows.aspects, passes=1),
    Corpus(name="mams_atsa", split="val", read=rows.aspects, test=100),
    Corpus(name="mitchell2013_twitter_targets", split="all", read=rows.targets, passes=1),
    Corpus(name="semeval2017_4ce_topic5", split="train", read=rows.target, passes=0.4, weight=0.5),
    Corpus(name="semeval2017_4ce_topic5", split="test2016", read=rows.target, passes=0.3, weight=0.5),
)
