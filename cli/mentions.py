"""`earful mentions`: what was heard, and what was sorted out of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.found import known_brand, known_source
from cli.irrelevant import list_irrelevant
from cli.judge import judge
from cli.relevant import relevant
from cli.terminal import (
    BrandOption,
    DatabaseOption,
    JsonOption,
    LimitOption,
    first,
    mention_json,
    out,
    print_json,
    settings,
    shown,
    when,
)
from core.errors import ConfigError
from flows.wiring import open_store
from storage.mentions import StoredMention, find_mentions

app = typer.Typer(
    help="What was heard; and what people say about it: `judge`, `relevant`.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.command()(judge)
app.command()(relevant)


class Sentiment(StrEnum):
    """What can be asked for."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@app.callback()
def mentions(
    ctx: typer.Context,
    database: DatabaseOption = None,
    brand: BrandOption = None,
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    sentiment: Annotated[
        Sentiment | None, typer.Option("--sentiment", help="Only texts that are this.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Only texts that hold this.")] = None,
    irrelevant: Annotated[
        bool, typer.Option("--irrelevant", help="What was found, but is not about the brand, and why.")
    ] = False,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """What was heard, the newest first; and what people say about it: `judge`, `relevant`."""
    if ctx.invoked_subcommand is not None:
        return
    if irrelevant:
        if sentiment or text:
            raise ConfigError("--irrelevant", "goes with --brand, --source and --limit only")
        list_irrelevant(database, brand, source, limit, as_json=as_json)
        return
    known_source(source)
    with open_store(settings(database=database)) as store, store.reading() as tx:
        known_brand(tx, brand)
        found = find_mentions(tx, brand=brand, source=source, sentiment=sentiment, text=text, limit=limit + 1)
    found = first(found, limit)
    if as_json:
        print_json([_mention_json(stored) for stored in found])
        return
    table = Table()
    for column in ("no.", "posted (UTC)", "author", "sentiment", "complaint", "text"):
        table.add_column(column, justify="right" if column in ("no.", "complaint") else "left")
    for stored in found:
        reading, author = stored.reading, stored.mention.author
        table.add_row(
            str(stored.id),
            when(stored.mention.posted_at),
            shown(author.called, 20) if author else "unknown",
            _opinion(stored),
            f"{reading.complaint:.0%}" if reading and reading.supported else "-",
            shown(stored.mention.text),
        )
    out.print(table)


def _opinion(stored: StoredMention) -> str:
    reading = stored.reading
    if reading is None:
        return "not read"
    if not reading.supported:
        return f"unsupported ({reading.language})"
    return f"{reading.label}{' (unsure)' if reading.unsure else ''}"


def _mention_json(stored: StoredMention) -> dict[str, Any]:
    mention = stored.mention
    return {
        "number": stored.id,
        **mention_json(mention),
        "brands": stored.brands,
        "rating": mention.rating,
        "visibility": mention.visibility,
        "reading": stored.reading.as_json(mention.key) if stored.reading else None,
    }
