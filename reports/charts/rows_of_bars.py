"""Several series of counts below each other on one scale: which grow, and which are large."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.charts import frame, palette, svg, words
from reports.charts.frame import Plot
from reports.charts.periods import Periods, periods
from reports.document import Picture

MOST = 20
"""Series in one picture; how many are left out stands beneath."""
_TOP = 66
_PITCH = 40
"""Pixels from one series to the next."""
_TALLEST = 28
_NAME_ROOM = 200
_FIGURE_ROOM = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row."""

    name: str
    """Anybody's."""
    days: Sequence[date]
    """In any order, each once."""
    values: Sequence[int]
    """One for each day, not below zero."""
    holes: Collection[date] = ()
    """Days of which not everything was collected."""

    def __post_init__(self) -> None:
        if len(self.days) != len(self.values):
            raise ValueError(f"{len(self.days)} days but {len(self.values)} values")
        if min(self.values, default=0) < 0:
            raise ValueError("a count is below zero")


def small_multiples(series: Sequence[Series], *, alt: str, title: str) -> Picture:
    """Bars of each series in a row with its name and its figures of the first and the last day.

    Many days are put together to weeks, months or years (reports/charts/periods.py).

    Args:
        series: the most important first.
        alt: what it shows, in one sentence.
        title: stands above it.
    """
    days = [day for each in series for day in each.days]
    if not days:
        return Picture(frame.nothing(title, "Nothing to show."), alt)
    time = periods(days)
    shown = [_together(each, time) for each in series[:MOST]]
    highest = max(max(row.values(), default=0) for row in shown)
    bottom = _TOP + _PITCH * len(shown)
    whole = Plot(
        left=frame.MARGIN + _NAME_ROOM + _FIGURE_ROOM,
        top=_TOP,
        right=svg.WIDTH - frame.MARGIN - _FIGURE_ROOM,
        bottom=bottom,
        places=time.count,
    )
    plots = [
        replace(whole, top=_TOP + _PITCH * n, bottom=_TOP + _PITCH * (n + 1) - 6) for n in range(len(shown))
    ]
    drawn = list(zip(plots, series, shown, strict=False))
    scale = _TALLEST / (highest or 1)
    parts = [
        svg.HATCH if any(each.holes for each in series[:MOST]) else "",
        frame.heading(title, words.span(time.first, time.last)),
        frame.legend(_legend(series[:MOST], whole, time, highest)),
        frame.weekends(whole, time),
        *(frame.holes(plot, _holes(each, time)) for plot, each, _ in drawn),
        svg.stroke("".join(map(_base, plots)), palette.AXIS, 1, svg.CRISP),
        svg.bars("".join(_bars(plot, row, scale) for plot, _, row in drawn), palette.MAIN, whole.bar_width),
        *(_labels(plot, each.name, row) for plot, each, row in drawn),
        frame.time_axis(replace(whole, bottom=bottom - 4), time),
    ]
    if len(series) > MOST:
        parts.append(svg.text(frame.MARGIN, bottom + 14, f"… and {len(series) - MOST:,} more"))
    return Picture(svg.picture(bottom + 28, parts), alt)


def _together(series: Series, time: Periods) -> dict[int, int]:
    values: dict[int, int] = {}
    for day, value in sorted(zip(series.days, series.values, strict=True)):
        place = time.place(day)
        values[place] = values.get(place, 0) + value
    return values


def _legend(series: Sequence[Series], plot: Plot, time: Periods, highest: int) -> list[tuple[str, str]]:
    said = f"one bar a {time.unit}, the tallest {words.short(highest)}; figures: first and last"
    holes = any(each.holes for each in series)
    return [(palette.MAIN, said), *frame.ground_legend(plot, time, holes=holes)]


def _holes(series: Series, time: Periods) -> list[int]:
    return [time.place(day) for day in series.holes if time.first <= day <= time.last]


def _base(plot: Plot) -> str:
    return f"M{svg.number(plot.left)} {svg.number(plot.bottom)}H{svg.number(plot.right)}"


def _bars(plot: Plot, values: Mapping[int, int], scale: float) -> str:
    return "".join(
        svg.bar(plot.middle(place), plot.bottom, value * scale) for place, value in values.items() if value
    )


def _labels(plot: Plot, name: str, values: Mapping[int, int]) -> str:
    """The name, the first and the last figure."""
    line = plot.bottom - 4
    first = svg.text(plot.left - 8, line, _figure(values, 0), anchor="end")
    last = svg.text(plot.right + 8, line, _figure(values, plot.places - 1))
    return svg.text(frame.MARGIN, line, name, room=_NAME_ROOM - 8) + first + last


def _figure(values: Mapping[int, int], place: int) -> str:
    """None is not nought."""
    return words.short(values[place]) if place in values else "\u2013"
