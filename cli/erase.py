"""`earful erase`: forget an author who asks for it."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from cli.terminal import ConfigOption, DatabaseOption, JsonOption, err, out, print_json, say, settings, shown
from cli.who import ByOption, login
from flows.steps.erase import erase, find_author
from flows.wiring import open_wiring
from reports.wording import plural


def erase_command(
    source: Annotated[str, typer.Argument(help="Where they write, such as reddit.")],
    author: Annotated[str, typer.Argument(help="Handle, name or id on that platform.")],
    config: ConfigOption = None,
    database: DatabaseOption = None,
    by: ByOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Forget an author: everything they wrote, who they are, and whatever they write from now on."""
    with open_wiring(settings(config, database)) as wiring:
        found = find_author(wiring, source, author)
        said = f"{shown(found.handle or found.name or found.external_id, 60)} on {source}"
        if not yes:
            err.print(f"{said}: {plural(found.mentions, 'mention')}. What is forgotten does not come back.")
            typer.confirm("Forget them?", abort=True, err=True)
        done = erase(wiring, found, by=by or login())
    if as_json:
        print_json(dataclasses.asdict(done))
    else:
        out.print(
            f"Forgotten: {plural(done.mentions, 'mention')} of {said}; report pages changed: {done.pages:,}. "
            "What was delivered or exported is where it went; the Prefect UI follows with the next publish.",
            highlight=False,
        )
        if done.note:
            say(done.note)
    if done.trouble:
        say(done.trouble, to=err, style="yellow")
        raise typer.Exit(1)
