from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.asking import asks, says_enough
from nlp.clean import READ_CHARACTERS


@pytest.mark.parametrize(
    "text",
    [
        "@acme how do I cancel my order?",
        "How do I cancel my order",
        "My parcel never came. Where is it?",
        "hi @acme, is there a shop in Leeds",
        "Does anyone know when the app will be back",
        "I was wondering if you ship to Norway.",
        "Can I take a bike on the night train? #travel",
        "Would love to know whether the blue one comes back.",
        "any idea when this is fixed?",
        "What\u2019s the opening time on Sunday?",
        "¿Where is my refund?",
        "HOW LONG DOES A REFUND TAKE?",
        "It is not in the post. Please can you help me?",
        "Not sure how to reset my password",
        "why are my points gone?",
    ],
)
def test_what_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "My parcel is late again.",
        "Why would anybody buy from you?",
        "How hard can it be to answer the phone?",
        "Late again. Seriously?",
        "Really??",
        "Two hours on hold?!",
        "How dare you?",
        "Do you even read these?",
        "Don't you care about your customers?",
        "the page is at https://example.org/how?do=i",
        "That is how long it took!",
        "What a lovely shop!",
        "Is this a joke?",
    ],
)
def test_what_does_not_ask(text: str) -> None:
    assert not asks(text)


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert asks(text) in (True, False)
    assert says_enough(text) in (True, False)


@pytest.mark.parametrize(
    "piece", ["?" * 40, "so " * 40, "a" * 200, "why " * 50, " \t", ". ", "not sure how to "]
)
def test_a_megabyte_of_it_is_no_trouble(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert asks(text) == asks(text[:READ_CHARACTERS])


def test_a_question_behind_a_long_beginning_is_not_looked_for() -> None:
    assert not asks("word " * READ_CHARACTERS + "Where is it?")


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("you are terrible", False),
        ("@acme @ann false.", False),
        ("worst https://example.org/a/b/c/d", False),
        ("my parcel never came", True),
        ("don't you ever answer", True),
        ("", False),
    ],
)
def test_whether_it_has_the_words_to_be_about_something(text: str, enough: bool) -> None:
    assert says_enough(text) is enough
