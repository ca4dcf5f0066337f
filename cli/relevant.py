"""`earful mentions relevant`: a person says whether a mention is about the brand, whatever its words say."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.terminal import DatabaseOption, JsonOption, MentionNumber, before, out, print_json, settings
from cli.who import ByOption, login
from core.clock import utc_now
from core.errors import ConfigError
from flows.steps.follow_up import rule
from flows.wiring import open_store


def relevant(
    ctx: typer.Context,
    number: MentionNumber,
    yes: Annotated[bool, typer.Option("--yes", help="It is about the brand.")] = False,
    no: Annotated[bool, typer.Option("--no", help="It is not.")] = False,
    brand: Annotated[
        str | None, typer.Option("--brand", help="For which brand, where it was found for several.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="In your words.")] = "",
    database: DatabaseOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a mention is about the brand. Your word stands until a person says otherwise.

    With --yes it is read and judged by the next run; with --no it is left alone. It closes no alert.
    """
    if yes == no:
        raise ConfigError("relevant", "say --yes or --no")
    with open_store(settings(database=database or before(ctx, "database"))) as store:
        of = brand or before(ctx, "brand")
        ruling = rule(store, number, of, relevant=yes, by=by or login(), now=utc_now(), why=why)
    if as_json or before(ctx, "as_json"):
        print_json(
            {
                "mention": ruling.mention_id,
                "brand": ruling.brand,
                "relevant": ruling.relevant,
                "by": ruling.by,
                "at": ruling.at,
                "why": ruling.why,
            }
        )
        return
    said = "is about" if yes else "is not about"
    then = "If it is not read yet, the next run reads it." if yes else "It is kept and left alone."
    out.print(f"Kept: mention {number} {said} {ruling.brand}. {then}", markup=False, highlight=False)
