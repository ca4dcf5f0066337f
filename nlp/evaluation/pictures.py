"""Pictures of a report, as SVG: calibration, confusion, and what leaving out the uncertain is worth.

They stand on a ground of their own, so that they can be read on a light page and on a dark one; colours are
Okabe and Ito's, which people who see few colours tell apart. Text stays text: small files, and searchable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import StringIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.evaluation.report import FEW, Confusion, Report, Result, headlines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREEN, PURPLE, INK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#24292f", "#c9d1d9"
LINES = (BLUE, ORANGE, GREEN, PURPLE, "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
"""Lines differ in more than colour."""
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "earful",  # the same report gives the same bytes
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial"],  # each text repeats this list
    "font.size": 8,
    "axes.titlesize": 8,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_TOO_EXACT = re.compile(r"(\d+\.\d\d)\d+")
_COLUMNS = 3
_FEW_IN_A_BIN = 5
_NOT_DRAWN = ("alerts", "severity or none")
"""Drawn by another head already, or by none."""
_LEAST_SHOWN = 0.005
"""Share of a row below which a cell of a confusion is left without a number."""


def draw(report: Report, folder: Path) -> list[Path]:
    """Write calibration.svg, confusion.svg and coverage.svg, of what there is; of the first model.

    Only the picture of coverage shows all models.

    Raises:
        ImportError: matplotlib is not installed (`pip install -c constraints.txt -e '.[evaluate]'`).
    """
    first = next(iter(report.models))
    mine = (result for result in report.results if result.model == first)
    shown = [result for result in headlines(mine) if result.head not in _NOT_DRAWN]
    calibrated = [result for result in shown if result.score.calibration]
    confused = [result for result in shown if result.score.confusion]
    drawn = [
        _panels(folder / "calibration.svg", calibrated, _reliability),
        _panels(folder / "confusion.svg", confused, _matrix),
        _coverage(folder / "coverage.svg", report),
    ]
    return [path for path in drawn if path is not None]


def _panels(path: Path, results: Sequence[Result], one: Callable[[Axes, Result], None]) -> Path | None:
    """One panel a head."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not results:
        return None
    columns = min(_COLUMNS, len(results))
    lines = ceil(len(results) / columns)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(2.7 * columns, 2.75 * lines), layout="constrained")
        places = figure.subplots(lines, columns, squeeze=False).ravel()
        for axes, result in zip(places, results, strict=False):
            one(axes, result)
        for axes in places[len(results) :]:
            axes.set_axis_off()
        _save(figure, path)
    return path


def _reliability(axes: Axes, result: Result) -> None:
    """Share that is right over confidence; bars: how many answers have which confidence."""
    calibration = result.score.calibration
    if calibration is None:
        return
    bins, total = calibration.bins, sum(b.texts for b in calibration.bins)
    edges = [i / len(bins) for i in range(len(bins) + 1)]
    axes.stairs([b.texts / total for b in bins], edges, fill=True, color=GREY)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.7, linestyle=":")
    some = [b for b in bins if b.texts >= _FEW_IN_A_BIN]
    axes.plot(
        [b.confidence for b in some], [b.right for b in some], "o-", color=BLUE, markersize=3, linewidth=1
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    axes.set_title(f"{_title(result)}\nerror {calibration.error:.3f}")


def _matrix(axes: Axes, result: Result) -> None:
    """A row for what people said, in percent of the row; a column for what was read."""
    confusion = result.score.confusion
    if confusion is None:
        return
    shares = _shares(confusion)
    axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
    small = len(confusion.got) > 5
    for y, row in enumerate(shares):
        for x, share in enumerate(row):
            if share >= _LEAST_SHOWN:
                colour = "white" if share > 0.5 else INK
                axes.text(
                    x + 0.5, y + 0.5, f"{100 * share:.0f}", ha="center", va="center", color=colour,
                    fontsize=5 if small else 8,
                )  # fmt: skip
    axes.invert_yaxis()
    size = 5 if small else 7
    axes.set_xticks(
        [x + 0.5 for x in range(len(confusion.got))], _short(confusion.got), rotation=90, fontsize=size
    )
    axes.set_yticks([y + 0.5 for y in range(len(confusion.wanted))], _short(confusion.wanted), fontsize=size)
    axes.tick_params(length=0)
    axes.set_title(_title(result))


def _coverage(path: Path, report: Report) -> Path | None:
    """Macro-recall of the sentiment over the share of texts that are kept, a line a set and model."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    lines = [
        r
        for r in report.results
        if r.head == "sentiment" and not r.part and r.score.coverage and r.score.texts >= FEW
    ]
    lines = sorted(lines, key=lambda r: (not r.mark.goal, -r.score.texts))[: len(LINES)]
    if not lines:
        return None
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.4, 3.2), layout="constrained")
        axes = figure.subplots()
        for result, colour, dash in zip(lines, LINES, DASHES, strict=False):
            points = result.score.coverage
            name = f"{result.name}/{result.split}"
            axes.plot(
                [100 * p.share for p in points],
                [100 * p.value for p in points],
                color=colour,
                linestyle=dash,
                marker="o",
                markersize=3,
                label=name if len(report.models) == 1 else f"{result.model}: {name}",
            )
        axes.invert_xaxis()
        axes.set_xlabel("most certain texts, %")
        axes.set_ylabel("macro-recall of the sentiment, %")
        axes.grid(color=GREY, linewidth=0.4)
        axes.legend(frameon=False)
        _save(figure, path)
    return path


def _save(figure: Any, path: Path) -> None:
    """Without the comments, indents and far decimals that matplotlib writes: half of the file."""
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    text = _TOO_EXACT.sub(r"\1", _COMMENT.sub("", drawn.getvalue()))
    path.write_text("\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n", "utf-8")


def _title(result: Result) -> str:
    return f"{result.head}\n{result.name}/{result.split}, {result.score.texts:,}"


def _shares(confusion: Confusion) -> list[list[float]]:
    return [[count / max(1, sum(row)) for count in row] for row in confusion.counts]


def _short(names: Sequence[str]) -> list[str]:
    return [name.replace("_", " ") for name in names]
