"""What stands around the figures of a chart: title, legend, axes, and what was not collected."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts import palette, svg, words
from reports.charts.periods import Periods

MARGIN = 16
LEGEND_Y = 48
"""Where the legend's letters stand."""
_SEEN = 4
"""Pixels that a day must have for its weekends to be shaded."""
_GAP = 8
"""Pixels between two labels, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The rectangle that figures are drawn in, with equal places from left to right."""

    left: float
    top: float
    right: float
    bottom: float
    places: int

    @property
    def pitch(self) -> float:
        """Pixels from one place to the next."""
        return (self.right - self.left) / self.places

    @property
    def bar_width(self) -> float:
        """Of a bar in its place, to a tenth of a pixel."""
        return min(40.0, math.floor(self.pitch * 8) / 10)

    def begin(self, place: int) -> float:
        """The left edge of a place."""
        return self.left + place * self.pitch

    def middle(self, place: float) -> float:
        """The middle of a place."""
        return self.left + (place + 0.5) * self.pitch


def heading(title: str, aside: str = "") -> str:
    """The title, and the span of time at the right."""
    room = svg.WIDTH - 2 * MARGIN - (svg.width_of(aside) + 12 if aside else 0)
    shown = svg.text(MARGIN, 26, title, bold=True, room=room)
    return shown + svg.text(svg.WIDTH - MARGIN, 26, aside, anchor="end") if aside else shown


def legend(entries: Iterable[tuple[str, str]]) -> str:
    """One line: a small square of each fill, and what it means."""
    parts: list[str] = []
    x: float = MARGIN
    for fill, label in entries:
        parts.append(f'<rect x="{svg.number(x)}" y="{LEGEND_Y - 10}" width="11" height="11" fill="{fill}"/>')
        parts.append(svg.text(x + 16, LEGEND_Y, label))
        x += 16 + svg.width_of(label) + 14
    return "".join(parts)


def ground_legend(plot: Plot, time: Periods, *, holes: bool) -> list[tuple[str, str]]:
    """What shaded and hatched grounds mean, if there are any."""
    entries = []
    if _weekends(plot, time):
        entries.append((palette.WEEKEND, "weekend"))
    if holes:
        entries.append((svg.HATCHED, "not all collected"))
    return entries


def nothing(title: str, said: str) -> str:
    """A picture that says why there is none."""
    return svg.picture(84, [heading(title), svg.text(MARGIN, 56, said)])


def steps(highest: float, *, about: int = 4) -> list[float]:
    """Round numbers from 0 up to the first that is not below the highest; whole ones."""
    if highest <= 0:
        return [0]
    rough = max(1.0, highest / about)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    return [step * n for n in range(math.ceil(highest / step - 1e-9) + 1)]


def room_for(labels: Iterable[str]) -> float:
    """Where a plot may begin, so that the labels of its upright axis have room."""
    return MARGIN + max(map(svg.width_of, labels)) + _GAP


def upright_axis(plot: Plot, marks: Sequence[tuple[float, str]], zero: float) -> str:
    """Lines across the plot with their figures.

    Args:
        plot: where.
        marks: height in pixels, and what stands at it.
        zero: the height of the line that bars stand on, drawn darker.
    """
    across = "".join(f"M{svg.number(plot.left)} {svg.number(y)}H{svg.number(plot.right)}" for y, _ in marks)
    base = f"M{svg.number(plot.left)} {svg.number(zero)}H{svg.number(plot.right)}"
    labels = "".join(svg.text(plot.left - _GAP, y + 4, label, anchor="end") for y, label in marks)
    return (
        svg.stroke(across, palette.GRID, 1, svg.CRISP) + svg.stroke(base, palette.AXIS, 1, svg.CRISP) + labels
    )


def weekends(plot: Plot, time: Periods) -> str:
    """A light ground behind Saturdays and Sundays, where a place is a day and wide enough to see."""
    return svg.path(_ground(plot, _weekends(plot, time)), palette.WEEKEND)


