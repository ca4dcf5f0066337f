"""Which label means what: told from its name, said by the user, or asked for."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ConfigError
from nlp.label_map import label_map, parse_labels

NEG, NEU, POS = range(3)


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        (("negative", "neutral", "positive"), (NEG, NEU, POS)),
        (("positive", "neutral", "negative"), (POS, NEU, NEG)),
        (("Negative", "NEUTRAL", "Positive"), (NEG, NEU, POS)),
        (("NEG", "NEU", "POS"), (NEG, NEU, POS)),
        (("NEGATIVE", "POSITIVE"), (NEG, POS)),
        (("pos", "neg"), (POS, NEG)),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (NEG, NEG, NEU, POS, POS)),
        (("5 star", "4 star", "3 star", "2 star", "1 star"), (POS, POS, NEU, NEG, NEG)),
        (("Very Negative", "Negative", "Neutral", "Positive", "very_positive"), (NEG, NEG, NEU, POS, POS)),
    ],
)
def test_names_that_leave_no_doubt(labels: tuple[str, ...], wanted: tuple[int, ...]) -> None:
    assert label_map(labels, {}, "m").sentiments == wanted


@pytest.mark.parametrize(
    ("labels", "given", "wanted"),
    [
        (("LABEL_0", "LABEL_1"), "LABEL_0=negative,LABEL_1=positive", (NEG, POS)),
        (
            ("LABEL_0", "LABEL_1", "LABEL_2"),
            " label_2 = Positive, LABEL_1=NEUTRAL,label_0=negative,",
            (0, 1, 2),
        ),
        (("negative", "positive", "mixed"), "mixed=neutral", (NEG, POS, NEU)),
        (("negative", "positive"), "negative=positive,positive=negative", (POS, NEG)),
        (("bad=bad", "good"), "bad=bad=negative,good=positive", (NEG, POS)),
        (("1 star", "2 stars", "3 stars"), "1 star=negative,2 stars=neutral,3 stars=positive", (0, 1, 2)),
    ],
)
def test_what_the_user_says_comes_first(labels: tuple[str, ...], given: str, wanted: tuple[int, ...]) -> None:
    assert label_map(labels, parse_labels(given), "m").sentiments == wanted


@pytest.mark.parametrize(
    ("labels", "given", "said"),
    [
        (("LABEL_0", "LABEL_1", "LABEL_2"), "", 'EARFUL_SENTIMENT_LABELS="LABEL_0=…,LABEL_1=…,LABEL_2=…"'),
        (("LABEL_0", "LABEL_1"), "LABEL_0=negative", "LABEL_0, LABEL_1"),
        (("negative", "positive", "mixed"), "", "mixed"),
        (("1 star", "2 stars", "3 stars"), "", "cannot be told"),
        (("negative", "neutral"), "", "none of them means positive"),
        (("positive",), "", "none of them means negative"),
        (("negative", "positive"), "LABEL_0=negative", "names 'LABEL_0', but the labels of m are: negative"),
        (tuple(f"emotion {i}" for i in range(28)), "", "emotion 7 and 20 more"),
    ],
)
def test_what_cannot_be_told_is_asked_for(labels: tuple[str, ...], given: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        label_map(labels, parse_labels(given), "m")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "given", ["LABEL_0", "LABEL_0=", "=negative", "LABEL_0=angry", "a=negative,A=positive"]
)
def test_a_map_in_another_form_is_refused(given: str) -> None:
    with pytest.raises(ConfigError, match="EARFUL_SENTIMENT_LABELS"):
        parse_labels(given)


def test_labels_of_one_sentiment_are_added_up() -> None:
    stars = label_map(("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), {}, "m")
    folded = stars.fold(np.array([[0.5, 0.2, 0.1, 0.15, 0.05], [0.0, 0.0, 0.0, 0.0, 1.0]]))
    assert folded == pytest.approx(np.array([[0.7, 0.1, 0.2], [0, 0, 1]]))


def test_a_model_without_neutral_never_says_neutral() -> None:
    assert label_map(("POS", "NEG"), {}, "m").fold(np.array([[0.6, 0.4]])) == pytest.approx(
        np.array([[0.4, 0, 0.6]])
    )
