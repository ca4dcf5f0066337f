"""`earful automations install`: what Prefect does by itself when something is wrong."""

from __future__ import annotations

from dataclasses import asdict

import typer

from cli.terminal import JsonOption, print_json, say

app = typer.Typer(
    no_args_is_help=True, help="What the Prefect server does by itself when something is wrong."
)


@app.callback()
def automations() -> None:
    """What the Prefect server does by itself when something is wrong."""


@app.command()
def install(as_json: JsonOption = False) -> None:
    """Create or update Earful's automations on the Prefect server; doing it again changes nothing."""
    from flows.installing import install as install_all  # Prefect is slow to import

    done = install_all()
    if as_json:
        print_json(asdict(done))
        return
    for what, names in asdict(done).items():
        for name in names:
            say(f"{what}: {name}")
