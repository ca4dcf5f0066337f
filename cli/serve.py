"""`earful serve`: one machine, everything: Prefect server, a first run, schedules."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from cli.demo import FOLDER, prepare
from cli.terminal import ConfigOption, DatabaseOption, err, say, settings
from core.clock import utc_now
from core.errors import ConfigError
from core.settings import Settings, absolute
from core.text import plain
from flows.addresses import remote
from flows.serving import demand, keep_schedules, prefect_server, run_hourly_once
from flows.wiring import open_store, read_config
from reports.keys import key_of

DEMO = FOLDER.with_name("demo-served")
"""Not the folder of `earful demo`, which may be run, and empties it, while this is served."""


def serve(
    config: ConfigOption = None,
    database: DatabaseOption = None,
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Of the Prefect UI.")] = 4200,
    home: Annotated[Path, typer.Option("--home", help="Where the Prefect server keeps its data.")] = Path(
        ".earful/prefect"
    ),
    demo: Annotated[
        bool,
        typer.Option("--demo", help=f"Serve the made-up railway of `earful demo`, in {DEMO}, emptied first."),
    ] = False,
) -> None:
    """Prefect server, first run, schedules and automations on this machine, until Ctrl-C."""
    demand(port)  # before anything is emptied that another `earful serve` works with
    given = _demo(config, database) if demo else settings(config, database)
    catalogue = read_config(given)
    with open_store(given, make=True):
        pass  # a database that is not in order is said now, not by the first run
    for_runs(given)
    # A stop by the service manager ends everything in the same order as Ctrl-C. Both are set, as a shell
    # lets what it starts in the background ignore Ctrl-C.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        with prefect_server(home, port, _say) as address:
            _say(f"The Prefect UI is at {address}")
            message = run_hourly_once()
            _say(f"First run: {message}")
            for brand in catalogue.brands:
                _say(f"{brand.name}: {address}/v2/artifacts/key/{key_of('brand-health', brand.name)}")
            _say(f"Start here: {address}/v2/artifacts/key/start-here")
            _say("Schedules are running. Ctrl-C stops everything.")
            keep_schedules()
    except KeyboardInterrupt:
        pass
    _say("Stopped.")


def _demo(config: Path | None, database: str | None) -> Settings:
    if config is not None or database is not None:
        raise ConfigError("--demo", "brings its own; leave out --config and --database")
    return prepare(DEMO, utc_now())


def for_runs(given: Settings) -> None:
    """Runs are processes of their own, in another folder: they find the same settings in the environment."""
    os.environ["EARFUL_CONFIG"] = str(given.config.resolve())
    os.environ["EARFUL_DATABASE_URL"] = absolute(given.database_url)
    if not remote(given.reports):
        os.environ["EARFUL_REPORTS"] = str(Path(given.reports).resolve())
    if given.sentiment_model and Path(given.sentiment_model).is_dir():
        os.environ["EARFUL_SENTIMENT_MODEL"] = str(Path(given.sentiment_model).resolve())


def _say(sentence: str) -> None:
    say(plain(sentence), to=err)
