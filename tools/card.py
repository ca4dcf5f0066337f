"""Writes what `earful evaluate` found into the model card, with its pictures: the end of `make figures`."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp.evaluation.marks import CALIBRATION_GOAL, MARKS_ARE_OF, UNSURE_GOAL
from nlp.evaluation.report import FEW

CARD = Path("nlp/adapter/README.md")
PICTURES = "pictures"
BEGIN, END = "<!-- figures: written by `make figures` -->", "<!-- end of figures -->"
ALT = {
    "calibration": "Reliability diagrams, one a head: the share of answers that is right over the confidence "
    "with which they were given, beside the diagonal of perfect calibration; bars show how many answers have "
    "which confidence. The errors stand in the table above.",
    "confusion": "Confusion matrices, one a head, in percent of each row: rows are what people said, columns "
    "what the model read.",
    "coverage": "Macro-recall of the sentiment over the share of texts that are kept when those of which the "
    "model is least certain are left out first.",
}
FEWER_UNHAPPY = (0.3, 0.1)
"""Shares of the texts, where brands have happier customers than the airlines had."""
FEW_FLAGGED = 20
"""Below so many alerts their precision says nothing."""
HEADER = (
    "| head | set | texts | measure | this model | 19 of 20 | ECE | linear | published | goal |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
Result = Mapping[str, Any]


def percent(value: float | None) -> str:
    """One digit after the point."""
    return "-" if value is None else f"{100 * value:.1f}"


def mark(reached: bool | None) -> str:
    """What stands behind a figure that has a goal."""
    return {True: " ✓", False: " ✗", None: ""}[reached]


def calibration(result: Result) -> str:
    """Its error, as `earful evaluate` colours it."""
    if "calibration" not in result:
        return "-"
    error = result["calibration"]["error"]
    return f"{error:.3f}" + mark(round(error, 3) <= CALIBRATION_GOAL)


def gain(result: Result) -> str:
    """Points of macro-recall on the most certain 80 %."""
    points = 100 * result["gain_at_80_percent"]
    return f"{points:+.1f}" + mark(round(points, 1) >= UNSURE_GOAL)


def place(result: Result) -> str:
    """Set, split, and the part of it."""
    return f"{result['set']}/{result['split']}" + (f", {result['part']}" if result["part"] else "")


def line(result: Result) -> str:
    """One row of the table."""
    figure, marks = result["figures"][result["measure"]], result["marks"]
    published = ", ".join(f"{who} {value:g}" for who, value in marks.get("published", ()))
    low, high = figure.get("low"), figure.get("high")
    cells = (
        result["head"],
        place(result),
        f"{result['texts']:,}",
        result["measure"],
        percent(result["value"]) + mark(result.get("reached")),
        "-" if low is None else f"{percent(low)} to {percent(high)}",
        calibration(result),
        f"{marks['linear']:g}" if "linear" in marks else "-",
        published or "-",
        f"{marks['goal']:g}" if "goal" in marks else "-",
    )
    return f"| {' | '.join(cells)} |"


def coverage(results: list[Result]) -> Iterator[str]:
    """Macro-recall on the most certain part, of the sentiment."""
    covered = [r for r in results if r["head"] == "sentiment" and "coverage" in r]
    if not covered:
        return
    shares = [point["share"] for point in covered[0]["coverage"]]
    names = " | ".join(f"{100 * share:g} %" for share in shares)
    yield f"| macro-recall on the most certain | {names} | gain at 80 % | where not unsure |"
    yield f"|---|{'---|' * (len(shares) + 2)}"
    for result in covered:
        values = " | ".join(percent(point["value"]) for point in result["coverage"])
        sure = f"{percent(result.get('sure'))} ({percent(result['unsure'])} % unsure)"
        yield f"| {result['set']}/{result['split']} | {values} | {gain(result)} | {sure} |"


def promises(results: list[Result]) -> Iterator[str]:
    """Whether the probabilities by which rules flag come true."""
    found = [(r, r["class_calibration"]) for r in results if "class_calibration" in r]
    if not found:
        return
    yield (
        "The probability by which rules flag, whatever the answer is: its own ECE, and what it is on average "
        "beside the share of texts of which it is true, of all and of those from the highest threshold of "
        "the default rules on.\n"
    )
    yield "| head | set | probability of | ECE | on average | true of | texts from | on average | true of |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for result, c in found:
        cells = (
            result["head"],
            place(result),
            c["of"],
            calibration({"calibration": c}),
            percent(c["said"]),
            percent(c["true"]),
            f"{c['above']:,} from {100 * c['threshold']:g}",
            percent(c.get("said_above")),
            percent(c.get("true_above")),
        )
        yield f"| {' | '.join(cells)} |"


def also(results: list[Result]) -> Iterator[str]:
    """The other measures of evidence and alerts, which have no column of their own."""
    for result in results:
        if result["head"] in ("evidence", "alerts"):
            others = ", ".join(f"{name} {percent(f['value'])}" for name, f in result["figures"].items())
            more = elsewhere(result) if result["head"] == "alerts" else ""
            yield f"- {result['head']} on {place(result)}: {others}{more}."


def flagged(result: Result) -> int:
    """Texts for which the rules raise an alert."""
    return sum(row[1] for row in result["confusion"]["counts"])


def elsewhere(result: Result) -> str:
    """The precision that the same rates give where fewer are unhappy."""
    recall, alarms = (result["figures"][name]["value"] for name in ("recall", "false-alarm rate"))
    unhappy = sum(result["confusion"]["counts"][1]) / result["texts"]
    there = ", ".join(
        f"{percent(share * recall / (share * recall + (1 - share) * alarms))} where {100 * share:g} % are"
        for share in FEWER_UNHAPPY
    )
    return f"; {percent(unhappy)} % of these texts are unhappy, by the same rates precision is {there}"


def about(revision: str, left_out: int) -> str:
    """What the figures are of."""
    return (
        f"Model `{revision}`. Texts that it was trained or tuned on are not counted ({left_out:,} examples "
        f"were left out). Sets with fewer than {FEW} others are not shown, nor are files that were trained "
        "on whole, of which texts are left that equal a held-back one of another set, nor fewer than "
        f"{FEW_FLAGGED} alerts. Figures are percent; ✓ and ✗ say whether the goal is reached; that of the "
        f"ECE is at most {CALIBRATION_GOAL}, of the gain at least {UNSURE_GOAL:g} points. {MARKS_ARE_OF}"
    )


def block(report: Mapping[str, Any], pictures: list[str]) -> str:
    """What stands between the markers."""
    (name, revision), *_ = report["models"].items()
    results = [
        r
        for r in report["results"]
        if r["model"] == name and r["texts"] >= FEW and (r["head"] != "alerts" or flagged(r) >= FEW_FLAGGED)
    ]
    left_out = sum(f["left_out_trained_on"] + f["left_out_tuned_on"] for f in report["files"])
    parts = [
        about(revision, left_out),
        "\n".join([HEADER, *map(line, results)]),
        "\n".join(promises(results)),
        "\n".join(coverage(results)),
        "\n".join(also(results)),
        "\n\n".join(f"![{ALT[p]}]({PICTURES}/{p}.svg)" for p in pictures),
    ]
    return "\n\n".join(part for part in parts if part)


def main() -> None:
    """Copy the pictures, rewrite the block."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("found", type=Path, help="what `earful evaluate --out` wrote")
    parser.add_argument("--card", type=Path, default=CARD)
    args = parser.parse_args()
    report = json.loads((args.found / "results.json").read_text(encoding="utf-8"))
    if not report["results"]:
        parser.error(f"{args.found} has no figures: nothing was measured; the card stays as it was")
    folder = args.card.parent / PICTURES
    folder.mkdir(exist_ok=True)
    drawn = [name for name in ALT if (args.found / f"{name}.svg").is_file()]
    for name in drawn:
        shutil.copyfile(args.found / f"{name}.svg", folder / f"{name}.svg")
    text = f"{BEGIN}\n{block(report, drawn)}\n{END}"
    card, count = re.subn(
        f"{re.escape(BEGIN)}.*{re.escape(END)}",
        lambda _: text,
        args.card.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if count != 1:
        parser.error(f"{args.card} has no line `{BEGIN}` followed by `{END}`")
    args.card.write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
