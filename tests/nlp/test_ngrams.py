"""The n-grams beside the network: counting, weights, the file, and the model with and without them."""

from __future__ import annotations

import json
import math
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from nlp.adapter import DELTA, HEADS, MANIFEST, NGRAMS, SHIPPED, revision
from nlp.clean import for_model
from nlp.model import Model
from nlp.ngrams.features import AT_ONCE, BUCKETS, READ_CHARACTERS, WORD_BUCKETS, Features, features
from nlp.ngrams.weights import NGrams, load, rounded, save

ANYTHING = st.text(st.sampled_from("\x00\ud800\u200d\ufffd😡&;@ aİ'!") | st.characters())
MANY = ["late again", "", "it's a lovely day", "!!!", "so late", "delay " * 40, "été à Paris", "x"]


def words(found: Features) -> int:
    return int((found.buckets < WORD_BUCKETS).sum())


def pieces(found: Features) -> int:
    return int((found.buckets >= WORD_BUCKETS).sum())


@pytest.mark.parametrize(
    ("text", "of_words", "of_pieces"),
    [
        ("", 0, 0),
        ("a", 1, 1),  # " a "
        ("ab", 1, 3),  # " ab", "ab ", " ab "
        ("abc", 1, 6),  # " ab", "abc", "bc ", " abc", "abc ", " abc "
        ("a b", 3, 2),  # a, b, a b; no piece reaches over the space
        ("!", 0, 1),  # no word
        ("ab!", 1, 6),
        ("b a b", 4, 2),  # b twice counts as one entry
    ],
)
def test_what_is_counted(text: str, of_words: int, of_pieces: int) -> None:
    found = features([text])
    assert (words(found), pieces(found)) == (of_words, of_pieces)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Late Again", "late again", True),
        ("late again", "again late", False),
        ("it's", "its", False),
        ("late", "late!", False),
    ],
)
def test_what_is_the_same(one: str, other: str, same: bool) -> None:
    found = [features([text]) for text in (one, other)]
    assert np.array_equal(found[0].buckets, found[1].buckets) == same


def test_what_comes_twice_counts_more_but_not_twice() -> None:
    found = features(["on on off"])
    of_words = found.values[found.buckets < WORD_BUCKETS]
    once = 1 / math.sqrt((1 + math.log(2)) ** 2 + 4 - 1)  # on; off, on on, on off
    assert sorted(of_words.tolist()) == pytest.approx([once, once, once, once * (1 + math.log(2))])


@given(st.lists(ANYTHING, max_size=8))
def test_any_texts_are_counted_and_each_half_has_length_one(texts: list[str]) -> None:
    found = features(texts)
    assert found.texts == len(texts)
    assert ((found.buckets >= 0) & (found.buckets < BUCKETS)).all()
    keys = found.rows * BUCKETS + found.buckets
    assert (np.diff(keys) > 0).all(), "by text, then by bucket, each once"
    half = 2 * found.rows + (found.buckets >= WORD_BUCKETS)
    lengths = np.bincount(half, found.values.astype(float) ** 2)
    assert lengths[lengths > 0] == pytest.approx(np.ones((lengths > 0).sum()), abs=1e-5)


@given(st.lists(ANYTHING.map(for_model), max_size=8), st.randoms())
def test_neighbours_and_order_change_nothing(texts: list[str], rng: random.Random) -> None:
    order = list(range(len(texts)))
    rng.shuffle(order)
    found = features([texts[i] for i in order])
    for place, i in enumerate(order):
        alone, here = features([texts[i]]), found.rows == place
        assert np.array_equal(found.buckets[here], alone.buckets)
        assert np.array_equal(found.values[here], alone.values)


def test_more_than_is_hashed_at_once_is_counted_as_one_by_one() -> None:
    rng = random.Random(3)
    texts = ["".join(rng.choices("abcdefg  ", k=READ_CHARACTERS + 50)) for _ in range(40)]
    assert sum(map(len, texts)) > 2 * AT_ONCE
    together = features(texts)
    for place in (0, 15, 16, 17, 39):
        assert np.array_equal(together.buckets[together.rows == place], features([texts[place]]).buckets)


def some_ngrams() -> NGrams:
    rng = np.random.default_rng(1)
    weights = {"sentiment": rng.normal(size=(BUCKETS, 3)), "complaint": rng.normal(size=(BUCKETS, 1))}
    bias = {"sentiment": np.array([1.0, 2.0, 3.0]), "complaint": np.array([-1.0])}
    return rounded(
        {head: each.astype(np.float32) for head, each in weights.items()},
        {head: each.astype(np.float32) for head, each in bias.items()},
    )


