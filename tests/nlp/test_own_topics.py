"""A team's own topics: bounded, monotone, indifferent to order; right on plain texts with the encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import Topic
from nlp.model import Model
from nlp.ordinary import ORDINARY
from nlp.own_topics import (
    SCALE,
    OwnTopics,
    Prototype,
    Vectors,
    features,
    probability,
    revision_of,
)

DIMENSIONS = 24


def unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class Bag:
    """Embeds by words: texts that share words are near. Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        found = np.full((len(texts), DIMENSIONS), 1e-3, dtype=np.float32)
        for i, text in enumerate(texts):
            for word in text.casefold().split():
                found[i, hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1
        return unit(found)


COLD = Topic(
    key="cabin_cold", sentence="The cabin was cold.", examples=("freezing berth", "no second blanket")
)
TEA = Topic(key="tea", sentence="There was no tea.")
SICK = Topic(key="pregnancy", sentence="The author is expecting a baby.")

vectors = st.integers(0, 2**32 - 1).map(
    lambda seed: unit(np.random.default_rng(seed).normal(size=(30, DIMENSIONS)).astype(np.float32))
)


def prototype(v: Vectors, examples: int, counter: int) -> Prototype:
    return Prototype(sentence=v[0], examples=v[1 : 1 + examples], counter_examples=v[10 : 10 + counter])


@given(v=vectors, examples=st.integers(0, 9), counter=st.integers(0, 5))
def test_a_probability_lies_between_0_and_1(v: Vectors, examples: int, counter: int) -> None:
    found = features(v, prototype(v, examples, counter), v[15:])
    p = probability(found, SCALE)
    assert p.shape == (30,)
    assert ((p >= 0) & (p <= 1)).all()


def test_the_signs_of_the_constants_are_those_of_their_meaning() -> None:
    assert SCALE.topic > 0
    assert max(SCALE.ordinary, SCALE.cohesion, SCALE.counter) <= 0


@given(v=vectors, column=st.integers(0, 3), more=st.floats(0, 1))
def test_nearer_to_the_topic_is_never_less_and_nearer_to_others_never_more(
    v: Vectors, column: int, more: float
) -> None:
    found = features(v, prototype(v, 3, 2), v[15:])
    moved = found.copy()
    moved[:, column] += more
    change = probability(moved, SCALE) - probability(found, SCALE)
    assert (change >= 0).all() if column < 1 else (change <= 0).all()


@given(v=vectors, counter=st.integers(1, 5))
def test_a_counter_example_never_makes_a_text_likelier(v: Vectors, counter: int) -> None:
    without, with_ = (probability(features(v, prototype(v, 3, n), v[15:]), SCALE) for n in (0, counter))
    assert (with_ <= without).all()


@settings(max_examples=30)
@given(topics=st.permutations([COLD, TEA, SICK]), examples=st.permutations(COLD.examples))
def test_order_changes_neither_an_answer_nor_the_revision(topics: list[Topic], examples: list[str]) -> None:
    moved = COLD.model_copy(update={"examples": tuple(examples)})
    shuffled = [moved if topic.key == "cabin_cold" else topic for topic in topics]
    bag = Bag()
    texts = bag(["the berth was freezing", "tea please"])
    there = OwnTopics([COLD, TEA, SICK], bag, "bag").read(texts, ["archive"] * 2)
    assert OwnTopics(shuffled, bag, "bag").read(texts, ["archive"] * 2) == there
    assert revision_of(shuffled) == revision_of([COLD, TEA, SICK])


@pytest.mark.parametrize(
    "changed",
    [
        {"sentence": "The cabin was hot."},
        {"examples": ("freezing berth",)},
        {"counter_examples": ("cold coffee",)},
        {"sources": ("archive",)},
        {"key": "cabin_hot"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_any_change_of_a_topic_is_another_revision(changed: dict[str, object]) -> None:
    assert revision_of([TEA, COLD.model_copy(update=changed)]) != revision_of([TEA, COLD])
    assert len(revision_of([COLD])) == 8
    assert revision_of([]) == ""


def test_prototypes_are_embedded_once_a_process_by_their_content() -> None:
    first, second, other = Bag(), Bag(), Bag()
    texts = Bag()(["a"])
    OwnTopics([COLD], first, "once").read(texts)
    OwnTopics([COLD, TEA], second, "once").read(texts)
    OwnTopics([COLD], other, "another model").read(texts)
    assert sorted(first.asked) == sorted({*ORDINARY, COLD.sentence, *COLD.examples})
    assert second.asked == [TEA.sentence]
    assert other.asked == first.asked, "vectors of one model are never used for another"


def test_nothing_is_embedded_where_nothing_is_asked() -> None:
    bag = Bag()
    assert OwnTopics([], bag, "idle").read(np.zeros((2, DIMENSIONS), dtype=np.float32)) == [{}, {}]
    assert OwnTopics([COLD], bag, "idle").read(np.zeros((0, DIMENSIONS), dtype=np.float32)) == []
    assert bag.asked == []


def test_a_sensitive_topic_is_computed_for_sources_that_are_known_to_allow_it_only() -> None:
    bag = Bag()
    topics = OwnTopics([SICK, TEA.model_copy(update={"sources": ("archive", "x")})], bag, "bag")
    texts = bag(["tea"] * 4)
    found = topics.read(texts, ["archive", "x", "reddit", None])
    assert [set(answers) for answers in found] == [{"pregnancy", "tea"}, {"tea"}, set(), {"tea"}]
    assert [set(answers) for answers in topics.read(texts)] == [{"tea"}] * 4


def test_a_scale_is_plain_numbers() -> None:
    assert all(np.isfinite(astuple(SCALE))), "written by tools/fit_own_topics.py"
    assert replace(SCALE, bias=0.0).weights.shape == (4,)


BAG = "My bag did not arrive and nobody knows where it is."
CLEAR = ("Landed six hours ago, still no suitcase.", "You lost my luggage and the desk cannot find it.")
REWORDED = (
    "My bag has not arrived and nobody knows where it is.",
    "Our bags did not come, no one knows why.",
)
ODD = ("brrrr", "Mein Koffer ist nicht angekommen.", "Das ist ein deutscher Satz.")


@pytest.mark.parametrize(
    "examples",
    [(BAG,), REWORDED, CLEAR[:1], CLEAR, (*CLEAR, BAG), ODD[:1], ODD[1:], (*CLEAR, *ODD), (*REWORDED, *ODD)],
)
def test_no_examples_switch_a_topic_off_or_make_it_match_everything(
    model: Model, examples: tuple[str, ...]
) -> None:
    topic = Topic(key="bag", sentence=BAG, examples=examples)
    about = ["three days and my bag is still missing", "where is my suitcase? nobody at the airport knows"]
    texts = model.embed([*about, *(line for line in ORDINARY if line != "My parcel is lost.")])
    found = [answers["bag"] for answers in OwnTopics([topic], model.embed, model.revision).read(texts)]
    assert min(found[:2]) > 0.5
    assert max(found[2:]) < 0.5


@given(v=vectors, count=st.integers(1, 5))
def test_examples_far_from_the_sentence_change_nothing(v: Vectors, count: int) -> None:
    far = v[1 : 1 + count]
    far = unit(far - (far @ v[0])[:, None] * v[0])
    odd = Prototype(sentence=v[0], examples=far, counter_examples=v[10:12])
    assert np.allclose(features(v, odd, v[15:]), features(v, prototype(v, 0, 2), v[15:]))


@given(v=vectors, count=st.integers(1, 5))
def test_the_sentence_as_an_example_changes_nothing(v: Vectors, count: int) -> None:
    again = Prototype(sentence=v[0], examples=v[[0] * count], counter_examples=v[10:12])
    assert np.allclose(features(v, again, v[15:]), features(v, prototype(v, 0, 2), v[15:]), atol=1e-6)


def test_a_topic_finds_its_texts_and_leaves_others(model: Model) -> None:
    about = ["the sleeper was icy and I shivered all night", "our compartment had no heating at all"]
    other = ["lovely crew, thank you", "my refund has still not arrived", "how do I change my booking?"]
    texts = model.embed([*about, *other])
    found = [answers["cabin_cold"] for answers in OwnTopics([COLD], model.embed, model.revision).read(texts)]
    assert min(found[:2]) > 2 * max(found[2:])
