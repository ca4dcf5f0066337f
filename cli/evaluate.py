"""`earful evaluate`: how well the model reads labelled texts, next to what others reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.rules import judge
from cli.terminal import ConfigOption, JsonOption, err, out, print_json, say, settings
from core.alerting import Rule
from core.clock import utc_now
from core.config import Catalogue, Topic
from core.errors import ConfigError
from core.mention import Author, Mention
from core.reading import Reading
from core.settings import Settings
from core.text import plain
from flows.wiring import read_config
from nlp import adapter
from nlp.adapter.trained import NAME, Trained
from nlp.readers import OWN, CheckedReader, reader_for

if TYPE_CHECKING:
    from nlp.corpora.files import Problem, SetFile
    from nlp.evaluation.gather import Item
    from nlp.evaluation.report import Report

RESULTS = "results.json"
_TOLD = 20
"""Problems that are told one by one; the rest is counted."""


def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Holds NAME/SPLIT.jsonl or .jsonl.gz; see docs/evaluation.md."),
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help=f"A Hugging Face checkpoint, folder or name, or `{OWN}`; several are set side by side.",
        ),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--out", help=f"Folder for {RESULTS} and the pictures.")
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", min=0, help="Of each file at most so many examples, chosen by hash; 0: all."),
    ] = 0,
    everything: Annotated[
        bool, typer.Option("--count-trained", help="Count what the model was trained on, too: flatters it.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the model on labelled texts: a table a head, next to published figures.

    What it was trained on is left out.
    """
    from nlp.corpora.files import find_files
    from nlp.evaluation.report import as_json as report_json
    from nlp.evaluation.run import evaluate as measure

    given = settings(config)
    catalogue = _catalogue(given, config)
    readers = _readers(given, model or [], catalogue.topics)
    files = find_files(folder)
    if write is not None:
        _make(write)
    told = _Told()
    report = measure(
        files,
        readers,
        Trained.nothing() if everything else _trained(),
        tell=told,
        limit=limit,
        own_topics=[topic.key for topic in catalogue.topics],
        flagged=_flagged(catalogue.alerting.rules),
        advance=_Progress(len(files)),
    )
    told.end()
    for topic in catalogue.topics:
        if topic.trait:  # a labelled text has no source, and such a topic is never computed without one
            say(f"not measured: own topic {topic.key}, which is computed for named sources only", to=err)
    found = report_json(report)
    if as_json:
        print_json(found)
    else:
        from cli.evaluation_tables import print_report

        print_report(report, out)
    if write is not None:
        _keep(write / RESULTS, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        _draw(report, write)
    if not report.results:
        err.print("error: nothing was measured", style="red")
        raise typer.Exit(1)
    if report.problems:
        raise typer.Exit(1)


def _readers(given: Settings, names: list[str], topics: Sequence[Topic]) -> dict[str, CheckedReader]:
    """By name, in the order in which they were asked for; each is known to be readable."""
    found = {name: reader_for(given, name, topics) for name in names} or {
        given.sentiment_model or OWN: reader_for(given, topics=topics)
    }
    for reader in found.values():
        reader.check()
    return found


def _trained() -> Trained:
    try:
        return Trained.load(adapter.SHIPPED / NAME)
    except FileNotFoundError:
        err.print(
            f"warning: {NAME} is missing beside the adapter, so nobody knows what it was trained on: "
            "everything is counted",
            style="yellow",
        )
        return Trained.nothing()


def _catalogue(given: Settings, asked: Path | None) -> Catalogue:
    """Rules and own topics, where there is a configuration; a folder that was asked for must be in order."""
    if asked is None and not given.config.is_dir():
        return Catalogue(brands=())
    return read_config(given)


def _flagged(rules: tuple[Rule, ...]) -> Callable[[Item, Reading], bool]:
    moment = utc_now()

    def flagged(item: Item, reading: Reading) -> bool:
        reach = None if item.followers is None else int(item.followers)
        mention = Mention(
            source="archive",
            external_id="1",
            text=item.example.text,
            posted_at=moment,
            fetched_at=moment,
            author=Author(source="archive", external_id="1", handle="", followers=reach),
            rating=item.rating,
        )
        return judge(mention, reading, rules) is not None

    return flagged


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(str(folder), f"cannot be made: {error.strerror}") from None


def _keep(file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ConfigError(str(file), f"cannot be written: {error.strerror}") from None


def _draw(report: Report, folder: Path) -> None:
    try:
        from nlp.evaluation.pictures import draw

        drawn = draw(report, folder)
    except ImportError as error:
        err.print(
            f"no pictures: {error.name} is not installed; `pip install -c constraints.txt -e '.[evaluate]'`",
            style="yellow",
            markup=False,
        )
        drawn = []
    names = ", ".join([RESULTS, *(path.name for path in drawn)])
    say(f"{folder}: {names}", to=err)


class _Told:
    """Tells the first problems as they come, and how many there were."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, problem: Problem) -> None:
        self._count += 1
        if self._count <= _TOLD:
            say(plain(str(problem), 300), to=err, style="yellow")

    def end(self) -> None:
        if self._count:
            more = f", {self._count - _TOLD} of them not told one by one" if self._count > _TOLD else ""
            err.print(
                f"{self._count} rows or files could not be read{more}; the others were.", style="yellow"
            )


class _Progress:
    """One line a batch on standard error: overwritten where that is a terminal."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._begun: list[str] = []
        self._texts = 0

    def __call__(self, file: SetFile, texts: int) -> None:
        if file.place not in self._begun:
            self._begun.append(file.place)
        self._texts += texts
        err.print(
            f"{self._texts:,} texts read, {file.place} ({len(self._begun)} of {self._files} files)",
            end="\r" if err.is_terminal else "\n",
            style="dim",
            markup=False,
            highlight=False,
        )
