"""A figure from day to day with the band in which it may truly lie, around a zero line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports.charts import frame, palette, svg, words
from reports.charts.frame import Plot
from reports.charts.periods import Periods, periods
from reports.document import Picture
from reports.wording import signed

_HEIGHT = 272
_TOP, _BOTTOM = 70, 232
_ZERO = (_TOP + _BOTTOM) / 2
_FIGURE_ROOM = 52
"""Pixels at the right for the last figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One day's figure."""

    day: date
    value: float | None
    """None: there was nothing to make it of."""
    low: float | None = None
    """Lower end of the confidence band."""
    high: float | None = None
    hole: bool = False
    """Not everything was collected."""

    def __post_init__(self) -> None:
        if not all(math.isfinite(end) for end in (self.value, self.low, self.high) if end is not None):
            raise ValueError(f"a figure of {self.day} is not a number: {self}")


def trend(points: Sequence[TrendPoint], *, alt: str, title: str) -> Picture:
    """A line with its confidence band; it breaks where there is no figure.

    Args:
        points: in any order, each day once; a day that is left out has no figure.
        alt: what it shows, in one sentence.
        title: stands above it.
    """
    if all(point.value is None for point in points):
        return Picture(frame.nothing(title, "No figure to show."), alt)
    known = sorted(points, key=lambda point: point.day)
    time = periods((point.day for point in known), most=_ALWAYS_DAYS)
    bound = _bound(known)
    marks = [bound * share for share in (1, 0.5, 0, -0.5, -1)]
    labels = [signed(mark) for mark in marks]
    plot = Plot(
        left=frame.room_for(labels),
        top=_TOP,
        right=svg.WIDTH - _FIGURE_ROOM,
        bottom=_BOTTOM,
        places=time.count,
    )
    runs = [_run(run, plot, time, bound) for run in _unbroken(known)]
    holes = [time.place(point.day) for point in known if point.hole]
    parts = [
        svg.HATCH if holes else "",
        frame.heading(title, words.span(time.first, time.last)),
        frame.legend(_legend(known, plot, time)),
        frame.weekends(plot, time),
        frame.holes(plot, holes),
        *map(_band, runs),
        frame.upright_axis(
            plot, [(_y(m, bound), label) for m, label in zip(marks, labels, strict=True)], _ZERO
        ),
        *map(_line, runs),
        _last(runs),
        frame.time_axis(plot, time),
    ]
    return Picture(svg.picture(_HEIGHT, parts), alt)


_ALWAYS_DAYS = 10**7
"""Places: figures of several days cannot be added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dot:
    """One figure on the picture; all in pixels but the value."""

    x: float
    y: float
    low: float
    high: float
    value: float


def _bound(points: Iterable[TrendPoint]) -> float:
    """What the axis reaches, up and down: the next of 10, 20, 50, 100 and so on."""
    ends = [
        abs(end)
        for p in points
        for end in (p.value, p.low, p.high)
        if end is not None and p.value is not None
    ]
    highest = max(10.0, *ends)
    unit = 10.0 ** math.floor(math.log10(highest))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= highest * (1 - 1e-9))


def _y(value: float, bound: float) -> float:
    return _ZERO - value / bound * (_BOTTOM - _ZERO)


def _unbroken(points: Iterable[TrendPoint]) -> list[list[TrendPoint]]:
    """Stretches of days that follow each other and have a figure."""
    runs: list[list[TrendPoint]] = []
    for point in points:
        if point.value is None:
            continue
        if runs and point.day - runs[-1][-1].day <= timedelta(days=1):
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _run(points: Iterable[TrendPoint], plot: Plot, time: Periods, bound: float) -> list[_Dot]:
    dots = []
    for point in points:
        value = point.value or 0.0
        low = value if point.low is None else point.low
        high = value if point.high is None else point.high
        x = plot.middle(time.place(point.day))
        dots.append(_Dot(x=x, y=_y(value, bound), low=_y(low, bound), high=_y(high, bound), value=value))
    return dots


def _legend(points: Iterable[TrendPoint], plot: Plot, time: Periods) -> list[tuple[str, str]]:
    known = [point for point in points if point.value is not None]
    entries = [(palette.MAIN, "of the day")]
    if any(point.low is not None or point.high is not None for point in known):
        entries.append((palette.BAND, "likely range"))
    return [*entries, *frame.ground_legend(plot, time, holes=any(point.hole for point in points))]


def _band(run: Sequence[_Dot]) -> str:
    if len(run) == 1:
        return svg.bars(svg.bar(run[0].x, run[0].low, run[0].low - run[0].high), palette.BAND, 6)
    there = [(dot.x, dot.high) for dot in run]
    back = [(dot.x, dot.low) for dot in reversed(run)]
    return svg.path(svg.line([*there, *back]) + "z", palette.BAND, ' fill-opacity=".8"')


def _line(run: Sequence[_Dot]) -> str:
    if len(run) == 1:
        return _circle(run[0], 3)
    return svg.stroke(svg.line([(dot.x, dot.y) for dot in run]), palette.MAIN, 2, ' stroke-linejoin="round"')


def _last(runs: Sequence[Sequence[_Dot]]) -> str:
    """The latest figure stands beside its end of the line."""
    dot = runs[-1][-1]
    return _circle(dot, 3.5) + svg.haloed(svg.text(dot.x + 8, dot.y + 4, signed(dot.value), bold=True))


def _circle(dot: _Dot, radius: float) -> str:
    x, y, r = map(svg.number, (dot.x, dot.y, radius))
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{palette.MAIN}"/>'
