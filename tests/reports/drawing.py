"""What a chart's SVG shows, read back from its text: for tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from reports.charts import svg
from reports.document import Picture

_NS = "{http://www.w3.org/2000/svg}"
_TAGS = {"svg", "g", "rect", "path", "circle", "text", "pattern"}
_ATTRIBUTES = {
    "width", "height", "viewBox", "font-family", "font-size", "font-weight", "fill", "fill-opacity", "stroke",
    "stroke-width", "stroke-opacity", "stroke-linejoin", "paint-order", "shape-rendering", "text-anchor",
    "x", "y", "rx", "cx", "cy", "r", "d", "id", "patternUnits", "patternTransform",
}  # fmt: skip
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_STEPS = frozenset("MlhHvVz")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, and what it shows."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def touches(self, other: Box) -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar."""

    middle: float
    bottom: float
    height: float
    fill: str
    lighter: bool


class Drawing:
    """One picture; refuses elements and attributes that could load, run or link anything."""

    def __init__(self, picture: Picture) -> None:
        self.root = ElementTree.fromstring(picture.svg)  # noqa: S314 - our own text; it must be well-formed
        for element in self.root.iter():
            assert element.tag.removeprefix(_NS) in _TAGS, element.tag
            assert set(element.attrib) <= _ATTRIBUTES, element.attrib
            for name, value in element.attrib.items():
                allowed = name == "fill" and value == "url(#hatch)"
                assert allowed or not re.search(r"url|javascript|data:|//", value), (name, value)
        self.width = float(self.root.attrib["width"])
        self.height = float(self.root.attrib["height"])
        assert self.root.attrib["viewBox"] == f"0 0 {self.root.attrib['width']} {self.root.attrib['height']}"

    @property
    def words(self) -> list[str]:
        """Every text, in the order of drawing."""
        return ["".join(element.itertext()) for element in self.root.iter(f"{_NS}text")]

    def bars(self) -> list[Bar]:
        """Bars of all colours that are drawn as thick lines."""
        return [
            Bar(
                middle=x,
                bottom=start,
                height=start - end,
                fill=path.attrib["stroke"],
                lighter="stroke-opacity" in path.attrib,
            )
            for path in self.root.iter(f"{_NS}path")
            if "fill" not in path.attrib and path.attrib["d"] != "M0 0v6"
            for (x, start), (_, end) in _pairs(list(points(path.attrib["d"])))
        ]

    def shapes(self, fill: str) -> list[str]:
        """The paths that are filled with a colour."""
        return [p.attrib["d"] for p in self.root.iter(f"{_NS}path") if p.attrib.get("fill") == fill]

    def fills(self) -> set[str]:
        """Every fill that is used."""
        return {element.attrib.get("fill", "") for element in self.root.iter()}

    def labels(self) -> list[Box]:
        """Where texts stand, as wide as they can be; no wider than the window that cuts them."""
        inside = {
            text: window
            for window in self.root.iter(f"{_NS}svg")
            if window is not self.root
            for text in window.iter(f"{_NS}text")
        }
        return [_label(text, inside.get(text)) for text in self.root.iter(f"{_NS}text")]

    def extent(self) -> Iterator[Box]:
        """Everything that is drawn, with the thickness of lines."""
        yield from self.labels()
        for element in self.root.iter():
            tag, a = element.tag.removeprefix(_NS), element.attrib
            if tag == "rect":
                x, y = float(a["x"]), float(a["y"])
                yield Box(x, y, x + float(a["width"]), y + float(a["height"]), "rect")
            elif tag == "circle":
                x, y, r = float(a["cx"]), float(a["cy"]), float(a["r"])
                yield Box(x - r, y - r, x + r, y + r, "circle")
            elif tag == "path" and a["d"] != "M0 0v6":
                half = float(a.get("stroke-width", 0)) / 2
                for x, y in points(a["d"]):
                    yield Box(x - half, y, x + half, y, f"path {a.get('fill')} {a.get('stroke')}")


def points(shape: str) -> Iterator[tuple[float, float]]:
    """Where a path goes."""
    x = y = 0.0
    for step, rest in _STEP.findall(shape):
        assert step in _STEPS, f"no chart draws so: {step}"
        numbers = [float(number) for number in rest.split()]
        if step == "z":
            continue
        across = numbers[0] if step in "MlhH" else None
        down = numbers[-1] if step in "MlvV" else None
        if across is not None:
            x = across if step.isupper() else x + across
        if down is not None:
            y = down if step.isupper() else y + down
        yield x, y


def boxes(shape: str) -> list[Box]:
    """The upright rectangles of a path that is made of such."""
    corners = list(points(shape))
    found = []
    for place in range(0, len(corners), 4):
        xs, ys = zip(*corners[place : place + 4], strict=True)
        found.append(Box(min(xs), min(ys), max(xs), max(ys), ""))
    return found


def _pairs(path: list[tuple[float, float]]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    return zip(path[::2], path[1::2], strict=True)


def _label(text: ElementTree.Element, window: ElementTree.Element | None) -> Box:
    words = "".join(text.itertext())
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    wide = svg.width_of(words, bold="font-weight" in text.attrib)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.attrib.get("text-anchor", "start")]
    right = left + wide
    if window is not None:
        left = max(left, float(window.attrib["x"]))
        right = min(right, float(window.attrib["x"]) + float(window.attrib["width"]))
    return Box(left, y - 9, right, y + 3, words)
