"""Questions with the shipped model: what means the same in other words is one question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.steps.questions import asked_questions
from flows.steps.update_questions import update_questions
from nlp.readers import reader_for
from tests.flows.asking_home import Home
from tests.flows.conftest import NOW

pytestmark = pytest.mark.slow

PASSWORD = (
    "@acme how do I reset my password?",
    "Hi, I forgot my password. How can I get a new one?",
    "How can I change the password of my account",
    "can you help me reset the password please? https://example.org/login",
    "does anyone know how to reset the Acme password?",
)
REFUND = (
    "When will I get my refund?",
    "@acme still waiting for my refund, how long does it take?",
    "How long does a refund take to arrive?",
    "My refund has not arrived yet. When will it come?",
)
OTHERS = (
    "The cabin crew on the ferry sang for us, lovely trip.",
    "@acme do you sell gift cards in the Leeds shop?",
    "Bought a kettle yesterday and it leaks all over the kitchen.",
    "Parking at your store is a nightmare on Saturdays.",
    "The music in the shop is far too loud for my taste.",
)


@pytest.fixture
def home(tmp_path: Path, url_of: Callable[..., str]) -> Home:
    home = Home(tmp_path, url_of())
    home.post(
        *(
            {"id": n, "text": words, "author": f"a{n}"}
            for n, words in enumerate((*PASSWORD, *REFUND, *OTHERS))
        )
    )
    return home


def test_other_words_for_the_same_are_one_question(home: Home) -> None:
    home.reader = reader_for(home.settings)  # type: ignore[assignment]
    with home.heard() as wiring:
        update_questions(wiring)
        found = asked_questions(wiring, "Acme", NOW)
        assert update_questions(wiring) == 0
    assert [each.now for each in found.asked] == [5, 4]
    assert "password" in found.asked[0].words
    assert "refund" in found.asked[1].words
    assert found.asked[0].label in PASSWORD
    assert found.asked[1].label in REFUND
