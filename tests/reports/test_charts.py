from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given

from core.text import plain
from reports.charts import (
    DayBar,
    Series,
    Share,
    TrendPoint,
    palette,
    sentiment_days,
    shares,
    small_multiples,
    trend,
)
from reports.document import Picture
from tests.reports.chart_figures import FIRST, NAMES, PICTURES, SHARES, day, day_bars
from tests.reports.drawing import Drawing, boxes, points


@given(PICTURES)
def test_any_figures_and_names_are_drawn_inside_the_card_and_nothing_overlaps(picture: Picture) -> None:
    drawing = Drawing(picture)
    for box in drawing.extent():
        assert -0.1 <= box.left <= box.right <= drawing.width + 0.1, box
        assert -0.1 <= box.top <= box.bottom <= drawing.height + 0.1, box
    for one, other in combinations(drawing.labels(), 2):
        assert not one.touches(other), (one, other)


@given(day_bars())
def test_bars_are_as_high_as_the_figures_say(days: list[DayBar]) -> None:
    bars = Drawing(sentiment_days(days, alt="a", title="t")).bars()
    heights = {
        fill: sum(bar.height for bar in bars if bar.fill == fill)
        for fill in (palette.NEGATIVE, palette.NEUTRAL, palette.POSITIVE)
    }
    wanted = {
        palette.NEGATIVE: sum(bar.negative for bar in days),
        palette.NEUTRAL: sum(bar.neutral for bar in days),
        palette.POSITIVE: sum(bar.positive for bar in days),
    }
    drawn, figures = sum(heights.values()), sum(wanted.values())
    for fill, figure in wanted.items():
        share = figure / figures if figures else 0
        assert heights[fill] == pytest.approx(share * drawn, abs=0.1 * (len(days) + 1))


def test_each_bar_stands_on_the_one_below_and_ends_at_its_tick() -> None:
    days = [DayBar(day=day(n), negative=n, neutral=2 * n, positive=20 - 3 * n) for n in range(7)]
    drawing = Drawing(sentiment_days(days, alt="a", title="t"))
    stacks: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for bar in drawing.bars():
        stacks[bar.middle].append((bar.bottom, bar.height))
    ticks = {label.what: (label.top + label.bottom) / 2 - 1 for label in drawing.labels() if label.left < 40}
    ground, top = ticks["0"], ticks["20"]
    assert len(stacks) == 7
    for stack in stacks.values():
        level = ground
        for bottom, height in stack:
            assert bottom == pytest.approx(level, abs=0.2)
            level = bottom - height
        assert level == pytest.approx(top, abs=0.4), "each of the days has 20"
    assert drawing.words.count("20") == 7 + 1, "each bar names its total, the axis its end"


def test_days_of_years_are_put_together_and_nothing_is_lost() -> None:
    days = [DayBar(day=day(n), negative=n % 7, neutral=1, positive=3) for n in range(400)]
    drawing = Drawing(sentiment_days(days, alt="a", title="t"))
    assert len({bar.middle for bar in drawing.bars()}) == 58, "58 weeks from Monday to Sunday"
    first = [bar for bar in drawing.bars() if not bar.lighter and bar.fill == palette.NEGATIVE]
    assert len({bar.height for bar in first}) == 1, "each whole week has 21"
    assert {bar.middle for bar in drawing.bars() if bar.lighter} == {max(b.middle for b in drawing.bars())}
    assert "incomplete week" in drawing.words


def test_a_hole_is_hatched_and_named_and_an_unfinished_day_is_lighter() -> None:
    days = [
        DayBar(day=day(n), negative=1, neutral=1, positive=1, hole=n in (1, 2, 5), partial=n == 6)
        for n in range(7)
    ]
    drawing = Drawing(sentiment_days(days, alt="a", title="t"))
    (shape,) = drawing.shapes("url(#hatch)")
    middles = sorted({bar.middle for bar in drawing.bars()})
    bands = boxes(shape)
    assert len(bands) == 2, "neighbours are one band"
    inside = [n for n, x in enumerate(middles) if any(b.left < x < b.right for b in bands)]
    assert inside == [1, 2, 5]
    assert {bar.middle for bar in drawing.bars() if bar.lighter} == {middles[6]}
    assert {"not all collected", "incomplete day", "weekend"} <= set(drawing.words)
    whole = Drawing(sentiment_days(days[3:5], alt="a", title="t"))
    assert not {"not all collected", "incomplete day", "weekend"} & set(whole.words)
    assert "url(#hatch)" not in whole.fills()


