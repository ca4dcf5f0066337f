"""Labelled data: read right, and cut so that nothing held back is trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from nlp.clean import for_model
from nlp.corpora import CORPORA, Corpus, Cut, Example, fingerprint, read_corpus, read_cuts

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BY_PLACE = {(c.name, c.split): c for c in CORPORA}
AIRLINE = ("us_airline_sentiment", "all")


@pytest.mark.parametrize(
    ("place", "row", "wanted"),
    [
        (("tweeteval_sentiment", "train"), {"text": "a", "label": 0}, ("a", 0, None, 1.0)),
        (
            ("tweeteval_sentiment", "val"),
            {"text": 'don\\u2019t say ""no""\\u002c', "label": 2},
            ('don\u2019t say "no",', 2, None, 1.0),
        ),
        (AIRLINE, {"text": "a", "airline_sentiment": "negative", "negativereason": "Late"}, ("a", 0, 1, 1.0)),
        (
            AIRLINE,
            {"text": "a", "airline_sentiment": "negative", "negativereason": "Can't Tell"},
            ("a", 0, None, 1.0),
        ),
        (
            AIRLINE,
            {"text": "a", "airline_sentiment": "negative", "negativereason": None},
            ("a", 0, None, 1.0),
        ),
        (
            AIRLINE,
            {"text": "a", "airline_sentiment": "neutral", "negativereason": None},
            ("a", 1, None, 1.0),
        ),
        (AIRLINE, {"text": "a", "airline_sentiment": "positive", "negativereason": None}, ("a", 2, 0, 1.0)),
        (
            ("tweet_sentiment_extraction", "all"),
            {"text": "I`d", "sentiment": "positive"},
            ("I'd", 2, None, 0.5),
        ),
        (("complaints_acl19", "all"), {"text": "a", "label": 1}, ("a", None, 1, 1.0)),
        (("complaints_xfincorp", "all"), {"text": "a", "label": 0}, ("a", None, 0, 0.5)),
        (("cesamard_aspect", "all"), {"text": "a", "label": 1}, ("a", None, 1, 0.5)),
    ],
)
def test_a_row_is_read(
    tmp_path: Path, write_set: Any, place: tuple[str, str], row: dict[str, Any], wanted: tuple[Any, ...]
) -> None:
    write_set(tmp_path, *place, [row])
    (found,) = read_corpus(tmp_path, BY_PLACE[place])
    assert (found.text, found.sentiment, found.complaint, found.weight) == wanted
    assert (found.corpus, found.id) == (place[0], "0")


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"complaints_acl19/all\.jsonl\.gz"):
        next(read_corpus(tmp_path, BY_PLACE["complaints_acl19", "all"]))


def test_every_set_is_read(small_data: Path) -> None:
    cuts = read_cuts(small_data)
    assert {e.corpus for e in cuts[Cut.TRAIN]} == {c.name for c in CORPORA}
    assert {e.corpus for e in cuts[Cut.TEST]} >= {"tweeteval_sentiment", "us_airline_sentiment"}


@pytest.mark.parametrize(
    "other",
    [
        "Late AGAIN!!",
        "@acme late again",
        "late again https://x.example/1",
        " late\nagain ",
        "late &amp; again",
    ],
)
def test_texts_that_differ_in_dress_only_have_one_fingerprint(other: str) -> None:
    assert fingerprint(other) == fingerprint("late again")


def test_texts_that_differ_in_words_have_two_fingerprints() -> None:
    assert fingerprint("late again") != fingerprint("late once")


def _corpus(name: str, test: int, validation: int) -> Corpus:
    return Corpus(
        name=name, split="all", read=lambda row: {"text": row["text"]}, test=test, validation=validation
    )


MIXED = (_corpus("one", 30, 30), _corpus("two", 60, 0), _corpus("three", 0, 0), _corpus("four", 0, 50))
DRESSED = st.tuples(st.integers(0, 15), st.sampled_from(["{}", "@a {}!", "{}?", " {} http://x.example"])).map(
    lambda text: text[1].format(f"word{text[0]}")
)


@settings(deadline=None)
@given(st.lists(st.lists(DRESSED, max_size=12), min_size=4, max_size=4))
def test_no_text_is_in_two_cuts(
    tmp_path_factory: pytest.TempPathFactory, write_set: Any, texts: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("data")
    for corpus, some in zip(MIXED, texts, strict=True):
        write_set(folder, corpus.name, "all", [{"text": text} for text in some])
    cuts = read_cuts(folder, MIXED)
    train, validation, test = ({e.fingerprint for e in cuts[cut]} for cut in Cut)
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert train | validation | test == {fingerprint(text) for some in texts for text in some}


@pytest.fixture(scope="module")
def real() -> dict[Cut, list[Example]]:
    if not REAL_DATA.is_dir():
        pytest.skip(f"the labelled data is not part of the repository; it is looked for in {REAL_DATA}")
    return read_cuts(REAL_DATA)


def test_no_real_text_that_is_held_back_is_trained_on(real: dict[Cut, list[Example]]) -> None:
    assert min(len(real[cut]) for cut in Cut) > 1_000
    prints = {cut: {e.fingerprint for e in real[cut]} for cut in Cut}
    assert not prints[Cut.TRAIN] & (prints[Cut.VALIDATION] | prints[Cut.TEST])
    assert not prints[Cut.VALIDATION] & prints[Cut.TEST]


def test_no_real_text_that_the_model_sees_in_training_is_held_back(real: dict[Cut, list[Example]]) -> None:
    seen = {cut: {for_model(e.text).casefold() for e in real[cut]} for cut in Cut}
    assert not seen[Cut.TRAIN] & (seen[Cut.VALIDATION] | seen[Cut.TEST])


def test_every_real_label_is_a_known_one(real: dict[Cut, list[Example]]) -> None:
    examples = [e for cut in Cut for e in real[cut]]
    assert {e.sentiment for e in examples} == {0, 1, 2, None}
    assert {e.complaint for e in examples} == {0, 1, None}
    assert all(e.text.strip() for e in examples)
