"""What people said, day by day: negative at the bottom, where heights compare best, positive on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts import frame, palette, svg, words
from reports.charts.frame import Plot
from reports.charts.periods import Periods, periods
from reports.document import Picture

_HEIGHT = 272
_TOP, _BOTTOM = 78, 240
_ALL_NAMED = 16
"""Up to so many bars, each has its figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBar:
    """One day's different texts, none of them below zero."""

    day: date
    negative: int
    neutral: int
    positive: int
    hole: bool = False
    """Not everything was collected."""
    partial: bool = False
    """The day is not over."""

    def __post_init__(self) -> None:
        if min(self.negative, self.neutral, self.positive) < 0:
            raise ValueError(f"a count of {self.day} is below zero: {self}")

    @property
    def total(self) -> int:
        """All that have a sentiment."""
        return self.negative + self.neutral + self.positive


_SERIES = (("negative", palette.NEGATIVE), ("neutral", palette.NEUTRAL), ("positive", palette.POSITIVE))


def sentiment_days(days: Sequence[DayBar], *, alt: str, title: str) -> Picture:
    """Stacked bars; hatched where not everything was collected, lighter where a day is not over.

    Many days are put together to weeks, months or years (reports/charts/periods.py).

    Args:
        days: in any order, each day once; a day that is left out is an empty place.
        alt: what it shows, in one sentence.
        title: stands above it.
    """
    if not days:
        return Picture(frame.nothing(title, "No day to show."), alt)
    time = periods(bar.day for bar in days)
    bars = _together(days, time)
    marks = frame.steps(max(bar.total for bar in bars.values()))
    labels = [words.short(mark) for mark in marks]
    plot = Plot(
        left=frame.room_for(labels),
        top=_TOP,
        right=svg.WIDTH - frame.MARGIN,
        bottom=_BOTTOM,
        places=time.count,
    )
    scale = (_BOTTOM - _TOP) / (marks[-1] or 1)
    holes = [place for place, bar in bars.items() if bar.hole]
    return Picture(
        svg.picture(
            _HEIGHT,
            [
                svg.HATCH if holes else "",
                frame.heading(title, words.span(time.first, time.last)),
                frame.legend(_legend(bars.values(), plot, time)),
                frame.weekends(plot, time),
                frame.holes(plot, holes),
                frame.upright_axis(
                    plot,
                    [(_BOTTOM - mark * scale, label) for mark, label in zip(marks, labels, strict=True)],
                    _BOTTOM,
                ),
                _bars(plot, bars, scale),
                _figures(plot, bars, scale),
                frame.time_axis(plot, time),
            ],
        ),
        alt,
    )


def _together(days: Sequence[DayBar], time: Periods) -> dict[int, DayBar]:
    """One bar for each place that has a day."""
    parts: dict[int, list[DayBar]] = {}
    for bar in sorted(days, key=lambda bar: bar.day):
        parts.setdefault(time.place(bar.day), []).append(bar)
    return {
        place: DayBar(
            day=time.begin(place),
            negative=sum(bar.negative for bar in part),
            neutral=sum(bar.neutral for bar in part),
            positive=sum(bar.positive for bar in part),
            hole=any(bar.hole for bar in part),
            partial=time.is_cut(place) or any(bar.partial for bar in part),
        )
        for place, part in parts.items()
    }


def _legend(bars: Collection[DayBar], plot: Plot, time: Periods) -> list[tuple[str, str]]:
    entries = [(fill, name) for name, fill in _SERIES]
    if any(bar.partial for bar in bars):
        entries.append((palette.LIGHTER, f"incomplete {time.unit}"))
    return [*entries, *frame.ground_legend(plot, time, holes=any(bar.hole for bar in bars))]


def _bars(plot: Plot, bars: Mapping[int, DayBar], scale: float) -> str:
    """One path for each colour keeps the picture small."""
    return "".join(
        svg.bars(
            _shape(plot, bars, scale, name, partial=partial),
            fill,
            plot.bar_width,
            ' stroke-opacity=".45"' if partial else "",
        )
        for partial in (False, True)
        for name, fill in _SERIES
    )


def _shape(plot: Plot, bars: Mapping[int, DayBar], scale: float, name: str, *, partial: bool) -> str:
    names = [series for series, _ in _SERIES]
    under = names[: names.index(name)]
    return "".join(
        svg.bar(plot.middle(place), plot.bottom - sum(getattr(bar, n) for n in under) * scale, height * scale)
        for place, bar in bars.items()
        if bar.partial == partial and (height := getattr(bar, name))
    )


def _figures(plot: Plot, bars: Mapping[int, DayBar], scale: float) -> str:
    """Totals above the bars: of each if there is room, else of the highest and the last."""
    named = {place: words.figure(bar.total) for place, bar in bars.items()}
    if len(bars) > _ALL_NAMED or max(map(svg.width_of, named.values())) > plot.pitch:
        highest = max(bars, key=lambda place: bars[place].total)
        named = {place: named[place] for place in (highest, max(bars))}
    tops = {place: plot.bottom - bar.total * scale for place, bar in bars.items()}
    return frame.labels_above(plot, tops, named)
