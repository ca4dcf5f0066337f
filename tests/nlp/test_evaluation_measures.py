"""The figures themselves: by hand for small cases, against scikit-learn for any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from core.reading import Span
from nlp.evaluation import measures as m
from nlp.evaluation.overlap import guesses, locate, overlap, places

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)
TEXTS = st.text(alphabet="ab  c\n", max_size=30)
PLACES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4)


@pytest.mark.parametrize(
    ("counts", "measure", "wanted"),
    [
        ([[3, 1], [2, 4]], m.accuracy, 0.7),
        ([[3, 1], [2, 4]], m.macro_recall, (3 / 4 + 4 / 6) / 2),
        ([[3, 1], [2, 4]], m.f1_of_last, 8 / 11),
        ([[3, 1], [2, 4]], m.precision_of_last, 4 / 5),
        ([[3, 1], [2, 4]], m.recall_of_last, 4 / 6),
        ([[0, 0], [0, 5]], m.macro_recall, 1.0),  # a class that nobody wanted does not count
        ([[0, 0], [0, 0]], m.macro_f1, 0.0),
    ],
)
def test_a_figure_by_hand(counts, measure, wanted) -> None:
    assert float(measure(np.array(counts))) == pytest.approx(wanted)


@settings(deadline=None)
@given(PAIRS)
def test_figures_are_those_of_scikit_learn(pairs) -> None:
    wanted, got = [w for w, _ in pairs], [g for _, g in pairs]
    counts = m.confusion(wanted, got, 4)
    assert counts.sum() == len(pairs)
    macro = {"labels": sorted(set(wanted)), "average": "macro", "zero_division": 0}
    assert float(m.macro_recall(counts)) == pytest.approx(recall_score(wanted, got, **macro))
    assert float(m.macro_f1(counts)) == pytest.approx(f1_score(wanted, got, **macro))
    each = {"labels": range(4), "average": None, "zero_division": 0}
    assert list(m.precisions(counts)) == pytest.approx(list(precision_score(wanted, got, **each)))
    assert list(m.recalls(counts)) == pytest.approx(list(recall_score(wanted, got, **each)))


@pytest.mark.parametrize("got", [[], [0], [0, 1, 1]])
def test_as_many_answers_as_texts_are_counted(got) -> None:
    with pytest.raises(ValueError, match="answers to 2 texts"):
        m.confusion([0, 1], got, 2)


@given(PAIRS)
def test_an_interval_is_one(pairs) -> None:
    counts = m.confusion([w for w, _ in pairs], [g for _, g in pairs], 4)
    low, high = m.interval(counts, m.accuracy)
    assert 0 <= low <= high <= 1
    assert (low, high) == m.interval(counts, m.accuracy), "the same at every call"


def test_more_texts_make_a_narrower_interval() -> None:
    few, many = (m.interval(np.array([[8, 2], [3, 7]]) * times, m.macro_f1) for times in (1, 100))
    assert few[0] < many[0] < 0.75 < many[1] < few[1]


def test_few_right_answers_do_not_prove_that_all_are_right() -> None:
    low, high = m.interval(np.array([[2, 0], [0, 1]]), m.accuracy)
    assert low < 0.7 < high == 1


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [
        ([0.95, 0.95], [True, True], 0.05),
        ([0.95, 0.95], [True, False], 0.45),
        ([0.75, 0.75, 0.75, 0.75], [True, True, True, False], 0.0),
        ([0.95, 0.95, 0.55, 0.55], [True, True, False, True], (0.05 + 0.05) / 2),
        ([1.0], [True], 0.0),
        ([0.0], [False], 0.0),
    ],
)
def test_the_calibration_error_by_hand(confidence, right, error) -> None:
    assert m.reliability(confidence, right, bins=10).error == pytest.approx(error)


@given(ANSWERS)
def test_bins_hold_every_answer_and_give_the_error(answers) -> None:
    confidence, right = [c for c, _ in answers], [r for _, r in answers]
    found = m.reliability(confidence, right)
    assert sum(b.texts for b in found.bins) == len(answers)
    from_bins = sum(b.texts * abs(b.confidence - b.right) for b in found.bins) / len(answers)
    assert found.error == pytest.approx(from_bins)


def test_the_calibration_of_one_class_by_hand() -> None:
    said, true = np.array([0.9, 0.9, 0.3, 0.3]), np.array([True, False, False, False])
    found = m.class_calibration(said, true, "negative", 0.55)
    assert found.error == pytest.approx((0.4 + 0.3) / 2)
    assert (found.said, found.true) == (pytest.approx(0.6), 0.25)
    assert (found.above, found.said_above, found.true_above) == (2, pytest.approx(0.9), 0.5)
    none = m.class_calibration(said, true, "negative", 0.95)
    assert (none.above, none.said_above, none.true_above) == (0, None, None)


@given(PAIRS, st.data())
def test_all_texts_have_the_figure_of_all_texts(pairs, data) -> None:
    wanted, got = [w for w, _ in pairs], [g for _, g in pairs]
    certain = data.draw(st.lists(st.floats(0, 1), min_size=len(pairs), max_size=len(pairs)))
    found = m.coverage(wanted, got, certain, 4, m.accuracy)
    assert [point.share for point in found] == list(m.SHARES)
    assert found[0].value == pytest.approx(float(m.accuracy(m.confusion(wanted, got, 4))))


def test_the_least_certain_are_left_out_first() -> None:
    found = m.coverage([0] * 10, [0] * 8 + [1, 1], [0.9] * 8 + [0.1, 0.2], 2, m.accuracy, (1.0, 0.9, 0.8))
    assert [point.value for point in found] == pytest.approx([0.8, 8 / 9, 1.0])


@pytest.mark.parametrize(
    ("found", "f1", "jaccard"),
    [
        ([(0, 8)], 1.0, 1.0),
        ([(0, 4), (4, 8)], 1.0, 1.0),
        ([], 0.0, 0.0),
        ([(0, 3)], 2 / 3, 3 / 7),
        ([(0, 18)], 2 * 2 / (5 + 2), 7 / 14),  # five words, two of them marked; no blanks are counted
        ([(9, 99)], 0.0, 0.0),
    ],
)
def test_overlap_by_hand(found, f1, jaccard) -> None:
    result = overlap("bag gone and a day", found, [(0, 8)])
    assert (result.f1, result.jaccard) == (pytest.approx(f1), pytest.approx(jaccard))


@given(TEXTS, PLACES, PLACES)
def test_overlap_is_a_share_and_takes_sides_for_nobody(text, one, other) -> None:
    there, back = overlap(text, one, other), overlap(text, other, one)
    assert there == back
    assert 0 <= there.jaccard <= 1
    assert 0 <= there.f1 <= 1
    assert overlap(text, one, one).jaccard == 1


@pytest.mark.parametrize(
    ("reason", "wanted"),
    [("late again", (7, 17)), ("LATE  again", (7, 17)), ("soon", None), ("", None), ("(train)", (0, 7))],
)
def test_marked_words_are_found(reason, wanted) -> None:
    assert locate("(train)late again", reason) == wanted


def test_guesses_cover_the_text() -> None:
    found = guesses("one two three four")
    assert found["first half"] == [(0, 8)]
    assert found["last half"] == [(8, 18)]
    assert guesses("") == {"whole text": [(0, 0)], "first half": [(0, 0)], "last half": [(0, 0)]}
    assert places([Span(start=1, end=2, weight=0.5)]) == [(1, 2)]
