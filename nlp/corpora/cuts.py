"""Reads the sets and cuts them: by the text's own hash, across all sets at once.

A text whose fingerprint falls into any held-back cut is in no training set, whichever set it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from nlp.corpora.example import Example
from nlp.corpora.files import Problem, find_file, read_rows
from nlp.corpora.table import TABLE, Corpus


class Cut(StrEnum):
    """What an example may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    """For choosing: when to stop, temperatures, thresholds."""
    TEST = "test"
    """For the figures in the model card, and nothing else."""


def read_set(folder: Path, name: str, split: str) -> Iterator[Mapping[str, Any]]:
    """The rows of FOLDER/NAME/SPLIT.jsonl[.gz].

    Raises:
        ConfigError: the file is missing, there twice, or damaged: nothing is trained on a part of it.
    """
    file = find_file(folder, name, split)
    if file is None:
        place = str(folder / name / f"{split}.jsonl.gz")
        raise ConfigError(place, "is missing, and so is .jsonl; name the folder of labelled data")
    for row in read_rows(file, _refuse):
        yield row.fields


def _refuse(problem: Problem) -> None:
    raise ConfigError(problem.place, problem.what)


def read_corpus(folder: Path, corpus: Corpus) -> Iterator[Example]:
    """The examples of one set, in the order of its file.

    Raises:
        ConfigError: the file is missing, or damaged.
    """
    for row in read_set(folder, corpus.name, corpus.split):
        for fields in corpus.read(row):
            if fields["labels"]:
                yield Example(corpus=corpus.name, id=str(row["id"]), **fields)


def missing(folder: Path, table: Sequence[Corpus] = TABLE) -> list[Corpus]:
    """The sets that a folder does not hold."""
    return [corpus for corpus in table if find_file(folder, corpus.name, corpus.split) is None]


def cut_of(corpus: Corpus, example: Example) -> Cut:
    """By the text's own hash: the same text always falls to the same side."""
    bucket = int(example.fingerprint, 16) % 100
    if bucket < corpus.test:
        return Cut.TEST
    if bucket < corpus.test + corpus.validation:
        return Cut.VALIDATION
    return Cut.TRAIN


def only_measured(folder: Path, table: Sequence[Corpus] = TABLE) -> frozenset[str]:
    """Fingerprints of the test cut, for tools that read whole files: nothing is tuned by these texts."""
    absent = missing(folder, table)
    present = (corpus for corpus in table if corpus.test and corpus not in absent)
    examples = ((corpus, example) for corpus in present for example in read_corpus(folder, corpus))
    return frozenset(e.fingerprint for corpus, e in examples if cut_of(corpus, e) is Cut.TEST)


def read_cuts(folder: Path, table: Sequence[Corpus] = TABLE) -> dict[Cut, list[tuple[Corpus, Example]]]:
    """All examples by cut; what any cut holds back is removed from those that come before it in use.

    Sets that the folder does not hold are left out: see `missing`.

    Raises:
        ConfigError: the folder holds none of them, or one that is damaged.
    """
    cuts: dict[Cut, list[tuple[Corpus, Example]]] = {cut: [] for cut in Cut}
    absent = missing(folder, table)
    if len(absent) == len(table):
        raise ConfigError(
            str(folder), f"holds none of the sets, such as {table[0].name}/{table[0].split}.jsonl"
        )
    for corpus in table:
        if corpus in absent:
            continue
        for example in read_corpus(folder, corpus):
            cuts[cut_of(corpus, example)].append((corpus, example))
    held = {e.fingerprint for _, e in cuts[Cut.TEST]}
    cuts[Cut.VALIDATION] = [(c, e) for c, e in cuts[Cut.VALIDATION] if e.fingerprint not in held]
    held |= {e.fingerprint for _, e in cuts[Cut.VALIDATION]}
    cuts[Cut.TRAIN] = [(c, e) for c, e in cuts[Cut.TRAIN] if e.fingerprint not in held]
    return cuts
