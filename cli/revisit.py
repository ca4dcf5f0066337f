"""`earful revisit`: look again at what was stored, and forget what may not be kept."""

from __future__ import annotations

import dataclasses

import typer

from cli.terminal import ConfigOption, DatabaseOption, JsonOption, err, out, print_json, say, settings
from flows.steps.revisit import revisit as look_again
from flows.wiring import open_wiring


def revisit(
    config: ConfigOption = None, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Ask the sources again for what was stored: edits are taken over, what is deleted is forgotten."""
    with open_wiring(settings(config, database)) as wiring:
        done = look_again(wiring)
    if as_json:
        print_json(dataclasses.asdict(done))
    else:
        out.print(f"{done.words} (${done.spend_usd:.3f}).", highlight=False)
        if done.note:
            say(done.note)
    for trouble in done.troubles:
        say(trouble, to=err, style="yellow")
    if done.troubles and not done.asked:
        raise typer.Exit(1)
