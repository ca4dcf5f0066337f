"""Any figures that a chart may be asked to draw: for tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from reports.charts import (
    DayBar,
    Series,
    Share,
    TrendPoint,
    sentiment_days,
    shares,
    small_multiples,
    trend,
)

FIRST = date(2015, 1, 26)  # a Monday
COUNTS = st.integers(0, 30) | st.integers(0, 2_000_000) | st.integers(0, 10**15)
NAMES = st.text(max_size=60) | st.sampled_from(
    [
        "</text><script>alert(1)</script>",
        "a & b",
        "W" * 300,
        "]]>",
        "\u202eabc",
        "e" + "\u0301" * 300,
        "\ufdfd" * 40,
    ]
)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def spans(most: int = 500) -> st.SearchStrategy[list[date]]:
    """Days in any order, with gaps."""
    return st.lists(st.integers(0, most).map(day), unique=True, max_size=40)


@st.composite
def day_bars(draw: st.DrawFn) -> list[DayBar]:
    return [
        DayBar(
            day=when,
            negative=draw(COUNTS),
            neutral=draw(COUNTS),
            positive=draw(COUNTS),
            hole=draw(st.booleans()),
            partial=draw(st.booleans()),
        )
        for when in draw(spans())
    ]


@st.composite
def trend_points(draw: st.DrawFn) -> list[TrendPoint]:
    figure = st.none() | st.floats(-100, 100)
    return [
        TrendPoint(
            day=when, value=draw(figure), low=draw(figure), high=draw(figure), hole=draw(st.booleans())
        )
        for when in draw(spans())
    ]


@st.composite
def series(draw: st.DrawFn) -> list[Series]:
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        days = draw(spans(200))
        values = draw(st.lists(COUNTS, min_size=len(days), max_size=len(days)))
        holes = draw(st.lists(st.integers(-5, 210).map(day), max_size=4))
        rows.append(Series(name=draw(NAMES), days=days, values=values, holes=holes))
    return rows


SHARES = st.lists(
    st.builds(
        Share,
        name=NAMES,
        value=st.floats(0, 100) | st.floats(0, 1e15),
        highlighted=st.booleans(),
        figure=st.just("") | NAMES,
    ),
    max_size=40,
)
PICTURES = st.one_of(
    st.builds(lambda rows, title: sentiment_days(rows, alt="a", title=title), day_bars(), NAMES),
    st.builds(lambda rows, title: trend(rows, alt="a", title=title), trend_points(), NAMES),
    st.builds(lambda rows, title: small_multiples(rows, alt="a", title=title), series(), NAMES),
    st.builds(lambda rows, title: shares(rows, alt="a", title=title), SHARES, NAMES),
)