def test_a_figure_that_would_stand_in_a_higher_bar_is_left_out() -> None:
    def figures(last: int, before: int) -> list[str]:
        days = [DayBar(day=day(n), negative=9, neutral=0, positive=0) for n in range(90)]
        days[40:41] = [DayBar(day=day(40), negative=777, neutral=0, positive=0)]
        days[88:] = [
            DayBar(day=day(88 + n), negative=(before, last)[n], neutral=0, positive=0) for n in (0, 1)
        ]
        words = Drawing(sentiment_days(days, alt="a", title="t")).words
        return [word for word in words if word in ("777", str(last), str(before))]

    assert figures(last=355, before=9) == ["777", "355"]
    assert figures(last=355, before=444) == ["777"]


def test_mondays_are_named_and_weekends_shaded() -> None:
    days = [DayBar(day=day(n), negative=1, neutral=0, positive=0) for n in range(28)]
    drawing = Drawing(sentiment_days(days, alt="a", title="t"))
    assert [w for w in drawing.words if w.endswith((" Jan", " Feb"))] == [
        "26 Jan",
        "2 Feb",
        "9 Feb",
        "16 Feb",
    ]
    assert "26 Jan \u2013 22 Feb 2015" in drawing.words
    middles = sorted({bar.middle for bar in drawing.bars()})
    shaded = boxes(drawing.shapes(palette.WEEKEND)[0])
    inside = [n for n, x in enumerate(middles) if any(b.left < x < b.right for b in shaded)]
    assert inside == [5, 6, 12, 13, 19, 20, 26, 27]


def test_the_line_goes_through_its_figures_and_breaks_where_there_is_none() -> None:
    values = [0.0, 50.0, None, -100.0, None, 100.0, 0.0]
    figures = [TrendPoint(day=day(n), value=value, low=None, high=None) for n, value in enumerate(values)]
    drawing = Drawing(trend(figures, alt="a", title="t"))
    ticks = {label.what: (label.top + label.bottom) / 2 - 1 for label in drawing.labels() if label.left < 45}
    per = (ticks["0"] - ticks["+100"]) / 100
    lines = [
        list(points(path.attrib["d"]))
        for path in drawing.root.iter("{http://www.w3.org/2000/svg}path")
        if path.attrib.get("stroke") == palette.MAIN
    ]
    seen = [[round((ticks["0"] - y) / per) for _, y in line] for line in lines]
    assert seen == [[0, 50], [100, 0]]
    circles = [c.attrib for c in drawing.root.iter("{http://www.w3.org/2000/svg}circle")]
    assert round((ticks["0"] - float(circles[0]["cy"])) / per) == -100, "a day alone is a dot"
    last = next(
        label for label in drawing.labels() if label.left > float(circles[-1]["cx"]) and label.top > 50
    )
    assert last.what == "0", "the latest figure stands at the end of the line"


def test_the_band_reaches_from_low_to_high() -> None:
    figures = [TrendPoint(day=day(n), value=10, low=-20, high=40) for n in range(3)]
    drawing = Drawing(trend(figures, alt="a", title="t"))
    ticks = {label.what: (label.top + label.bottom) / 2 - 1 for label in drawing.labels() if label.left < 40}
    per = (ticks["0"] - ticks["+50"]) / 50
    heights = {round((ticks["0"] - y) / per) for _, y in points(drawing.shapes(palette.BAND)[0])}
    assert heights == {40, -20}
    assert "likely range" in drawing.words


def test_small_multiples_share_one_scale_and_say_first_and_last() -> None:
    days = [day(n) for n in range(5)]
    rows = [
        Series(name="Delay", days=days, values=[10, 0, 40, 0, 20]),
        Series(name="Luggage", days=list(reversed(days)), values=[3, 0, 0, 0, 1], holes=[day(2)]),
        Series(name="Late to come", days=days[2:], values=[1, 1, 1]),
    ]
    drawing = Drawing(small_multiples(rows, alt="a", title="t"))
    rows_of: dict[float, list[float]] = defaultdict(list)
    for bar in drawing.bars():
        rows_of[bar.bottom].append(bar.height)
    delay, luggage, late = (rows_of[y] for y in sorted(rows_of))
    unit = delay[1] / 40
    assert delay == pytest.approx([10 * unit, 40 * unit, 20 * unit], abs=0.11)
    assert luggage == pytest.approx([unit, 3 * unit], abs=0.11)
    assert late == pytest.approx([unit] * 3, abs=0.11)
    at = drawing.words.index
    assert drawing.words[at("Delay") + 1 : at("Delay") + 3] == ["10", "20"]
    assert drawing.words[at("Luggage") + 1 : at("Luggage") + 3] == ["1", "3"]
    assert drawing.words[at("Late to come") + 1] == "\u2013", "no figure is not nought"
    assert len(boxes(drawing.shapes("url(#hatch)")[0])) == 1
    assert any("the tallest 40" in said for said in drawing.words)


