"""What every command shares: its options, where it prints, and how it prints data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from core.mention import Mention
from core.settings import Settings
from core.text import plain
from flows.steps.once import Progress as OnProgress

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Folder with brands.yaml [env: EARFUL_CONFIG; default: config]."),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help="Database URL [env: EARFUL_DATABASE_URL; default: earful.db here]."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
BrandOption = Annotated[str | None, typer.Option("--brand", help="Only this brand.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
LARGEST = 2**63 - 1
"""Number that a database can hold: of alerts, mentions, questions."""
MentionNumber = Annotated[
    int, typer.Argument(max=LARGEST, help="The mention's number, as `earful mentions` shows it.")
]

out = Console()
"""What was asked for."""
err = Console(stderr=True)
"""Progress, notes and errors: never mixed into data."""

Row = TypeVar("Row")


def settings(config: Path | None = None, database: str | None = None) -> Settings:
    """The environment's settings, overridden by the command line's."""
    given: dict[str, Any] = {"config": config, "database_url": database}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def before(ctx: typer.Context, name: str) -> Any:
    """An option that stands before the sub-command: `earful questions --database URL answer 5`."""
    return ctx.parent.params.get(name) if ctx.parent else None


def say(text: str, *, to: Console = out, style: str | None = None) -> None:
    """A line as it is: not read as markup, not coloured by guesses, not wrapped."""
    to.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """One JSON document, as it is: not wrapped, not coloured; in ASCII, as strangers' texts are in it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, default=_as_json) + "\n")


def mention_json(mention: Mention) -> dict[str, Any]:
    """What every command says of a mention as data."""
    return {
        "source": mention.source,
        "id": mention.external_id,
        "posted_at": mention.posted_at,
        "author": mention.author.called if mention.author else None,
        "text": mention.text,
        "url": mention.url,
    }


def when(moment: datetime | None) -> str:
    """A time for a table."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def shown(text: str, limit: int = 90) -> str:
    """A stranger's text for a table cell: harmless, one line, and not read as markup."""
    return escape(plain(text, limit))


def first(found: list[Row], limit: int) -> list[Row]:
    """The first of what was found; on standard error, that there is more.

    Args:
        found: of one more than is shown, where there is one more.
        limit: how many are shown.
    """
    if len(found) > limit:
        err.print(f"The newest {limit:,}; older ones are left out: --limit shows more.", highlight=False)
    return found[:limit]


@contextmanager
def progress() -> Iterator[OnProgress]:
    """A live line for each step, on standard error; nothing where that is no terminal."""
    titles = {
        "listen": "mentions heard",
        "sort out": "found by words",
        "analyse": "read",
        "raise": "judged",
        "notify": "told",
    }
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bars:
        tasks = {step: bars.add_task(title, total=None) for step, title in titles.items()}

        def advance(step: str, count: int) -> None:
            bars.advance(tasks[step], count)
            if step == "listen":  # whatever was heard has to be read
                bars.update(tasks["analyse"], total=bars.tasks[tasks["listen"]].completed)

        yield advance


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
