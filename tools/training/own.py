"""Our own sentences: on topics for which there is no labelled set, and on two brands in one text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlp.corpora import rows
from nlp.corpora.cuts import Cut
from nlp.corpora.example import Example
from nlp.corpora.table import Corpus
from training.batches import Labelled

TOPICS = Corpus(name="topic_sentences", split="own", read=rows.own_topics, passes=6)
TARGETS = Corpus(name="target_sentences", split="own", read=rows.own_targets, passes=2, balance=0)
VARIANTS = 14
"""How often a sentence on brands is told with other brands: it is not their names that matter."""

Row = Mapping[str, Any]


def with_own(cuts: Mapping[Cut, Sequence[Labelled]]) -> list[Labelled]:
    """All that is trained on: our own sentences, but for those that any cut holds back, and the train cut."""
    held = {e.fingerprint for cut in (Cut.VALIDATION, Cut.TEST) for _, e in cuts[cut]}
    return [(c, e) for c, e in read_own() if e.fingerprint not in held] + [*cuts[Cut.TRAIN]]


def read_own(folder: Path = Path(__file__).parent, seed: int = 1) -> Iterator[Labelled]:
    """All of them; none is held back."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    about = _lines(folder / f"{TARGETS.name}.jsonl")
    brands = sorted({name for row in about for name in row["targets"] if _plain(name)})
    told = [variant for row in about for variant in (row, *_others(row, brands, rng))]
    for corpus, found in ((TOPICS, _lines(folder / f"{TOPICS.name}.jsonl")), (TARGETS, told)):
        for number, row in enumerate(found):
            for fields in corpus.read(row):
                yield corpus, Example(corpus=corpus.name, id=str(number), **fields)


def _others(row: Row, brands: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """The row with other brands instead of its own; none where a name is a handle, or part of another."""
    names = list(row["targets"])
    if not all(map(_plain, names)) or any(a != b and a in b for a in names for b in names):
        return
    for _ in range(VARIANTS - 1):
        instead = dict(zip(names, rng.sample(brands, len(names)), strict=True))
        text = row["text"]
        for i, name in enumerate(names):  # by way of a mark: a new name may be one of the old ones
            text = text.replace(name, f"\0{i}\0")
        for i, name in enumerate(names):
            text = text.replace(f"\0{i}\0", instead[name])
        yield {"text": text, "targets": {instead[name]: label for name, label in row["targets"].items()}}


def _plain(name: str) -> bool:
    return not name.startswith(("@", "#"))


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