@given(SHARES.filter(bool))
def test_shares_are_as_long_as_their_values(rows: list[Share]) -> None:
    drawing = Drawing(shares(rows, alt="a", title="t"))
    found = [box for fill in (palette.MAIN, palette.OTHERS) for d in drawing.shapes(fill) for box in boxes(d)]
    lengths = {box.top: box.right - box.left for box in found}
    shown = rows[:30]
    longest, largest = max(lengths.values(), default=0), max(row.value for row in shown)
    wanted = [row.value / largest * longest for row in shown if row.value]
    assert [lengths[top] for top in sorted(lengths)] == pytest.approx(wanted, abs=0.2)


def test_the_highlighted_one_is_darker_and_bold_and_figures_are_as_given() -> None:
    rows = [
        Share(name="Acme", value=20, highlighted=True, figure="20 % (7)"),
        Share(name="Globex", value=12.25),
    ]
    drawing = Drawing(shares(rows, alt="a", title="t"))
    assert drawing.words == ["t", "Acme", "20 % (7)", "Globex", "12.2"]
    bold = [
        t.text for t in drawing.root.iter("{http://www.w3.org/2000/svg}text") if "font-weight" in t.attrib
    ]
    assert bold == ["t", "Acme", "20 % (7)"]
    assert len(boxes(drawing.shapes(palette.MAIN)[0])) == 1


@given(NAMES)
def test_names_show_as_written_or_cut(name: str) -> None:
    drawing = Drawing(shares([Share(name=name, value=1)], alt="a", title="t"))
    shown = drawing.words[1]
    whole = plain(name)
    if shown.endswith("…") and not whole.endswith("…"):
        shown = shown[:-1]
    marks = "\u0301"
    assert whole.replace(marks, "").startswith(shown.replace(marks, ""))


EMPTY: Sequence[Callable[[], Picture]] = (
    lambda: sentiment_days([], alt="a", title="t"),
    lambda: trend([], alt="a", title="t"),
    lambda: trend([TrendPoint(day=FIRST, value=None, low=None, high=None)], alt="a", title="t"),
    lambda: small_multiples([], alt="a", title="t"),
    lambda: small_multiples([Series(name="a", days=[], values=[])], alt="a", title="t"),
    lambda: shares([], alt="a", title="t"),
)


@pytest.mark.parametrize("draw", EMPTY)
def test_nothing_to_show_is_said(draw: Callable[[], Picture]) -> None:
    title, said = Drawing(draw()).words
    assert title == "t"
    assert said.startswith("No")


def test_a_month_takes_about_five_kilobytes() -> None:
    bars = [
        DayBar(
            day=day(n), negative=40 + n * 7 % 31, neutral=33 + n % 5, positive=21 + n * 3 % 17, hole=n == 9
        )
        for n in range(28)
    ]
    line = [TrendPoint(day=day(n), value=n * 1.7 - 9.3, low=n - 21.7, high=n * 2 + 9.1) for n in range(28)]
    for picture in (sentiment_days(bars, alt="a", title="t"), trend(line, alt="a", title="t")):
        assert len(base64.b64encode(picture.svg.encode())) < 5_300


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DayBar(day=FIRST, negative=-1, neutral=0, positive=0),
        lambda: TrendPoint(day=FIRST, value=float("nan"), low=None, high=None),
        lambda: Series(name="a", days=[FIRST], values=[]),
        lambda: Series(name="a", days=[FIRST], values=[-1]),
        lambda: Share(name="a", value=float("inf")),
        lambda: Share(name="a", value=-1),
    ],
)
def test_what_is_no_figure_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"day|zero|number|share"):
        wrong()
