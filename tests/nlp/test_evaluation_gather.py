"""Which rows are measured: every split of a known set, the simple form, and nothing that was trained on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.reading import TOPICS
from nlp.adapter.trained import Trained, Use
from nlp.corpora.files import Problem, find_files
from nlp.evaluation.gather import Account, Item, gather

REAL_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
UNLABELLED = {
    "cfpb_complaints_sample",
    "mams_acsa",
    "reviews_amazon_musical_instruments",
    "twcs_customer_support_subset",
    "tweeteval_emoji",
}
"""Sets without an answer to a question of ours."""


def gathered(
    folder: Path, trained: Trained | None = None, limit: int = 0
) -> tuple[list[Item], list[Account], list[str]]:
    items, accounts, told = [], [], []
    for file in find_files(folder):
        accounts.append(Account(name=file.name, split=file.split))
        items += gather(
            file, trained or Trained.nothing(), accounts[-1], lambda p: told.append(str(p)), limit
        )
    return items, accounts, told


def write(folder: Path, place: str, *lines: Any) -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    path.write_bytes(gzip.compress(data) if place.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("place", ["test.jsonl.gz", "heldout.jsonl", "x.jsonl.gz"])
@pytest.mark.parametrize(
    ("name", "row", "heads"),
    [
        ("tweeteval_sentiment", {"text": "a b", "label": 2}, {"sentiment"}),
        ("complaints_acl19", {"text": "a b", "label": 1, "domain": "food"}, {"complaint"}),
        (
            "us_airline_sentiment",
            {"text": "a b", "airline_sentiment": "negative", "negativereason": "Late Flight", "airline": "A"},
            {"sentiment", "complaint", "topics", "target"},
        ),
        (
            "semeval2014_absa_restaurants",
            {
                "text": "a b",
                "aspect_terms": [
                    {"term": "a", "polarity": "conflict"},
                    {"term": "b", "polarity": "positive"},
                ],
                "aspect_categories": [{"category": "food", "polarity": None}],
            },
            {"target", "topics"},
        ),
        (
            "semeval2014_absa_restaurants",
            {"text": "a", "aspect_terms": [{"term": "a", "polarity": "neutral"}], "aspect_categories": None},
            {"target"},
        ),
        (
            "dong2014_twitter_target",
            {"text": "a", "target": "a", "label": 0, "label_name": "neutral"},
            {"target"},
        ),
    ],
)
def test_any_split_of_a_known_set_is_read(tmp_path, name, place, row, heads) -> None:
    write(tmp_path, f"{name}/{place}", row)
    items, (account,), told = gathered(tmp_path)
    assert told == []
    assert {head for item in items for head in item.example.labels} == heads
    assert (account.name, account.split) == (name, place.partition(".")[0])


def test_the_simple_form(tmp_path) -> None:
    write(
        tmp_path,
        "shop/mine.jsonl",
        {
            "id": 1,
            "text": "late",
            "sentiment": "negative",
            "complaint": True,
            "severity": "blame",
            "topics": ["delay"],
            "own_topics": ["locker"],
            "reason": "late",
            "lang": "en",
        },
        {"id": 2, "text": "Acme no, Globex yes", "target": "Acme", "sentiment": "negative", "irony": 0},
        {"id": 3, "text": "fine", "severity": "none"},
        {"id": 4, "text": "ok", "own_topics": []},
    )
    items, (account,), told = gathered(tmp_path)
    assert told == []
    first, text, target, fine, own = items
    assert first.example.labels["severity"] == 3
    assert first.example.labels["topics"] == tuple(int(key == "delay") for key in TOPICS)
    assert (first.example.allowed, first.example.reason, first.language) == (("delay",), "late", "en")
    assert first.own == {"locker"}
    assert dict(text.example.labels) == {"irony": 0}
    assert (target.example.target, dict(target.example.labels)) == ("Acme", {"target": 0})
    assert dict(fine.example.labels) == {"complaint": 0}
    assert (own.own, dict(own.example.labels)) == (frozenset(), {})
    assert (account.rows, account.counted, account.bare) == (4, 5, 0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "a", "sentiment": "angry"}, "`sentiment` is 'angry', expected one of"),
        ({"text": "a", "complaint": "yes"}, "expected 0 or 1"),
        ({"text": "a", "topics": "delay"}, "expected a list"),
        ({"text": "a", "topics": ["locker"]}, "expected one of"),
        ({"text": "a", "target": 5, "sentiment": "neutral"}, "expected words"),
        ({"text": "a", "target": ["Acme"], "irony": 0}, "expected words"),
        ({"text": "a", "complaint": 1, "reason": ["late"]}, "`reason` is ['late'], expected words"),
        ({"text": "a", "reason": 0}, "`reason` is 0, expected words"),
        (
            {"text": "late again", "complaint": 1, "reason": "again late"},
            "`reason` does not stand in the text",
        ),
        ({"text": "a", "irony": 0, "rating": 6}, "`rating` is 6, expected a number from 1 to 5"),
        ({"text": "a", "irony": 0, "followers": "many"}, "`followers` is 'many', expected a number"),
        ({"text": " ", "irony": 1}, "`text` is missing"),
        (b"[1]", "expected a JSON object"),
        (b'{"id"', "is no JSON"),
        (b'{"text": "\xff"}', "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_is_measured(tmp_path, row, said) -> None:
    write(tmp_path, "shop/mine.jsonl", {"text": "a", "irony": 0}, row, b"", {"text": "b", "irony": 1})
    items, (account,), told = gathered(tmp_path)
    assert len(items) == 2
    assert account.problems == 1
    (problem,) = told
    assert problem.startswith("shop/mine.jsonl:2: ")
    assert said in problem


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_an_empty_name_or_reason_is_none(tmp_path, nothing) -> None:
    row = {"text": "late", "target": nothing, "reason": nothing, "sentiment": "negative", "own_topics": []}
    write(tmp_path, "shop/mine.jsonl", row)
    (item,), _, told = gathered(tmp_path)
    assert told == []
    assert (item.example.target, item.example.reason, item.own) == (None, None, frozenset())
    assert dict(item.example.labels) == {"sentiment": 0}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("tweeteval_sentiment", {"text": "a"}),
        ("tweeteval_sentiment", {"text": "a", "label": 3}),
        ("tweeteval_sentiment", {"text": "a", "label": "2"}),
        ("tweeteval_emotion", {"text": "a", "label_name": "fear"}),
        ("us_airline_sentiment", {"text": "a", "airline_sentiment": "angry", "negativereason": None}),
        ("mams_atsa", {"text": "a", "aspect_terms": None}),
    ],
)
def test_a_row_that_is_not_as_its_set_is_told(tmp_path, name, row) -> None:
    write(tmp_path, f"{name}/test.jsonl.gz", row)
    items, _, told = gathered(tmp_path)
    assert items == []
    assert told[0].startswith(f"{name}/test.jsonl.gz:1: ")


def test_a_file_that_ends_early_gives_what_it_holds(tmp_path) -> None:
    path = write(tmp_path, "shop/mine.jsonl.gz", *({"text": f"{i} {i**9}", "irony": 0} for i in range(2_000)))
    path.write_bytes(path.read_bytes()[:9_000])
    write(tmp_path, "shop/other.jsonl", {"text": "a", "irony": 0})
    items, _, told = gathered(tmp_path)
    assert 10 < len(items) < 2_000
    assert items[-1].split == "other"
    assert "the file cannot be read from here" in told[0]


def test_a_very_long_line_is_passed_over(tmp_path) -> None:
    long = b'{"text": "' + b"x" * 5_000_000 + b'"}'
    write(tmp_path, "shop/mine.jsonl", {"text": "a", "irony": 0}, long, {"text": "b", "irony": 0})
    items, _, told = gathered(tmp_path)
    assert [item.example.text for item in items] == ["a", "b"]
    assert "longer than 4 MB" in told[0]


def test_the_hashtags_that_gave_the_label_are_taken_out(tmp_path) -> None:
    write(tmp_path, "tweeteval_irony/test.jsonl", {"text": "lovely #Sarcasm #not #nothing", "label": 1})
    (item,), _, _ = gathered(tmp_path)
    assert item.example.text.split() == ["lovely", "#nothing"]


def test_what_was_trained_on_is_left_out_whatever_its_dress(tmp_path) -> None:
    Trained.save(tmp_path / "trained.npz", ["Late AGAIN!"], tuned=["lost my bag"])
    trained = Trained.load(tmp_path / "trained.npz")
    write(
        tmp_path / "data",
        "shop/mine.jsonl",
        *({"text": text, "irony": 0} for text in ("@a late again", "lost my bag", "new")),
    )
    items, (account,), _ = gathered(tmp_path / "data", trained)
    assert [item.example.text for item in items] == ["new"]
    assert dict(account.left_out) == {Use.TRAINED: 1, Use.TUNED: 1}


@given(st.lists(st.text(max_size=8), max_size=20), st.text(max_size=8))
def test_trained_knows_what_it_was_given(tmp_path_factory, texts, other) -> None:
    path = tmp_path_factory.mktemp("t") / "trained.npz"
    Trained.save(path, texts)
    trained = Trained.load(path)
    assert all(text in trained for text in texts)
    nothing = Trained.nothing()
    assert other not in nothing
    assert len(nothing) == 0


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
def test_a_damaged_list_of_what_was_trained_on_is_told(tmp_path, content) -> None:
    (tmp_path / "trained.npz").write_bytes(content)
    with pytest.raises(ConfigError, match=r"trained\.npz"):
        Trained.load(tmp_path / "trained.npz")


def test_a_limit_takes_the_same_texts_in_any_order(tmp_path) -> None:
    rows = [{"text": f"text {i}", "irony": 0} for i in range(50)]
    write(tmp_path / "a", "shop/mine.jsonl", *rows)
    write(tmp_path / "b", "shop/mine.jsonl", *reversed(rows))
    one, other = ({i.example.text for i in gathered(tmp_path / n, limit=7)[0]} for n in ("a", "b"))
    assert one == other
    assert len(one) == 7


@pytest.mark.parametrize("content", [{}, {"a/readme.md": b""}, {"a/x.jsonl": b"", "a/x.jsonl.gz": b""}])
def test_a_folder_that_cannot_be_measured(tmp_path, content) -> None:
    for place in content:
        write(tmp_path, place)
    with pytest.raises(ConfigError):
        find_files(tmp_path)


def test_files_may_lie_in_the_folder_itself(tmp_path, monkeypatch) -> None:
    write(tmp_path, "complaints_acl19/test.jsonl", {"text": "a", "label": 0, "domain": "random_tweet"})
    monkeypatch.chdir(tmp_path / "complaints_acl19")
    assert [file.place for file in find_files(Path())] == ["complaints_acl19/test.jsonl"]


@pytest.mark.slow
def test_every_real_set_is_read() -> None:
    if not REAL_DATA.is_dir():
        pytest.skip(f"the labelled data is not part of the repository; it is looked for in {REAL_DATA}")
    _, accounts, told = gathered(REAL_DATA)
    assert told == []
    assert {a.name for a in accounts if not a.counted} == UNLABELLED
    assert sum(a.rows for a in accounts) > 250_000


def test_a_topic_that_there_is_not_is_told_where_topics_are_known(tmp_path) -> None:
    write(tmp_path, "mine.jsonl", {"id": 1, "text": "too cold", "own_topics": ["cabin_temprature"]})
    (file,) = find_files(tmp_path)
    told: list[Problem] = []
    account = Account(name=file.name, split=file.split)
    assert list(gather(file, Trained.nothing(), account, told.append, 0, ["cabin_temperature"])) == []
    assert "'cabin_temprature', expected one of: cabin_temperature" in str(told[0])
    assert len(list(gather(file, Trained.nothing(), account, told.append))) == 1
