"""Builds everything from settings, in one place, and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from alerts.channels import Channel, build_channels
from core.catalogue import read_catalogue
from core.clock import Clock, utc_now
from core.config import Brand, Catalogue
from core.errors import ConfigError
from core.reading import Reader
from core.settings import DEFAULT_DATABASE_URL, Settings, secret
from core.target import Listener, Target
from listeners.base import Borrowed
from listeners.http import new_client
from listeners.registry import SOURCES
from nlp.readers import reader_for
from storage import coverage
from storage.database import Database, open_database
from storage.migrate import require_current, upgrade

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything a step needs. Nothing here knows Prefect or a terminal."""

    settings: Settings
    catalogue: Catalogue
    database: Database
    reader: Reader
    console: Console
    """Where console channels print."""
    clock: Clock
    secret: Callable[[str], str]
    http: httpx.Client

    def brand(self, name: str) -> Brand:
        """A configured brand by name.

        Raises:
            ConfigError: naming those that there are.
        """
        for brand in self.catalogue.brands:
            if brand.name == name:
                return brand
        known = ", ".join(b.name for b in self.catalogue.brands)
        raise ConfigError(str(self.settings.config), f"has no brand '{name}'; it has: {known}")

    def targets(self, brand: str | None = None) -> tuple[Target, ...]:
        """What to listen to: one brand's targets, or everything."""
        return self.brand(brand).targets if brand else self.catalogue.targets

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Where every alert is told."""
        return tuple(channel.name for channel in self.catalogue.alerting.channels)

    def channel(self, name: str) -> Channel:
        """One configured channel, ready to send.

        Raises:
            ConfigError: its secret is not set, or is no address.
        """
        configured = [c for c in self.catalogue.alerting.channels if c.name == name]
        return build_channels(configured, self.secret, self.console)[name]

    def listener(self, target: Target) -> Listener:
        """A client for one target, told what it has cost since the month began.

        Raises:
            ConfigError: a credential that it needs is not set.
        """
        now = self.clock()
        month = datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
        with self.database.reading() as tx:
            spent = coverage.spent_usd(tx, target.name, month)
        borrowed = Borrowed(clock=self.clock, secret=self.secret, http=self.http, spent_usd=spent)
        return SOURCES[target.source].build(target.options, borrowed)


def read_config(settings: Settings) -> Catalogue:
    """The configuration folder, checked against the sources that there are."""
    return read_catalogue(settings.config, {name: source.options for name, source in SOURCES.items()})


@contextmanager
def open_wiring(
    settings: Settings,
    *,
    console: Console | None = None,
    clock: Clock = utc_now,
    environment: Callable[[str], str] = secret,
) -> Iterator[Wiring]:
    """Everything, ready to use.

    Args:
        settings: from the environment and the command line.
        console: where console channels print; None: standard output.
        clock: gives the time.
        environment: gives the value of a secret by its variable's name.

    Raises:
        ConfigError: configuration or database is not in order.
    """
    catalogue = read_config(settings)
    with open_store(settings, make=True) as database, new_client() as http:
        yield Wiring(
            settings=settings,
            catalogue=catalogue,
            database=database,
            reader=reader_for(settings, topics=catalogue.topics),
            console=console or Console(),
            clock=clock,
            secret=environment,
            http=http,
        )


@contextmanager
def open_store(settings: Settings, *, make: bool = False) -> Iterator[Database]:
    """The database alone, its tables up to date.

    The default file is migrated on the way; a database that somebody named is theirs to upgrade.

    Args:
        settings: name it.
        make: make the default file where there is none. Who only looks must not: an empty new database
            would say that nobody is unhappy.

    Raises:
        ConfigError: it does not exist, cannot be opened, or waits for `earful db upgrade`.
    """
    file = settings.database_url.removeprefix("sqlite:///")
    if not make and file != settings.database_url and not Path(file).exists():
        raise ConfigError(
            file,
            "there is no such database; name one with --database or EARFUL_DATABASE_URL, "
            "or make one: `earful db upgrade`",
        )
    database = open_database(settings.database_url)
    try:
        if settings.database_url == DEFAULT_DATABASE_URL:
            upgrade(database)
        else:
            require_current(database)
        yield database
    finally:
        database.close()