def test_scores_are_the_sums_of_the_weights() -> None:
    ngrams, found = some_ngrams(), features(MANY)
    rows = np.zeros((len(MANY), BUCKETS))
    rows[found.rows, found.buckets] = found.values
    wanted = rows @ (ngrams.codes * ngrams.steps.astype(float)) + ngrams.bias
    assert ngrams.scores(MANY) == pytest.approx(wanted, abs=1e-3)
    assert ngrams.scores([""])[0] == pytest.approx([1, 2, 3, -1])
    assert ngrams.scores([]).shape == (0, 4)


def test_rounding_moves_no_weight_by_more_than_half_a_step() -> None:
    exact = np.random.default_rng(2).normal(size=(BUCKETS, 2)).astype(np.float32)
    found = rounded({"emotion": exact}, {"emotion": np.zeros(2, dtype=np.float32)})
    assert np.abs(found.codes * found.steps - exact).max() <= found.steps.max() / 2 + 1e-6


def test_only_the_heads_that_gain_are_changed() -> None:
    logits = {
        "irony": np.ones((2, 1), dtype=np.float32),
        "sentiment": np.ones((2, 3), dtype=np.float32),
        "complaint": np.ones((2, 1), dtype=np.float32),
    }
    found = some_ngrams().add_to(logits, some_ngrams().scores(MANY[:2]))
    assert list(found) == list(logits)
    assert np.array_equal(found["irony"], logits["irony"])
    assert found["sentiment"][1].tolist() == pytest.approx([2, 3, 4])
    assert found["complaint"][1].tolist() == pytest.approx([0])


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path, ngrams = tmp_path / NGRAMS, some_ngrams()
    save(path, ngrams)
    found = load(path)
    assert found.heads == ngrams.heads
    assert np.array_equal(found.scores(MANY), ngrams.scores(MANY))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_told(tmp_path: Path, share: float) -> None:
    path = tmp_path / NGRAMS
    save(path, some_ngrams())
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ConfigError, match=r"is damaged .* check the file out again"):
        load(path)


@pytest.mark.parametrize(
    "change",
    [
        {"codes": np.zeros((4, 7), dtype=np.int8)},
        {"codes": np.zeros((4, BUCKETS), dtype=np.float32)},
        {"bias": np.zeros(3, dtype=np.float32)},
        {"heads": np.array(["sentiment"])},
        {"heads": np.array([b"x", None], dtype=object)},
    ],
    ids=["buckets", "type", "outputs", "heads", "pickle"],
)
def test_a_file_of_another_form_is_told(tmp_path: Path, change: dict[str, np.ndarray]) -> None:
    path = tmp_path / NGRAMS
    save(path, some_ngrams())
    with np.load(path) as file:
        np.savez_compressed(path, **{**dict(file), **change})
    with pytest.raises(ConfigError, match=str(path)):
        load(path)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (MANIFEST, HEADS, DELTA, NGRAMS):
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_the_shipped_ngrams_are_read_with(model: Model, copied: Path) -> None:
    """Less what they add, the readings are those of the network alone."""
    manifest = json.loads((copied / MANIFEST).read_text())
    assert manifest["ngrams"], "without them, these tests say nothing"
    (copied / NGRAMS).unlink()
    (copied / MANIFEST).write_text(json.dumps({**manifest, "ngrams": {}}))
    alone = Model(folder=copied)
    text = "my flight is delayed for the third time, worst airline ever"
    without, beside = alone.read([text])[0], model.read([text])[0]
    assert without.sentiment != beside.sentiment
    assert without.irony == beside.irony or "irony" in manifest["ngrams"]
    assert alone.revision == revision(copied) != model.revision
    assert alone.embed([text])[0] == pytest.approx(model.embed([text])[0], abs=1e-3)


def test_ngrams_that_are_missing_are_told_before_anything_is_loaded(copied: Path) -> None:
    (copied / NGRAMS).unlink()
    with pytest.raises(ConfigError, match=f"{NGRAMS}.*is missing"):
        Model(folder=copied).check()


def test_ngrams_of_another_adapter_are_told(copied: Path) -> None:
    save(copied / NGRAMS, some_ngrams())
    with pytest.raises(ConfigError, match="does not belong to"):
        Model(folder=copied).read(["late again"])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{tmp_path / NGRAMS}: is missing; check the file out again"):
        load(tmp_path / NGRAMS)
