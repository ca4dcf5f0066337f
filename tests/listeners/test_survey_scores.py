"""Answers to surveys: scores, by the rule of the measure and as tools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.survey.score import SCALES, Measure, rating, read_score
from listeners.values import Unreadable


class TestScores:
    @pytest.mark.parametrize(
        ("measure", "ratings"),
        [
            ("nps", {0: 1, 3: 1, 4: 2, 6: 2, 7: 3, 8: 3, 9: 4, 10: 5}),
            ("csat", {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}),
            ("ces", {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 5}),
        ],
    )
    def test_by_the_rule_of_the_measure(self, measure: Measure, ratings: dict[float, float]) -> None:
        scale = SCALES[measure]
        assert {score: rating(score, measure, scale, best_is_low=False) for score in ratings} == ratings

    def test_every_detractor_and_no_one_else_is_at_most_2(self) -> None:
        unhappy = [n for n in range(11) if rating(n, "nps", (0, 10), best_is_low=False) <= 2]
        assert unhappy == [0, 1, 2, 3, 4, 5, 6]

    def test_other_scales(self) -> None:
        assert rating(10, "csat", (0, 10), best_is_low=False) == 5
        assert rating(5.5, "csat", (1, 10), best_is_low=False) == 3
        assert rating(1, "ces", (1, 5), best_is_low=True) == 5
        assert rating(6, "ces", (1, 7), best_is_low=True) == 1

    @given(st.sampled_from(sorted(SCALES)), st.floats() | st.integers(-20, 20), st.booleans())
    def test_a_rating_or_an_error(self, measure: Measure, score: float, best_is_low: bool) -> None:
        low, high = SCALES[measure]
        if low <= score <= high:
            assert 1 <= rating(score, measure, SCALES[measure], best_is_low) <= 5
        else:
            with pytest.raises(Unreadable, match="is not within"):
                rating(score, measure, SCALES[measure], best_is_low)

    @pytest.mark.parametrize(
        ("value", "score"),
        [
            ("9", 9),
            (" 4.0 ", 4),
            ("3,5", 3.5),
            ("10 - extremely likely", 10),
            ("4 (good)", 4),
            ("3/5", 3),
            ("2. Poor", 2),
            ("very satisfied", 5),
            ("VERY SATISFIED ", 5),
            ("", None),
            ("N/A", None),
            ("-", None),
        ],
    )
    def test_as_tools_write_them(self, value: str, score: float | None) -> None:
        assert read_score(value, {"Very satisfied": 5}) == score

    @pytest.mark.parametrize("value", ["good", "ten", "#4", "1" * 12, "½"])
    def test_what_is_none(self, value: str) -> None:
        with pytest.raises(Unreadable, match="should be a number"):
            read_score(value, {})
