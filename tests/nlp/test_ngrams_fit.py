"""Fitting the n-grams, on made-up sentences: what the network does not know they learn, and only that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.reading import TOPICS
from nlp.calibration import Calibration
from nlp.corpora import rows
from nlp.corpora.example import ABSENT, PERHAPS, PRESENT, UNKNOWN, Example
from nlp.corpora.table import Corpus
from nlp.heads import ON_TEXT
from training.calibrate import fit_several
from training.gain import FOLDS, Fitted, Held, Tried, choice, holds_elsewhere
from training.ngrams import Chosen, fit, together

SET = Corpus(name="made_up", split="all", read=rows.sentiment, validation=10)
COMPLAINTS = ("is late again", "broke at once", "lost my money", "never came", "smells of smoke")
OTHERS = ("opens at nine", "is painted blue", "stands in Leeds", "was on the news", "has two doors")
THINGS = [
    f"{a} {b}"
    for a in ("the old", "my new", "your", "this", "a")
    for b in ("bus", "van", "app", "bag", "cup")
]
Logits = dict[str, NDArray[np.float32]]


def labelled(**labels: Any) -> list[tuple[Corpus, Example]]:
    made = [(f"{thing} {end}", end in COMPLAINTS) for thing in THINGS for end in (*COMPLAINTS, *OTHERS)]
    return [
        (
            SET,
            Example(
                corpus=SET.name,
                id=str(i),
                text=text,
                labels={head: label(yes) for head, label in labels.items()},
                allowed=("cancellation",) if yes else (),
            ),
        )
        for i, (text, yes) in enumerate(made)
    ]


def knows_nothing(examples: list[tuple[Corpus, Example]]) -> Logits:
    return {head: np.zeros((len(examples), n), dtype=np.float32) for head, n in ON_TEXT.items()}


def halves(**labels: Any) -> tuple[list[tuple[Corpus, Example]], list[tuple[Corpus, Example]]]:
    """To learn from and to choose by: of other things, with the same endings."""
    examples, ends = labelled(**labels), len(COMPLAINTS) + len(OTHERS)
    train, validation = ([e for i, e in enumerate(examples) if i // ends % 2 == half] for half in (0, 1))
    return train, validation


def fitted(**labels: Any) -> dict[str, Chosen]:
    train, validation = halves(**labels)
    return fit(train, validation, knows_nothing(validation))


@pytest.fixture(scope="module")
def chosen() -> dict[str, Chosen]:
    return fitted(complaint=int, sentiment=lambda yes: 0 if yes else 2)


def test_a_head_that_gains_gets_ngrams_which_know_the_words(chosen: dict[str, Chosen]) -> None:
    scores = together(chosen).scores(["the train is late again", "the train is painted blue"])
    assert scores[0, 0] > scores[1, 0]
    assert chosen["complaint"].loss[1] < chosen["complaint"].loss[0]
    assert chosen["complaint"].score[1] > 0.95


def test_a_head_whose_classes_are_not_all_taught_gets_none(chosen: dict[str, Chosen]) -> None:
    assert set(chosen) == {"complaint"}, "of the three sentiments two are taught"


def test_the_same_data_makes_the_same_weights(chosen: dict[str, Chosen]) -> None:
    again = fitted(complaint=int)
    assert np.array_equal(again["complaint"].weights, chosen["complaint"].weights)


def test_where_the_network_knows_all_nothing_is_added() -> None:
    train, validation = halves(complaint=int)
    right = np.array([[e.labels["complaint"]] for _, e in validation], dtype=np.float32)
    assert fit(train, validation, {**knows_nothing(validation), "complaint": 40 * right - 20}) == {}


def test_where_there_is_nothing_to_learn_nothing_is_added() -> None:
    rng = np.random.default_rng(4)
    assert fitted(complaint=lambda _: int(rng.integers(2))) == {}


def test_with_few_examples_nothing_is_chosen() -> None:
    examples = labelled(complaint=int)
    assert fit(examples, examples[:20], knows_nothing(examples[:20])) == {}
    assert fit([], examples, knows_nothing(examples)) == {}
    assert fit(examples, [], knows_nothing([])) == {}


def test_topics_are_learnt_one_by_one() -> None:
    def about(yes: bool) -> tuple[int, ...]:
        return (UNKNOWN, PRESENT if yes else ABSENT, *[UNKNOWN] * (ON_TEXT["topics"] - 2))

    one = fitted(topics=about)["topics"]
    assert np.abs(one.weights[:, 1]).max() > 0
    assert not np.delete(one.weights, 1, axis=1).any(), "of the others nobody said anything"


def test_that_one_of_several_is_true_counts_when_they_are_calibrated() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(scale=2.0, size=(4_000, 3)).astype(np.float32)
    true = rng.random(logits.shape) < Calibration(temperature=1.5, shift=-0.5).yes(logits)
    labels = np.where(true, PRESENT, ABSENT)
    half = np.arange(len(labels)) % 2 == 0
    labels[np.ix_(half & true[:, :2].any(axis=1), [0, 1])] = PERHAPS
    found = fit_several(logits, labels)
    assert found.temperature == pytest.approx(1.5, rel=0.12)
    assert found.shift == pytest.approx(-0.5, abs=0.12)


def test_a_choice_that_does_well_on_some_texts_only_by_chance_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of many that only disturb, the luckiest looks good where it was chosen, and nowhere else."""
    monkeypatch.setattr("training.gain.SURE", 0.0)
    rng = np.random.default_rng(6)
    count = 120
    labels = rng.integers(2, size=count)
    knows = (rng.normal(size=count) + labels - 0.5).astype(np.float32)[:, None]
    held = Held(
        head="complaint",
        network=knows,
        labels=labels,
        sets=np.full(count, "made_up"),
        allowed=[()] * count,
        folds=np.arange(count) % FOLDS,
    )
    nothing = Fitted(strength=1, sets=frozenset(), weights=np.zeros((1, 1)), bias=np.zeros(1))
    tried = []
    for _ in range(300):
        logits = knows + rng.normal(scale=0.4, size=knows.shape).astype(np.float32)
        gain = held.losses(held.network) - held.losses(logits)
        tried.append(Tried(fitted=nothing, share=0.1, logits=logits, gain=gain))
    assert choice(held, tried, np.ones(count, dtype=bool)) is not None
    assert not holds_elsewhere(held, tried)


def test_topics_are_scored_by_the_likeliest_and_by_each() -> None:
    known = ((PRESENT, ABSENT), (ABSENT, PRESENT), (PERHAPS, PERHAPS))
    unknown = [UNKNOWN] * (len(TOPICS) - 2)
    held = Held(
        head="topics",
        network=np.zeros((3, len(TOPICS)), np.float32),
        labels=np.array([[*pair, *unknown] for pair in known]),
        sets=np.full(3, "made_up"),
        allowed=[(TOPICS[0],), (TOPICS[1],), TOPICS[:2]],
        folds=np.zeros(3, np.int64),
    )
    says = np.full((3, len(TOPICS)), -9, np.float32)
    says[:, 0] = 1  # the first topic, whatever the text: right for two of three, F1 2/3 and 0
    everything = np.ones(3, dtype=bool)
    assert held.score(says, everything) == pytest.approx((2 / 3 + (2 / 3 + 0) / 2) / 2)
    assert held.score(says, np.array([True, False, False])) == 1
