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
    """A set for every head, a few dozen rows each."""
    folder = tmp_path_factory.mktemp("data")
    names = list(BY_SENTIMENT)
    tweets = [{"text": text, "label": names.index(name)} for text, name in sentences]
    write_set(folder, "tweeteval_sentiment", "train", tweets[:60])
    write_set(folder, "tweeteval_sentiment", "val", tweets[60:75])
    flights = [
        {
            "text": text,
            "airline": "Acme Air",
            "airline_sentiment": name,
            "negativereason": "Late Flight" if name == "negative" else None,
        }
        for text, name in sentences[75:]
    ]
    write_set(folder, "us_airline_sentiment", "all", flights)
    marked = [{"text": t, "sentiment": n, "selected_text": t.split(", ")[1]} for t, n in sentences[30:60]]
    write_set(folder, "tweet_sentiment_extraction", "all", marked)
    complaints = [
        {
            "text": text + " indeed",
            "label": int(name == "negative"),
            "severity_name": "blame" if name == "negative" else "non-complaint",
            "sentiment": name,
            "emotion": "anger" if name == "negative" else "joy",
            "cause_span": text.split(", ")[1],
            "domain": "transport",
        }
        for text, name in sentences
    ]
    write_set(folder, "complaints_xci_severity", "all", complaints[:90])
    write_set(folder, "complaints_acl19", "all", complaints[:90])
    yes_no = [{"text": text + " too", "label": int(name == "negative")} for text, name in sentences]
    for name in ("tweeteval_offensive", "tweeteval_irony"):
        write_set(folder, name, "train", yes_no[:30])
    feelings = {"negative": "anger", "neutral": "optimism", "positive": "joy"}
    write_set(
        folder,
        "tweeteval_emotion",
        "train",
        [{"text": t + " now", "label_name": feelings[n]} for t, n in sentences[:40]],
    )
    aimed = [{"text": t + " still", "target": "acme", "label_name": n} for t, n in sentences[:40]]
    write_set(folder, "dong2014_twitter_target", "train", aimed)
    return folder
