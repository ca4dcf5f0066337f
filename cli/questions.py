"""`earful questions`: what is asked again and again, and where it was answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from cli.terminal import (
    LARGEST,
    BrandOption,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    before,
    out,
    print_json,
    settings,
    shown,
)
from cli.who import ByOption, login
from core.clock import utc_now
from core.days import day_of
from flows.steps import answers
from flows.steps.daily import count_days
from flows.steps.questions import asked_questions
from flows.wiring import open_store, open_wiring, read_config
from reports.question_figures import Answered, AskedQuestion

app = typer.Typer(
    help="What is asked and complained about again and again: list, `answer`, `unanswer`.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Number = Annotated[
    int, typer.Argument(max=LARGEST, help="The question's number, as `earful questions` shows it.")
]


@app.callback()
def list_(
    ctx: typer.Context,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    brand: BrandOption = None,
    limit: LimitOption = 25,
    as_json: JsonOption = False,
) -> None:
    """The most frequent questions of the last seven days, as of the last run; and those answered lately."""
    if ctx.invoked_subcommand is not None:
        return
    with open_wiring(settings(config, database)) as wiring:
        count_days(wiring)
        wanted = [wiring.brand(brand)] if brand else wiring.catalogue.own_brands
        found = {each.name: asked_questions(wiring, each.name, wiring.clock(), limit) for each in wanted}
    if as_json:
        print_json([_json(name, each) for name, questions in found.items() for each in questions.asked])
        return
    rows = [(name, each) for name, questions in found.items() for each in questions.asked]
    if rows:
        out.print(_table(rows, wiring.catalogue.zone))
    else:
        out.print("Nobody was heard asking the same thing as others in the last two weeks.")
    for name, questions in found.items():
        notes = {
            "more came up": questions.more,
            "posts wait for the next run": questions.waiting,
            "texts are too many to compare": questions.left_out,
        }
        for note, count in notes.items():
            if count:
                out.print(f"{shown(name, 60)}: {count:,} {note}.", highlight=False)


@app.command()
def answer(
    ctx: typer.Context,
    number: Number,
    url: Annotated[str, typer.Option("--url", help="Where the answer stands, on the web.")],
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The day it was published; default: now."),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Anything worth knowing.")] = "",
    config: ConfigOption = None,
    database: DatabaseOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that an answer was published; the report then shows the rate before and after."""
    chosen = settings(config or before(ctx, "config"), database or before(ctx, "database"))
    zone = read_config(chosen).zone
    with open_store(chosen) as store:
        kept = answers.answer(
            store,
            number,
            url=url,
            on=on.date() if on else None,
            zone=zone,
            by=by or login(),
            note=note,
            now=utc_now(),
        )
    if as_json or before(ctx, "as_json"):
        print_json(
            {
                "question": kept.question_id,
                "url": kept.url,
                "published_at": kept.published_at,
                "by": kept.by,
                "note": kept.note,
            }
        )
        return
    day = day_of(kept.published_at, zone)
    out.print(f"Kept: question {number} was answered on {day}.", markup=False, highlight=False)


@app.command()
def unanswer(ctx: typer.Context, number: Number, database: DatabaseOption = None) -> None:
    """Take back that a question was answered."""
    with open_store(settings(database=database or before(ctx, "database"))) as store:
        answers.unanswer(store, number, utc_now())
    out.print(f"Kept: question {number} is not answered.", markup=False, highlight=False)


def _table(rows: list[tuple[str, AskedQuestion]], zone: ZoneInfo) -> Table:
    table = Table()
    for column in (
        "no.",
        "brand",
        "what people say",
        "this week",
        "last week",
        "change",
        "answered",
        "since then",
    ):
        figures = column in ("no.", "this week", "last week")
        table.add_column(column, justify="right" if figures else "left", no_wrap=column == "answered")
    for name, each in rows:
        table.add_row(
            str(each.number),
            shown(name, 30),
            shown(each.label or "(gone)", 100),
            f"{each.now:,}",
            "not known" if each.before is None else f"{each.before:,}",
            each.change,
            str(day_of(each.answer.published_at, zone)) if each.answer else "no",
            each.answer.effect if each.answer else "",
        )
    return table


def _json(brand: str, each: AskedQuestion) -> dict[str, Any]:
    return {
        "number": each.number,
        "brand": brand,
        "label": each.label,
        "words": each.words,
        "this_week": each.now,
        "last_week": each.before,
        "change": each.change,
        "asking_percent": each.asking,
        "days": each.days,
        "topic": each.topic or None,
        "first_seen": each.first_seen,
        "examples": [
            {"text": e.text, "source": e.source, "posted_at": e.posted_at, "url": e.link, "posts": e.posts}
            for e in each.examples
        ],
        "answer": _answer_json(each.answer) if each.answer else None,
    }


def _answer_json(answer: Answered) -> dict[str, Any]:
    return {
        "url": answer.url,
        "published_at": answer.published_at,
        "by": answer.by,
        "note": answer.note,
        "before": asdict(answer.before) if answer.before else None,
        "after": asdict(answer.after) if answer.after else None,
        "change": answer.effect,
    }
