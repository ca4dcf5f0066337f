from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.distinctive import LONGEST, distinctive

REFUNDS = ["where is my refund?", "I wait for the refund of my order", "no refund after three weeks"]
LATE = ["the train was late again", "late train, missed my meeting", "train late, nobody says why"]
APP = ["the app crashes at login", "app does not open, login fails", "login in the app is broken"]


def test_what_tells_groups_apart() -> None:
    refunds, late, app = distinctive([REFUNDS, LATE, APP])
    assert refunds[0] == "refund"
    assert set(late[:2]) == {"late", "train"}
    assert set(app[:2]) == {"app", "login"}


def test_what_all_groups_say_tells_nothing() -> None:
    groups = [[f"acme {text}" for text in group] for group in (REFUNDS, LATE, APP)]
    assert all("acme" not in words for words in distinctive(groups))


def test_a_group_that_says_all_that_the_others_say_has_none_of_their_words() -> None:
    mixed = ["late train", "train late again", "no refund yet", "refund please", "refund refused once"]
    refunds = ["refund please", "no refund yet", "refund refused"]
    assert "refund" not in distinctive([mixed, refunds])[0]
    assert distinctive([mixed * 3, refunds * 3])[0] == ["late", "train"]


def test_a_group_beside_groups_that_say_nothing_has_its_words() -> None:
    assert distinctive([REFUNDS, ["?"]]) == [*distinctive([REFUNDS]), []]
    assert "refund" in distinctive([REFUNDS])[0]


def test_a_word_that_one_text_repeats_is_said_once() -> None:
    loud = [*REFUNDS, "parrot " * 500]
    assert "parrot" not in distinctive([loud, LATE, APP])[0]


def test_handles_links_and_endless_words_are_none() -> None:
    hostile = ["@acme_help my parcel https://example.org/way " + "x" * 5_000] * 3
    (words, _, _) = distinctive([hostile, LATE, APP])
    assert "parcel" in words
    assert all(
        len(word) <= LONGEST and "acme_help" not in word and word not in ("example", "way") for word in words
    )


def test_the_order_of_texts_changes_nothing() -> None:
    assert distinctive([REFUNDS[::-1], LATE, APP]) == distinctive([REFUNDS, LATE, APP])


@pytest.mark.parametrize("groups", [[], [[]], [[""]], [["?"], []], [REFUNDS]])
def test_little_is_no_trouble(groups: list[list[str]]) -> None:
    assert len(distinctive(groups)) == len(groups)


@given(st.lists(st.lists(st.text(max_size=60), max_size=5), max_size=5), st.integers(0, 5))
def test_any_texts_give_few_words_for_each_group(groups: list[list[str]], most: int) -> None:
    found = distinctive(groups, most)
    assert len(found) == len(groups)
    assert all(len(words) <= most for words in found)
