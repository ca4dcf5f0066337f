"""Which topics would infer what platforms' terms forbid, and which only sound so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.terms import FORBIDDEN, TRAITS, find_sensitive, forbidding
from tests.core import topics_by_terms as cases

SENSITIVE = [(trait, key, said) for trait, topics in cases.FORBIDDEN.items() for key, said in topics]


@pytest.mark.parametrize(("trait", "key", "said"), SENSITIVE, ids=[key for _, key, _ in SENSITIVE])
def test_a_topic_that_infers_a_trait_is_found(trait: str, key: str, said: str) -> None:
    found = find_sensitive(key, said)
    assert found is not None
    assert found.trait == trait
    assert forbidding(found.trait, ["x", "archive", "reddit"]) == ("reddit", "x")


@pytest.mark.parametrize(("key", "said"), cases.HARMLESS, ids=[key for key, _ in cases.HARMLESS])
def test_a_topic_that_only_sounds_so_is_left_alone(key: str, said: str) -> None:
    assert find_sensitive(key, said) is None


def test_every_trait_of_the_terms_has_words_and_cases() -> None:
    assert {trait.name for trait in TRAITS} == set(cases.FORBIDDEN)
    assert all(traits == {trait.name for trait in TRAITS} for traits in FORBIDDEN.values())


def test_one_customer_who_mentions_a_trait_does_not_make_a_topic_of_it() -> None:
    late = ["an hour late", "late again", "we missed our bus", "my pregnant wife had to stand for an hour"]
    assert find_sensitive("late_trains", "The train was late.", late) is None


@pytest.mark.parametrize(
    "examples",
    [
        ["my pregnant wife had to stand"],
        ["I am pregnant", "no seat", "expecting twins", "late again", "cold"],
    ],
    ids=["the only one", "two of five"],
)
def test_examples_give_a_topic_away_that_its_sentence_hides(examples: list[str]) -> None:
    found = find_sensitive("seats", "Nobody offers a seat.", examples)
    assert found is not None
    assert (found.trait, found.where) == ("health", "examples")


def test_a_source_that_forbids_nothing_known_forbids_nothing() -> None:
    assert forbidding("health", ["archive"]) == ()
    assert forbidding("", ["x"]) == ()


@given(key=st.text(), said=st.text(), examples=st.lists(st.text(), max_size=5))
def test_any_text_has_an_answer(key: str, said: str, examples: list[str]) -> None:
    found = find_sensitive(key, said, examples)
    assert found is None or (found.words and found.trait in {trait.name for trait in TRAITS})


@given(st.lists(st.sampled_from(["late again", "I am pregnant", "no seat", "he is Muslim", " "]), max_size=6))
def test_the_order_of_examples_does_not_matter(examples: list[str]) -> None:
    there, back = (find_sensitive("a", "Words.", given) for given in (examples, examples[::-1]))
    assert (there is None) == (back is None)
    assert there is None or back is None or there.trait == back.trait
