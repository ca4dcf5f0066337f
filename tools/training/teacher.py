"""The teacher: a base-size encoder with low-rank weights, and the same heads as the student."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from transformers import AutoModel
from transformers.utils import logging

from nlp.network import Network
from training.batches import EXTRA, Labelled, schedule
from training.low_rank import Adapted
from training.recipe import Recipe

ENCODER = "sentence-transformers/all-mpnet-base-v2"
"""110 million parameters, Apache-2.0 (Song et al. 2020, arXiv 2004.09297)."""
NAME = "all-mpnet-base-v2"
RECIPE = Recipe(learning_rate=3e-4, compare_every=12, judge_every=600, patience=100)

PASSES = {
    "topic_sentences": 3, "target_sentences": 0.4, "tweeteval_sentiment": 0.6, "us_airline_sentiment": 0.7,
    "tweet_sentiment_extraction": 0.2, "sentiment140_subset": 0, "app_reviews_uber": 0.05,
    "reviews_womens_clothing": 0.02, "reviews_amazon_alexa": 0.2, "complaints_xci_severity": 4,
    "complaints_xfincorp": 0.7, "cesamard_aspect": 0.7, "banking77_glean_split": 0.2,
    "app_reviews_maalej_artc": 0.7, "app_reviews_google_play_4class": 0.5, "tweeteval_emotion": 3.2,
    "tweeteval_offensive": 1.15, "tweeteval_irony": 1.6, "tweeteval_emoji": 0, "goemotions": 0.08,
    "dong2014_twitter_target": 1.1, "semeval2014_absa_laptops": 2.2, "semeval2014_absa_restaurants": 2,
    "semeval2016_absa_laptops": 0.5, "semeval2016_absa_restaurants": 0.5, "mams_atsa": 0.25,
    "mitchell2013_twitter_targets": 0.4, "semeval2017_4ce_topic5": 0.03,
}  # fmt: skip
"""Set -> how often the teacher sees its texts: a quarter of a student's training, as its layers have
eight times the weights."""

SEED = 5
"""Of the order in which it is asked, and of who is left out."""

ASKED = {
    "tweeteval_sentiment": 0.3, "tweeteval_emoji": 0.6, "sentiment140_subset": 0,
    "tweet_sentiment_extraction": 0.6, "semeval2017_4ce_topic5": 0.6, "goemotions": 0.7,
}  # fmt: skip
"""Set -> share of its texts that the teacher is asked about, 1 for all others: asking takes two cores an hour
for 200,000, and of sets as large as these a part says as much."""


def build(encoder: Path, seed: int) -> Network:
    """The network to train, on a graphics card where there is one."""
    torch.manual_seed(seed)
    logging.disable_progress_bar()
    plain = AutoModel.from_pretrained(str(encoder), local_files_only=True, attn_implementation="eager")
    network = Network(Adapted(plain), plain.config.hidden_size, EXTRA)
    return network.to("cuda" if torch.cuda.is_available() else "cpu")


def shortened(examples: Sequence[Labelled]) -> list[Labelled]:
    """The examples with the teacher's passes."""
    return [(replace(c, passes=PASSES.get(c.name, c.passes)), e) for c, e in examples]


def to_ask(examples: Sequence[Labelled], student: Recipe) -> list[int]:
    """The places of the examples that a teacher is asked about: of those that its student will see.

    In random order, so that whoever stops midway has asked about some of everything.
    """
    seen = set(schedule(examples, student.passes, student.early, random.Random(student.seed)))  # noqa: S311
    rng = random.Random(SEED)  # noqa: S311
    chosen = [i for i in sorted(seen) if rng.random() < ASKED.get(examples[i][0].name, 1)]
    rng.shuffle(chosen)
    return chosen
