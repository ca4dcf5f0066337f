"""What `earful evaluate` prints: what was counted, a table a head, confusions and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.terminal import shown
from nlp.adapter.trained import Use
from nlp.evaluation.marks import CALIBRATION_GOAL, MARKS_ARE_OF, UNSURE_GOAL, UNSURE_SHARE
from nlp.evaluation.measures import SHARES
from nlp.evaluation.report import FEW, Report, Result, headlines

_LEGEND = f"""\
Figures are percent; in brackets, where they would lie 19 times of 20 with other texts of the same kind.
{MARKS_ARE_OF}
Fewer than {FEW} texts are set beside none.
ECE: expected calibration error, 15 bins; at most {CALIBRATION_GOAL} is the goal.
Ironic tweets are read without #irony, #sarcasm, #not, by which they were collected.
at 80 %: macro-recall on the most certain 80 %, and the points gained; {UNSURE_GOAL:g} or more is the goal.
abstains: share of texts in a language that the model says it does not read."""


def print_report(report: Report, console: Console) -> None:
    """The whole report, for a person."""
    for name, revision in report.models.items():
        console.print(f"{name}: {revision}", markup=False, highlight=False)
    _print_accounts(report, console)
    for head, results in _by_head(report.results):
        _print_head(head, results, report, console)
        _print_coverage(results, report, console)
        _print_topics(results, report, console)
        _print_confusion(results, report, console)
    _print_not_measured(report, console)
    console.print(_LEGEND, markup=False, highlight=False, style="dim")


def percent(value: float | None) -> str:
    """One digit after the point; `-` for nothing."""
    return "-" if value is None else f"{100 * value:.1f}"


def _by_head(results: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    return [(head, list(some)) for head, some in groupby(results, key=lambda r: r.head)]


def _print_accounts(report: Report, console: Console) -> None:
    table = Table(title="What was counted", title_justify="left")
    for column in ("set", "rows", "examples", "trained on", "tuned on", "no label", "problems"):
        _add_column(table, column)
    for account in report.accounts:
        counts = (
            account.rows,
            account.counted,
            account.left_out[Use.TRAINED],
            account.left_out[Use.TUNED],
            account.bare,
            account.problems,
        )
        table.add_row(shown(f"{account.name}/{account.split}", 60), *(f"{n:,}" for n in counts))
    console.print(table)
    for account in report.accounts:
        if account.rows and account.bare == account.rows:
            console.print(
                f"{account.name}/{account.split} is skipped: none of its rows has a label that Earful can "
                "measure (docs/evaluation.md)",
                markup=False,
                highlight=False,
            )
        elif account.counted and not account.is_sample:
            console.print(
                f"{account.name}/{account.split} is not shown: most of it was trained on, and what is "
                "left has the words of another set's held-back texts",
                markup=False,
                highlight=False,
            )


def _print_head(head: str, results: Sequence[Result], report: Report, console: Console) -> None:
    """A row a set and model, so that figures are whole on 80 columns; marks stand in lines below."""
    table = Table(title=head, title_justify="left")
    several, covered = len(report.models) > 1, any(r.score.coverage for r in results)
    abstains = any(r.score.unsupported for r in results)
    sure, left = ("at 80 %", "unsure") if covered else (), ("abstains",) if abstains else ()
    for name in ("set", *(("model",) if several else ()), "%", "ECE", *sure, *left):
        _add_column(table, name)
    told = []
    for _, same in groupby(results, key=lambda r: (r.name, r.split, r.part)):
        group = list(same)
        place = f"{_place(group[0])}\n{group[0].measure}, {group[0].score.texts:,} texts"
        for result in group:
            model = [shown(result.model, 30)] if several else []
            last = [percent(result.score.unsupported)] if abstains else []
            table.add_row(place if result is group[0] else "", *model, *_cells(result, covered), *last)
        told += _beside(group)
    console.print(table)
    for line in told:
        console.print(line, highlight=False, soft_wrap=True)


def _add_column(table: Table, name: str) -> None:
    """Names give way to figures, and are folded, not cut: on 80 columns everything can be read."""
    if name in ("set", "model", "topic"):
        table.add_column(name, overflow="fold")
    else:
        table.add_column(name, justify="right", no_wrap=True)


def _cells(result: Result, covered: bool) -> list[str]:
    figure, score = result.figure, result.score
    span = f" [{percent(figure.low)}-{percent(figure.high)}]" if figure.low is not None else ""
    error = score.calibration.error if score.calibration else None
    well = error is not None and round(error, 3) <= CALIBRATION_GOAL
    cells = [
        _coloured(f"{percent(figure.value)}{span}", result.reached),
        "-" if error is None else _coloured(f"{error:.3f}", well if score.texts >= FEW else None),
    ]
    if covered:
        gain, at = score.gain, {p.share: p.value for p in score.coverage}.get(UNSURE_SHARE)
        cells += ["-" if gain is None else f"{percent(at)} ({100 * gain:+.1f})", percent(score.unsure)]
    return cells


def _beside(group: Sequence[Result]) -> list[str]:
    """What others reached on a set, and the figures that are not in the table."""
    mark = group[0].mark
    marks = [f"goal {mark.goal:g}"] if mark.goal else []
    marks += [f"linear {mark.linear:g}"] if mark.linear else []
    marks += [escape(f"{who} {value:g}") for who, value in mark.published]
    lines = [f"{_place(group[0])}: {', '.join(marks)}"] if marks else []
    for result in group:
        rest = [f"{name} {percent(f.value)}" for name, f in list(result.score.figures.items())[1:]]
        lines += [f"{_place(result)}, {shown(result.model, 30)}: {', '.join(rest)}"] if rest else []
        of_class = _class_calibration(result)
        lines += [f"{_place(result)}, {shown(result.model, 30)}: {of_class}"] if of_class else []
    return lines


def _class_calibration(result: Result) -> str:
    """Whether the probability by which rules flag comes true."""
    found = result.score.class_calibration
    if found is None:
        return ""
    said = (
        f"the probability of {found.of}: ECE {found.error:.3f}, {percent(found.said)} on average where "
        f"{percent(found.true)} are"
    )
    if not found.above:
        return said
    return (
        f"{said}; of {found.above:,} from {100 * found.threshold:g} % on, {percent(found.said_above)} where "
        f"{percent(found.true_above)} are"
    )


def _coloured(text: str, good: bool | None) -> str:
    safe = escape(text)
    return safe if good is None else f"[green]{safe}[/]" if good else f"[red]{safe}[/]"


def _place(result: Result) -> str:
    part = f", {result.part}" if result.part else ""
    return shown(f"{result.name}/{result.split}{part}", 60)


def _print_coverage(results: Sequence[Result], report: Report, console: Console) -> None:
    """Macro-recall on ever fewer texts, the least certain left out first."""
    covered = [r for r in results if r.score.coverage]
    if not covered:
        return
    table = Table(title="macro-recall on the most certain part", title_justify="left")
    for name in ("set", *(f"{100 * share:g} %" for share in SHARES), "not unsure"):
        _add_column(table, name)
    for result in covered:
        model = f"{shown(result.model, 30)}: " if len(report.models) > 1 else ""
        values = (percent(point.value) for point in result.score.coverage)
        table.add_row(f"{model}{_place(result)}", *values, percent(result.score.sure))
    console.print(table)


def _print_topics(results: Sequence[Result], report: Report, console: Console) -> None:
    """Each topic by itself, the team's own like the built-in ones."""
    with_topics = [r for r in results if r.score.each]
    if not with_topics:
        return
    table = Table(title=f"{with_topics[0].head}: one by one", title_justify="left")
    for name in ("set", "topic", "about it", "of texts", "precision", "recall", "F1"):
        _add_column(table, name)
    for result in with_topics:
        model = f"{shown(result.model, 30)}: " if len(report.models) > 1 else ""
        for key, v in result.score.each.items():
            figures = (percent(v[name]) if v["present"] else "-" for name in ("precision", "recall", "f1"))
            counts = f"{v['present']:,}", f"{v['texts']:,}"
            table.add_row(f"{model}{_place(result)}", shown(key, 40), *counts, *figures)
    console.print(table)


def _print_confusion(results: Sequence[Result], report: Report, console: Console) -> None:
    """Of the set that the head is best known by, for the first model; all others are in the JSON."""
    first = next(iter(report.models))
    for result in headlines(r for r in results if r.model == first):
        confusion = result.score.confusion
        if confusion is None:
            continue
        console.print(f"{_place(result)}: rows what people said, columns what was read", highlight=False)
        table = Table()
        table.add_column("", overflow="fold")
        for name in confusion.got:
            table.add_column(name, justify="right", overflow="fold")
        for name, row in zip(confusion.wanted, confusion.counts, strict=True):
            table.add_row(name, *(f"{count:,}" for count in row))
        console.print(table)


def _print_not_measured(report: Report, console: Console) -> None:
    for model, heads in report.unasked.items():
        for head, count in heads.items():
            console.print(
                f"not measured: {head}, which {count:,} texts ask for: {model} has no such head",
                markup=False,
                highlight=False,
            )
