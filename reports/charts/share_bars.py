"""Who has how much: one bar across for each, with its figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import frame, palette, svg, words
from reports.document import Picture

MOST = 30
"""Rows in one picture; how many are left out stands beneath."""
_TOP = 46
_PITCH = 30
"""Pixels from one row to the next."""
_THICK = 18
_LEFT = 220
"""Where bars begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One row."""

    name: str
    """Anybody's."""
    value: float
    """What the bar is as long as: any unit, the same in all rows; not below zero."""
    highlighted: bool = False
    """Stands out: the brand that the report is about."""
    figure: str = ""
    """What stands behind the bar, such as `34 % (1,204)`; empty: the value."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0):
            raise ValueError(f"not a share: {self.value}")


def shares(rows: Sequence[Share], *, alt: str, title: str) -> Picture:
    """Bars from left to right in the order given, the highlighted ones darker and in bold.

    Args:
        rows: the largest first.
        alt: what it shows, in one sentence.
        title: stands above it.
    """
    if not rows:
        return Picture(frame.nothing(title, "Nothing to show."), alt)
    shown = rows[:MOST]
    figures = [row.figure or words.short(row.value) for row in shown]
    widest = max(svg.width_of(svg.fitted(figure, _FIGURE_ROOM), bold=True) for figure in figures)
    room = svg.WIDTH - _LEFT - frame.MARGIN - 8 - min(widest, _FIGURE_ROOM)
    longest = max(row.value for row in shown) or 1
    lengths = [row.value / longest * room for row in shown]
    bottom = _TOP + _PITCH * len(shown)
    parts = [
        frame.heading(title),
        _bars(shown, lengths, highlighted=False),
        _bars(shown, lengths, highlighted=True),
        svg.stroke(f"M{_LEFT} {_TOP}V{bottom}", palette.AXIS, 1, svg.CRISP),
        *map(_labels, shown, figures, lengths, range(len(shown))),
    ]
    if len(rows) > MOST:
        parts.append(svg.text(frame.MARGIN, bottom + 18, f"… and {len(rows) - MOST:,} more"))
    return Picture(svg.picture(bottom + (30 if len(rows) > MOST else 12), parts), alt)


_FIGURE_ROOM = 160


def _bars(rows: Sequence[Share], lengths: Sequence[float], *, highlighted: bool) -> str:
    shape = "".join(
        svg.box(_LEFT, _TOP + _PITCH * number + (_PITCH + _THICK) / 2, length, _THICK)
        for number, (row, length) in enumerate(zip(rows, lengths, strict=True))
        if row.highlighted == highlighted and row.value
    )
    return svg.path(shape, palette.MAIN if highlighted else palette.OTHERS)


def _labels(row: Share, figure: str, length: float, number: int) -> str:
    line = _TOP + _PITCH * number + _PITCH / 2 + 4
    room = _LEFT - frame.MARGIN - 10
    name = svg.text(frame.MARGIN, line, row.name, bold=row.highlighted, room=room)
    return name + svg.text(_LEFT + length + 8, line, figure, bold=row.highlighted, room=_FIGURE_ROOM)