def _weekends(plot: Plot, time: Periods) -> list[int]:
    if time.unit != "day" or plot.pitch < _SEEN:
        return []
    return [place for place in range(plot.places) if time.begin(place).weekday() >= 5]


def holes(plot: Plot, places: Collection[int]) -> str:
    """Hatched bands over places in which not everything was collected; neighbours are one band."""
    return svg.path(_ground(plot, places), svg.HATCHED)


def _ground(plot: Plot, places: Collection[int]) -> str:
    """As high as the plot."""
    height = plot.bottom - plot.top
    return "".join(
        svg.box(plot.begin(first), plot.bottom, (last - first + 1) * plot.pitch, height)
        for first, last in _runs(places)
    )


def labels_above(plot: Plot, tops: Mapping[int, float], labels: Mapping[int, str]) -> str:
    """Figures above the bars they belong to; one that would touch another, or a higher bar, is left out.

    Args:
        plot: where.
        tops: where each bar ends, in pixels from above.
        labels: the places that get a figure, the most important first.
    """
    shown: list[str] = []
    taken: list[tuple[float, float]] = []
    for place, label in labels.items():
        half = svg.width_of(label) / 2
        x = min(max(plot.middle(place), plot.left + half), svg.WIDTH - MARGIN / 2 - half)
        free = all(x - half > end or x + half < begin for begin, end in taken)
        higher = any(
            top < tops[place] - 1 and abs(plot.middle(other) - x) < half + plot.bar_width / 2
            for other, top in tops.items()
        )
        if free and not higher:
            shown.append(svg.text(x, tops[place] - 5, label, anchor="middle"))
            taken.append((x - half - 3, x + half + 3))
    return svg.haloed("".join(shown))


def _runs(places: Collection[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in sorted(set(places)):
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def time_axis(plot: Plot, time: Periods) -> str:
    """Ticks and dates under the plot: every place if there is room, else Mondays, else every so many."""
    end = svg.WIDTH - MARGIN / 2
    named = [
        (plot.middle(place), label)
        for place, label in _named(plot, time)
        if plot.middle(place) + svg.width_of(label) / 2 <= end
    ]
    ticks = "".join(f"M{svg.number(x)} {svg.number(plot.bottom)}v4" for x, _ in named)
    labels = "".join(svg.text(x, plot.bottom + 18, label, anchor="middle") for x, label in named)
    return svg.stroke(ticks, palette.AXIS, 1, svg.CRISP) + labels


def _named(plot: Plot, time: Periods) -> list[tuple[int, str]]:
    """The places that get a date: as many as have room, evenly spaced."""
    if time.unit == "day":
        for write in _DAY_WRITERS:
            every = [(place, write(time.begin(place))) for place in range(plot.places)]
            if _fits(every, plot.pitch):
                return every
        mondays = [(place, label) for place, label in every if time.begin(place).weekday() == 0]
        return _thinned(mondays, 7 * plot.pitch)
    write = _WRITERS[time.unit]
    return _thinned([(place, write(time.begin(place))) for place in range(plot.places)], plot.pitch)


_DAY_WRITERS: tuple[Callable[[date], str], ...] = (words.weekday_date, words.short_date)
_WRITERS: dict[str, Callable[[date], str]] = {
    "week": words.short_date,
    "month": words.month,
    "year": words.year,
}


def _fits(named: Sequence[tuple[int, str]], pitch: float) -> bool:
    return len(named) < 2 or max(svg.width_of(label) for _, label in named) + _GAP <= pitch


def _thinned(named: Sequence[tuple[int, str]], pitch: float) -> list[tuple[int, str]]:
    if not named:
        return []
    widest = max(svg.width_of(label) for _, label in named) + _GAP
    return list(named[:: max(1, math.ceil(widest / pitch))])
