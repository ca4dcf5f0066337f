"""`earful check`: is everything in order? `earful db upgrade`: bring the tables up to date."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from alerts.channels import build_channels
from cli.asked import asked_json, print_asked
from cli.terminal import ConfigOption, DatabaseOption, JsonOption, err, out, print_json, say, settings
from cli.thresholds import gather, moved
from core.alerting import Channel
from core.catalogue import ALERTS
from core.config import Catalogue
from core.errors import ConfigError
from core.settings import DEFAULT_DATABASE_URL, Settings, secret
from flows.wiring import open_store, read_config
from listeners.registry import SOURCES
from nlp.readers import reader_for
from reports.wording import plural
from storage.database import open_database
from storage.migrate import upgrade

db_app = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)


def check(config: ConfigOption = None, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Look at configuration, credentials, channels, model and database; change nothing, ask no platform."""
    given = settings(config, database)
    catalogue = read_config(given)
    if as_json:
        _check_json(given, catalogue)
        return
    held = f"{plural(len(catalogue.brands), 'brand')}, {plural(len(catalogue.targets), 'target')}"
    out.print(f"{given.config}: {held}, in order", highlight=False)
    print_asked(catalogue)
    for topic, asked in _topics(catalogue).items():
        out.print(f"topic {topic}: asked of {', '.join(asked)}", markup=False, highlight=False)
    problems = [*_credentials(catalogue), *_rest(given, catalogue)]
    for problem in problems:
        say(f"error: {problem}", to=err, style="red")
    if problems:
        raise typer.Exit(2)
    out.print("credentials, channels, model and database: in order")
    for absent in _absent(catalogue):
        say(f"note: {absent}", style="yellow")
    for sentence in _moved(given, catalogue):
        out.print(sentence, markup=False, highlight=False)


def _check_json(given: Settings, catalogue: Catalogue) -> None:
    problems = [*_credentials(catalogue), *_rest(given, catalogue)]
    print_json(
        {
            "config": given.config,
            **asked_json(catalogue),
            "topics": _topics(catalogue),
            "problems": problems,
            "absent": _absent(catalogue),
            "thresholds_moved": [] if problems else _moved(given, catalogue),
        }
    )
    if problems:
        raise typer.Exit(2)


def _topics(catalogue: Catalogue) -> dict[str, list[str]]:
    """Which sources each of the team's own topics is asked of."""
    return {t.key: [name for name in sorted(SOURCES) if t.may_ask(name)] for t in catalogue.topics}


def _credentials(catalogue: Catalogue) -> list[str]:
    problems = []
    for target in catalogue.targets:
        for name in SOURCES[target.source].secrets(target.options):
            try:
                secret(name)
            except ConfigError as error:
                problems.append(f"{target.place}: {error}")
    return problems


def _absent(catalogue: Catalogue) -> list[str]:
    """Files and folders of targets that are not there: no error, as an export may be put there later."""
    return [
        f"{target.place}: {path} is not there; until it is, a poll finds nothing"
        for target in catalogue.targets
        if (path := SOURCES[target.source].reads(target.options)) is not None and not path.exists()
    ]


def _rest(given: Settings, catalogue: Catalogue) -> list[str]:
    problems = []
    looks: list[Callable[[], object]] = [
        *(partial(_build_channel, each) for each in catalogue.alerting.channels),
        lambda: reader_for(given, topics=catalogue.topics).check(),
        lambda: _open(given),
    ]
    for look in looks:
        try:
            look()
        except ConfigError as error:
            problems.append(str(error))
    return problems


def _build_channel(each: Channel) -> None:
    try:
        build_channels([each], secret, Console(quiet=True))
    except ConfigError as error:
        raise ConfigError(f"{ALERTS} (channel {each.name})", str(error)) from None


def _open(given: Settings) -> None:
    if _not_made_yet(given):
        return
    with open_store(given):
        pass


def _not_made_yet(given: Settings) -> bool:
    """Whether the first run will make the database."""
    return given.database_url == DEFAULT_DATABASE_URL and not Path("earful.db").exists()


def _moved(given: Settings, catalogue: Catalogue) -> list[str]:
    """What verdicts did to the thresholds: the configuration says something else."""
    if _not_made_yet(given):
        return []
    with open_store(given) as store, store.reading() as tx:
        return list(moved(gather(tx, catalogue, reader_for(given, topics=catalogue.topics).revision)))


@db_app.command("upgrade")
def db_upgrade(database: DatabaseOption = None) -> None:
    """Create the tables, or bring them up to date. Safe to run again, and while others run."""
    store = open_database(settings(database=database).database_url)
    try:
        applied = upgrade(store)
        done = f"brought up to date ({', '.join(applied)})" if applied else "up to date already"
        out.print(f"{store.place}: {done}", markup=False, highlight=False)
    finally:
        store.close()
