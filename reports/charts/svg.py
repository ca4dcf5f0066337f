"""What every chart is drawn with. An SVG made here loads nothing, runs nothing, and holds nobody's markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from core.text import plain
from reports.charts import palette

WIDTH = 720
"""Pixels; the Prefect UI shrinks it to the width there is."""
SIZE = 12
"""Pixels of letters."""
_LONGEST = 400
_BOLDER = 1.15
"""How much wider bold letters are."""


def picture(height: float, parts: Iterable[str]) -> str:
    """A whole SVG on a card of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{number(height)}" '
        f'viewBox="0 0 {WIDTH} {number(height)}" font-family="system-ui,sans-serif" font-size="{SIZE}" '
        f'fill="{palette.QUIET}">'
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{number(height - 1)}" rx="6" '
        f'fill="{palette.GROUND}" stroke="{palette.EDGE}"/>'
        f"{''.join(parts)}</svg>"
    )


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel, as short as it can be."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    bold: bool = False,
    room: float | None = None,
) -> str:
    """Words of anybody.

    Args:
        x: where they begin, have their middle, or end, as `anchor` says.
        y: of the line that letters stand on.
        words: as they came.
        anchor: start, middle or end.
        bold: for titles and what stands out; in ink instead of grey.
        room: pixels that they may take; longer ones are cut. None: they are our own and known to fit.
    """
    shown = words if room is None else fitted(words, room / _BOLDER if bold else room)
    style = f' text-anchor="{anchor}"' if anchor != "start" else ""
    if bold:
        style += f' font-weight="600" fill="{palette.INK}"'
    label = f'<text x="{number(x)}" y="{number(y)}"{style}>{escape(shown)}</text>'
    if room is None or shown.isascii():
        return label
    return _window(x, y, room, label)


CRISP = ' shape-rendering="crispEdges"'
"""For lines along the axes."""


def haloed(labels: str) -> str:
    """Labels that stay readable where they stand on a hatched or shaded ground."""
    halo = f'<g stroke="{palette.GROUND}" stroke-width="3" paint-order="stroke">{labels}</g>'
    return halo if labels else ""


def _window(x: float, y: float, room: float, label: str) -> str:
    """Letters of some scripts are far wider or taller than one can know; what is too large is not shown."""
    return (
        f'<svg x="{number(x)}" y="{number(y - SIZE - 3)}" width="{number(room)}" height="{SIZE + 9}" '
        f'viewBox="{number(x)} {number(y - SIZE - 3)} {number(room)} {SIZE + 9}">{label}</svg>'
    )


def fitted(words: str, room: float) -> str:
    """One visible line that takes at most so many pixels; a cut is marked with an ellipsis."""
    shown = plain(_without_towers(words[: _LONGEST * 8]), _LONGEST)
    if width_of(shown) <= room:
        return shown
    left = room - width_of("…")
    kept = ""
    for letter in shown:
        left -= _width(letter)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def width_of(words: str, *, bold: bool = False) -> float:
    """Pixels that words take at most, in the widest of common fonts (DejaVu Sans, Verdana)."""
    return sum(map(_width, words)) * (_BOLDER if bold else 1)


_NARROW = frozenset("ijl.,:;|!'()[]/ ftr-I\"`")
_BROAD = frozenset("mwMW%@")


def _width(letter: str) -> float:
    if letter in _NARROW:
        share = 0.42
    elif letter in _BROAD:
        share = 1.02
    elif letter.isascii():
        share = 0.75 if letter.isupper() else 0.65
    elif unicodedata.category(letter) in ("Mn", "Cf"):
        share = 0
    elif unicodedata.east_asian_width(letter) in "WF":
        share = 1.3 if unicodedata.category(letter) == "So" else 1.05
    else:
        share = 0.85
    return share * SIZE


def _without_towers(words: str) -> str:
    """At most two marks on a letter: with hundreds it would cover the lines above."""
    kept: list[str] = []
    marks = 0
    for letter in words:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= 2:
            kept.append(letter)
    return "".join(kept)


def bar(middle: float, bottom: float, height: float) -> str:
    """A part of `bars`."""
    return f"M{number(middle)} {number(bottom)}v{number(-height)}"


def bars(shape: str, fill: str, width: float, more: str = "") -> str:
    """Upright bars of one width. Thick lines take half the characters of rectangles."""
    return f'<path d="{shape}" stroke="{fill}" stroke-width="{number(width)}"{more}/>' if shape else ""


def box(left: float, bottom: float, width: float, height: float) -> str:
    """A part of a path: an upright rectangle from its lower left corner."""
    return f"M{number(left)} {number(bottom)}h{number(width)}v{number(-height)}h{number(-width)}z"


def line(points: Sequence[tuple[float, float]]) -> str:
    """A part of a path through at least one point, by steps from each to the next, which are short."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = "".join(
        f"l{number((x - before_x) / 10)} {number((y - before_y) / 10)}"
        for (before_x, before_y), (x, y) in pairwise(tenths)
    )
    return f"M{number(tenths[0][0] / 10)} {number(tenths[0][1] / 10)}{steps}"


def path(shape: str, fill: str, more: str = "") -> str:
    """A filled path; nothing if it has no part."""
    return f'<path d="{shape}" fill="{fill}"{more}/>' if shape else ""


def stroke(shape: str, colour: str, width: float = 1, more: str = "") -> str:
    """A line along a path; nothing if it has no part."""
    if not shape:
        return ""
    return f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{more}/>'


HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0 0v6" stroke="{palette.HATCH}" stroke-width="3"/></pattern>'
)
"""Stands once in a picture that has holes; filled in with HATCHED."""
HATCHED = "url(#hatch)"
