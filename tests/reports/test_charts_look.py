"""Colours, dates and figures of the charts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import frame, palette, svg, words
from reports.charts.periods import periods

DAYS = st.lists(st.dates(), min_size=1, max_size=30)


def linear(colour: str) -> tuple[float, ...]:
    """Red, green and blue as light, from 0 to 1."""
    digits = colour.removeprefix("#")
    pairs = [d * 2 for d in digits] if len(digits) == 3 else [digits[n : n + 2] for n in (0, 2, 4)]
    shares = [int(pair, 16) / 255 for pair in pairs]
    return tuple(s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)


def contrast(one: str, other: str) -> float:
    """From 1 to 21, as the Web Content Accessibility Guidelines count it."""
    lights = [
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other)
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


# Vienot, Brettel and Mollon (1999), on light: what is left without the red or the green cones.
BLIND = {
    "red": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "green": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


@pytest.mark.parametrize("matrix", BLIND.values(), ids=BLIND)
def test_the_colour_blind_tell_sentiments_apart(matrix: tuple[tuple[float, ...], ...]) -> None:
    def seen(colour: str) -> tuple[float, ...]:
        light = linear(colour)
        return tuple(sum(m * c for m, c in zip(row, light, strict=True)) for row in matrix)

    for one, other in combinations((palette.NEGATIVE, palette.NEUTRAL, palette.POSITIVE), 2):
        assert sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5 > 0.3


def test_in_grey_neighbours_differ_and_words_are_readable() -> None:
    for one, other in pairwise((palette.NEGATIVE, palette.NEUTRAL, palette.POSITIVE)):
        assert contrast(one, other) > 2
    assert contrast(palette.MAIN, palette.OTHERS) > 2
    for letters in (palette.INK, palette.QUIET):
        for ground in (palette.GROUND, palette.WEEKEND):
            assert contrast(letters, ground) > 4.5
    for fill in (palette.NEGATIVE, palette.POSITIVE, palette.MAIN):
        assert contrast(fill, palette.GROUND) > 3


@given(DAYS)
def test_every_day_has_its_place(days: list[date]) -> None:
    time = periods(days)
    assert time.count <= 120 or time.unit == "year"
    for day in days:
        place = time.place(day)
        assert 0 <= place < time.count
        assert time.begin(place) <= day
        if place + 1 < time.count:
            assert day < time.begin(place + 1)


@pytest.mark.parametrize(
    ("first", "length", "unit", "count", "cut"),
    [
        (date(2015, 2, 1), 120, "day", 120, []),
        (date(2015, 2, 2), 140, "week", 20, []),
        (date(2015, 2, 3), 139, "week", 20, [0]),
        (date(2015, 2, 2), 141, "week", 21, [20]),
        (date(2015, 1, 1), 365 * 4 + 1, "month", 48, []),
        (date(2015, 1, 2), 365 * 4 + 1, "month", 49, [0, 48]),
        (date(1990, 1, 1), 365 * 20, "year", 20, [19]),
    ],
)
def test_what_a_bar_stands_for(first: date, length: int, unit: str, count: int, cut: list[int]) -> None:
    time = periods([first, first + timedelta(days=length - 1)])
    assert (time.unit, time.count) == (unit, count)
    assert [place for place in range(time.count) if time.is_cut(place)] == cut


@given(st.integers(0, 10**30) | st.integers(0, 300))
def test_an_axis_of_counts_has_few_round_steps_that_hold_the_highest(highest: int) -> None:
    steps = frame.steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * (1 - 1e-9)
    assert len(steps) <= 7
    assert all(step == int(step) for step in steps)
    if highest:
        assert steps[-2] < highest


@pytest.mark.parametrize(
    ("write", "value", "shown"),
    [
        (words.short, 0, "0"),
        (words.short, 2_000, "2,000"),
        (words.short, 12_500, "12.5k"),
        (words.short, 999_999, "1m"),
        (words.short, 1_000_000, "1m"),
        (words.short, 3_000_000_000, "3bn"),
        (words.short, 10**20, "1.0e+20"),
        (words.short, 0.25, "0.2"),
        (words.figure, 1_234_567, "1,234,567"),
        (words.weekday_date, date(2015, 2, 9), "Mon 9 Feb"),
    ],
)
def test_figures_in_words(write: Callable[[Any], str], value: Any, shown: str) -> None:
    assert write(value) == shown


def test_a_span_names_its_year_once() -> None:
    assert words.span(date(2015, 1, 26), date(2015, 2, 22)) == "26 Jan \u2013 22 Feb 2015"
    assert words.span(date(2014, 12, 31), date(2015, 1, 1)) == "31 Dec 2014 \u2013 1 Jan 2015"
    assert words.span(date(2015, 1, 1), date(2015, 1, 1)) == "1 Jan 2015"


@given(st.text(), st.floats(20, 700))
def test_what_is_cut_fits(text: str, room: float) -> None:
    assert svg.width_of(svg.fitted(text, room)) <= room


def test_towers_of_marks_are_taken_down() -> None:
    assert svg.fitted("e" + "\u0301" * 500 + "f", 100) == "e\u0301\u0301f"
