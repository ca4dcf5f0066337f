"""The shipped model, loaded once; and made-up labelled data in the form of the real."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from nlp.model import Model

Row = Mapping[str, Any]
WriteSet = Callable[[Path, str, str, Iterable[Row]], None]


@pytest.fixture(scope="session")
def model() -> Model:
    return Model()


@pytest.fixture(scope="session")
def write_set() -> WriteSet:
    """Writes FOLDER/NAME/SPLIT.jsonl.gz; rows without an id get one."""

    def write(folder: Path, name: str, split: str, rows: Iterable[Row]) -> None:
        path = folder / name / f"{split}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": str(i), **row}) + "\n" for i, row in enumerate(rows))

    return write


BY_SENTIMENT = {
    "negative": ("is late again and nobody answers", "broke after a day", "lost my money, I am furious"),
    "neutral": ("opens at nine on Monday", "has an office in Leeds", "comes in red and blue"),
    "positive": ("was lovely, thank you", "made my day", "is the best I have had"),
}
THINGS = ("the train", "my parcel", "the app", "your shop", "this phone", "the hotel", "my order", "the bus")
OPENINGS = ("honestly", "today", "so", "well", "@acme hello")


@pytest.fixture(scope="session")
def sentences() -> list[tuple[str, str]]:
    """Sixty texts for each sentiment, one sentiment after the other."""
    made = []
    for sentiments in itertools.zip_longest(
        *(
            [
                (f"{opening}, {thing} {end}", name)
                for opening, thing, end in itertools.product(OPENINGS, THINGS, ends)
            ][:60]
            for name, ends in BY_SENTIMENT.items()
        )
    ):
        made += sentiments
    return made


@pytest.fixture(scope="session")
def small_data(
    tmp_path_factory: pytest.TempPathFactory, write_set: WriteSet, sentences: list[tuple[str, str]]
) -> Path:
    """Every set that training reads, a few dozen rows each."""
    folder = tmp_path_factory.mktemp("data")
    names = list(BY_SENTIMENT)
    tweets = [{"text": text, "label": names.index(name)} for text, name in sentences]
    write_set(folder, "tweeteval_sentiment", "train", tweets[:60])
    write_set(folder, "tweeteval_sentiment", "val", tweets[60:75])
    flights = [
        {
            "text": text,
            "airline_sentiment": name,
            "negativereason": "Late Flight" if name == "negative" else None,
        }
        for text, name in sentences[75:]
    ]
    write_set(folder, "us_airline_sentiment", "all", flights)
    write_set(
        folder,
        "tweet_sentiment_extraction",
        "all",
        [{"text": t, "sentiment": n} for t, n in sentences[30:60]],
    )
    complaints = [{"text": text + " indeed", "label": int(name == "negative")} for text, name in sentences]
    write_set(folder, "complaints_acl19", "all", complaints[:90])
    write_set(folder, "complaints_xfincorp", "all", complaints[90:120])
    write_set(folder, "cesamard_aspect", "all", complaints[120:150])
    return folder
