"""Labelled data: read right, and cut so that nothing held back is trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from core.reading import EMOTIONS, SENTIMENTS, SEVERITIES, TOPICS
from nlp.clean import for_model
from nlp.corpora import rows, topics
from nlp.corpora.cuts import Cut, missing, only_measured, read_corpus, read_cuts
from nlp.corpora.elsewhere import ELSEWHERE
from nlp.corpora.example import ABSENT, PERHAPS, PRESENT, UNKNOWN, Example
from nlp.corpora.table import TABLE, Corpus
from nlp.fingerprint import fingerprint

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BY_PLACE = {(c.name, c.split): c for c in TABLE}
AIRLINE = ("us_airline_sentiment", "all")
NEGATIVE, NEUTRAL, POSITIVE = range(3)


def flight(sentiment: str, reason: str | None = None, text: str = "a") -> dict[str, Any]:
    return {"text": text, "airline": "Acme", "airline_sentiment": sentiment, "negativereason": reason}


@pytest.mark.parametrize(
    ("place", "row", "wanted"),
    [
        (("tweeteval_sentiment", "train"), {"text": "a", "label": 0}, ("a", {"sentiment": NEGATIVE})),
        (
            ("tweeteval_sentiment", "val"),
            {"text": 'don\\u2019t say ""no""\\u002c', "label": 2},
            ('don\u2019t say "no",', {"sentiment": POSITIVE}),
        ),
        (AIRLINE, flight("negative", "Can't Tell"), ("a", {"sentiment": NEGATIVE})),
        (AIRLINE, flight("neutral"), ("a", {"sentiment": NEUTRAL})),
        (AIRLINE, flight("positive"), ("a", {"sentiment": POSITIVE, "complaint": 0})),
        (
            ("tweet_sentiment_extraction", "all"),
            {"text": "I`d", "sentiment": "positive", "selected_text": "I`d"},
            ("I'd", {"sentiment": POSITIVE}),
        ),
        (("complaints_acl19", "all"), {"text": "a", "label": 1, "domain": "cars"}, ("a", {"complaint": 1})),
        (
            ("complaints_xfincorp", "all"),
            {
                "text": "a",
                "label": 1,
                "severity_name": "No explicit reproach",
                "emotion": "fear",
                "cause_span": "a",
            },
            ("a", {"complaint": 1, "severity": 0}),
        ),
        (
            ("complaints_xci_severity", "all"),
            {
                "text": "a",
                "label": 0,
                "severity_name": "non-complaint",
                "sentiment": "neutral",
                "emotion": "joy",
                "cause_span": "a",
            },
            ("a", {"complaint": 0, "sentiment": NEUTRAL, "emotion": EMOTIONS.index("joy")}),
        ),
        (
            ("tweeteval_emotion", "train"),
            {"text": "a", "label_name": "sadness"},
            ("a", {"emotion": EMOTIONS.index("sadness")}),
        ),
        (("app_reviews_uber", "all"), {"text": "a", "rating": 1}, ("a", {"sentiment": NEGATIVE})),
        (("app_reviews_uber", "all"), {"text": "a", "rating": 3}, ("a", {"sentiment": NEUTRAL})),
    ],
)
def test_a_row_is_read(
    tmp_path: Path,
    write_set: Any,
    place: tuple[str, str],
    row: dict[str, Any],
    wanted: tuple[str, dict[str, Any]],
) -> None:
    write_set(tmp_path, *place, [row])
    found = next(read_corpus(tmp_path, BY_PLACE[place]))
    assert (found.text, found.labels) == wanted
    assert (found.corpus, found.id) == (place[0], "0")


@pytest.mark.parametrize(
    ("name", "row", "wanted"),
    [
        ("reviews_british_airways", {"rating": 3.0}, [(None, NEGATIVE)]),
        ("reviews_british_airways", {"rating": 5.0}, [(None, NEUTRAL)]),
        ("reviews_british_airways", {"rating": 10.0}, [(None, POSITIVE)]),
        *(("reviews_british_airways", {"rating": leaning}, []) for leaning in (4.0, 7.0, None)),
        ("reviews_hotels_datafiniti", {"rating": 4.1}, []),
        (
            "app_reviews_dabrowski_features",
            {"features_positive": ["map"], "features_neutral": [], "features_negative": ["ads", "login"]},
            [("ads", NEGATIVE), ("login", NEGATIVE), ("map", POSITIVE)],
        ),
        (
            "hu_liu_customer_reviews",
            {"opinions": [{"feature": "zoom", "strength": 2}, {"feature": "size", "strength": -1}]},
            [("zoom", POSITIVE), ("size", NEGATIVE)],
        ),
    ],
)
def test_a_row_that_is_only_measured_is_read(
    name: str, row: dict[str, Any], wanted: list[tuple[str | None, int]]
) -> None:
    assert name not in {corpus.name for corpus in TABLE}, "training never sees it"
    found = list(ELSEWHERE[name]({"text": "a", **row}))
    labels = [each["labels"] for each in found]
    assert [
        (each.get("target"), label.get("target", label.get("sentiment")))
        for each, label in zip(found, labels, strict=True)
    ] == wanted


def test_an_airline_tweet_is_read_as_a_text_and_as_one_about_the_airline() -> None:
    alone, about = rows.airline(flight("negative", "Lost Luggage"))
    assert "target" not in alone
    assert about["target"] == "Acme"
    assert about["labels"] == {**alone["labels"], "target": NEGATIVE}
    assert alone["labels"]["topics"][TOPICS.index("lost_or_damaged")] == PRESENT


@pytest.mark.parametrize(
    ("text", "unreachable", "staff"),
    [("on hold for two hours", PRESENT, UNKNOWN), ("what a mess", PERHAPS, PERHAPS)],
)
def test_bad_service_is_somebody_rude_or_nobody_at_all(text: str, unreachable: int, staff: int) -> None:
    label = topics.airline("Customer Service Issue", text)
    assert label is not None
    assert label[TOPICS.index("unreachable")] == unreachable
    assert label[TOPICS.index("staff")] == staff
    assert label[TOPICS.index("delay")] == ABSENT


@pytest.mark.parametrize("reason", topics.AIRLINE_ALLOWED)
def test_what_counts_as_right_is_what_is_trained(reason: str) -> None:
    for text in ("a", "on hold for two hours"):
        label = topics.airline(reason, text)
        assert label is not None
        trained = {key for key, mark in zip(TOPICS, label, strict=True) if mark in (PRESENT, PERHAPS)}
        assert trained <= set(topics.AIRLINE_ALLOWED[reason])


@pytest.mark.parametrize(
    ("intent", "topic"),
    [
        ("card_arrival", "delay"),
        ("transaction_charged_twice", "billing"),
        ("cash_withdrawal_charge", "price"),
        ("compromised_card", "safety"),
        ("card_payment_not_recognised", "safety"),
        ("declined_transfer", "outage"),
        ("verify_my_identity", "account"),
        ("atm_support", None),
    ],
)
def test_a_bank_question_has_the_topic(intent: str, topic: str | None) -> None:
    label = topics.banking(intent)
    present = [key for key, mark in zip(TOPICS, label or (), strict=False) if mark == PRESENT]
    assert present == ([topic] if topic else [])


def test_conflicting_opinions_are_left_out() -> None:
    row = {
        "text": "a",
        "aspect_terms": [{"term": "b", "polarity": "conflict"}, {"term": "c", "polarity": "neutral"}],
    }
    assert [(f["target"], f["labels"]) for f in rows.aspects(row)] == [("c", {"target": NEUTRAL})]


def test_a_missing_set_is_left_out_and_named(tmp_path: Path, write_set: Any) -> None:
    write_set(tmp_path, "tweeteval_sentiment", "train", [{"text": f"word{i}", "label": 0} for i in range(9)])
    cuts = read_cuts(tmp_path)
    assert {e.corpus for cut in Cut for _, e in cuts[cut]} == {"tweeteval_sentiment"}
    assert len(missing(tmp_path)) == len(TABLE) - 1


def test_a_set_may_be_packed_or_not_but_not_both(tmp_path: Path, write_set: Any) -> None:
    rows_of_set = [{"text": f"word{i}", "label": 0, "id": i} for i in range(9)]
    plain = tmp_path / "tweeteval_sentiment" / "train.jsonl"
    plain.parent.mkdir()
    plain.write_text("".join(json.dumps(row) + "\n" for row in rows_of_set))
    assert [e.id for e in read_corpus(tmp_path, TABLE[0])] == [str(i) for i in range(9)]
    assert TABLE[0] not in missing(tmp_path)
    write_set(tmp_path, "tweeteval_sentiment", "train", rows_of_set)
    with pytest.raises(ConfigError, match=r"stands beside train\.jsonl"):
        read_cuts(tmp_path)


def test_training_stops_at_a_damaged_row_and_says_which(tmp_path: Path) -> None:
    path = tmp_path / "tweeteval_sentiment" / "train.jsonl"
    path.parent.mkdir()
    path.write_text('{"id": 1, "text": "a", "label": 0}\n{"id"\n')
    with pytest.raises(ConfigError, match=r"tweeteval_sentiment/train\.jsonl:2: is no JSON"):
        read_cuts(tmp_path)


def test_a_folder_without_any_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds none of the sets"):
        read_cuts(tmp_path)


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
    return Corpus(name=name, split="all", read=rows.sentiment, test=test, validation=validation)


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
        write_set(folder, corpus.name, "all", [{"text": text, "label": 0} for text in some])
    cuts = read_cuts(folder, MIXED)
    train, validation, test = ({e.fingerprint for _, e in cuts[cut]} for cut in Cut)
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert train | validation | test == {fingerprint(text) for some in texts for text in some}


@pytest.fixture(scope="module")
def real() -> dict[Cut, list[Example]]:
    if not REAL_DATA.is_dir():
        pytest.skip(f"the labelled data is not part of the repository; it is looked for in {REAL_DATA}")
    assert not missing(REAL_DATA)
    return {cut: [e for _, e in found] for cut, found in read_cuts(REAL_DATA).items()}


def test_no_real_text_that_is_held_back_is_trained_on(real: dict[Cut, list[Example]]) -> None:
    assert min(len(real[cut]) for cut in Cut) > 1_000
    prints = {cut: {e.fingerprint for e in real[cut]} for cut in Cut}
    assert not prints[Cut.TRAIN] & (prints[Cut.VALIDATION] | prints[Cut.TEST])
    assert not prints[Cut.VALIDATION] & prints[Cut.TEST]


def test_what_tools_must_leave_out_is_the_test_cut(real: dict[Cut, list[Example]]) -> None:
    assert only_measured(REAL_DATA) == {e.fingerprint for e in real[Cut.TEST]}


def test_no_real_text_that_the_model_sees_in_training_is_held_back(real: dict[Cut, list[Example]]) -> None:
    seen = {cut: {for_model(e.text).casefold() for e in real[cut]} for cut in Cut}
    assert not seen[Cut.TRAIN] & (seen[Cut.VALIDATION] | seen[Cut.TEST])


def test_every_real_label_is_a_known_one(real: dict[Cut, list[Example]]) -> None:
    found: dict[str, set[Any]] = {}
    for example in (e for cut in Cut for e in real[cut]):
        assert example.text.strip()
        for head, label in example.labels.items():
            found.setdefault(head, set()).add(label)
    assert found["sentiment"] == found["target"] == set(range(len(SENTIMENTS)))
    assert found["severity"] == set(range(len(SEVERITIES)))
    assert found["emotion"] == set(range(len(EMOTIONS)))
    assert found["complaint"] == found["offensive"] == found["irony"] == {0, 1}
    assert found["emoji"] == set(range(20))
    assert all(len(label) == len(TOPICS) for label in found["topics"])
    present = {key for label in found["topics"] for key, mark in zip(TOPICS, label, strict=True) if mark == 1}
    assert len(present) >= 13, "the others have sentences of our own"
