"""Reads labelled data (a folder of NAME/SPLIT.jsonl.gz) into examples, and cuts it without leaks.

Which sets are used, and their traps, are listed in the data's own README; what matters here:
texts are told apart by a fingerprint that ignores handles, links, case and punctuation, and a text whose
fingerprint falls into any held-back cut is in no training set, whichever corpus it comes from.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.reading import SENTIMENTS

_NOISE = re.compile(r"@\w+|(?:https?://|www\.)\S+|&\w+;|[^\w\s]|_", re.UNICODE)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


class Cut(StrEnum):
    """What an example may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    """For choosing: when to stop, temperatures, thresholds."""
    TEST = "test"
    """For the figures in the model card, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text. A head without a label is not trained on it."""

    corpus: str
    id: str
    text: str
    sentiment: int | None = None
    """Index into SENTIMENTS."""
    complaint: int | None = None
    """1: a complaint."""
    weight: float = 1.0

    @property
    def fingerprint(self) -> str:
        """The same for texts that differ only in handles, links, case and punctuation."""
        return fingerprint(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One set: where it lies, how a row is read, and how many percent of its texts are held back."""

    name: str
    split: str
    read: Callable[[Mapping[str, Any]], dict[str, Any]]
    test: int = 0
    validation: int = 0
    weight: float = 1.0
    focus: bool = False
    """Whether it is what Earful is for: what customers write to brands, labelled by people."""


def _tweeteval(row: Mapping[str, Any]) -> dict[str, Any]:
    text = _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), row["text"]).replace('""', '"')
    return {"text": text, "sentiment": row["label"]}


def _airline(row: Mapping[str, Any]) -> dict[str, Any]:
    label = SENTIMENTS.index(row["airline_sentiment"])
    # A negative tweet with a stated reason is a complaint, a positive one is not; of the neutral
    # ones, and of the negative ones without a reason, the annotators did not say.
    stated = row["negativereason"] not in (None, "Can't Tell")
    return {"text": row["text"], "sentiment": label, "complaint": 0 if label == 2 else 1 if stated else None}


def _extraction(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": row["text"].replace("`", "'"), "sentiment": SENTIMENTS.index(row["sentiment"])}


def _complaint(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": row["text"], "complaint": row["label"]}


CORPORA: tuple[Corpus, ...] = (
    Corpus(name="tweeteval_sentiment", split="train", read=_tweeteval, validation=4),
    Corpus(name="tweeteval_sentiment", split="val", read=_tweeteval, test=100),
    Corpus(name="us_airline_sentiment", split="all", read=_airline, test=20, validation=10, focus=True),
    Corpus(name="tweet_sentiment_extraction", split="all", read=_extraction, validation=4, weight=0.5),
    Corpus(name="complaints_acl19", split="all", read=_complaint, test=20, validation=10, focus=True),
    Corpus(name="complaints_xfincorp", split="all", read=_complaint, validation=5, weight=0.5),
    Corpus(name="cesamard_aspect", split="all", read=_complaint, validation=5, weight=0.5),
)


def fingerprint(text: str) -> str:
    """A short hash of the text without handles, links, case, punctuation and spacing."""
    words = " ".join(_NOISE.sub(" ", text).casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def read_corpus(folder: Path, corpus: Corpus) -> Iterator[Example]:
    """The examples of one set, in the order of its file.

    Raises:
        ConfigError: the file is missing.
    """
    path = folder / corpus.name / f"{corpus.split}.jsonl.gz"
    if not path.is_file():
        raise ConfigError(str(path), "is missing; name the folder of labelled data")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Example(corpus=corpus.name, id=str(row["id"]), weight=corpus.weight, **corpus.read(row))


def cut_of(corpus: Corpus, example: Example) -> Cut:
    """By the text's own hash: the same text always falls to the same side."""
    bucket = int(example.fingerprint, 16) % 100
    if bucket < corpus.test:
        return Cut.TEST
    if bucket < corpus.test + corpus.validation:
        return Cut.VALIDATION
    return Cut.TRAIN


def read_cuts(folder: Path, corpora: tuple[Corpus, ...] = CORPORA) -> dict[Cut, list[Example]]:
    """All examples by cut; what any cut holds back is removed from those that come before it in use."""
    cuts: dict[Cut, list[Example]] = {cut: [] for cut in Cut}
    for corpus in corpora:
        for example in read_corpus(folder, corpus):
            cuts[cut_of(corpus, example)].append(example)
    held = {e.fingerprint for e in cuts[Cut.TEST]}
    cuts[Cut.VALIDATION] = [e for e in cuts[Cut.VALIDATION] if e.fingerprint not in held]
    held |= {e.fingerprint for e in cuts[Cut.VALIDATION]}
    cuts[Cut.TRAIN] = [e for e in cuts[Cut.TRAIN] if e.fingerprint not in held]
    return cuts
