"""Builds everything from settings, in one place, and closes it again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from alerts.channels import Channel, build_channels
from core.budget import month_of
from core.catalogue import read_catalogue
from core.clock import Clock, utc_now
from core.config import Brand, Catalogue
from core.errors import ConfigError
from core.mention import Author
from core.reading import Reader
from core.settings import DEFAULT_DATABASE_URL, Settings, secret
from core.target import Listener, Reviewer, Target
from flows import money
from flows.permits import Permits
from flows.shelf import read_file
from listeners.base import Borrowed
from listeners.http import new_client
from listeners.registry import SOURCES, TROUBLES
from nlp.readers import reader_for
from storage.authors import known_authors
from storage.database import Database, open_database
from storage.migrate import require_current, upgrade
from storage.remembered import Remembered
from storage.spending import spent_again_usd, spent_usd

if TYPE_CHECKING:
    from datetime import datetime

    import httpx


AT_ONCE = 32
"""Targets asked side by side over all sources; of one source, Source.at_once."""


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
    permits: Permits
    """Holds all who use one key, here and in other workers, to the platform's limit together."""
    asking: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))
    """Held by whoever asks a platform."""

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
        return build_channels(configured, self.secret, self.console, read_file)[name]

    def listener(self, target: Target) -> Listener:
        """A client for one target, told what it has cost since the month began.

        Raises:
            ConfigError: a credential that it needs is not set.
        """
        borrowed = self._borrowed(target, spent_usd)
        within = money.with_what_is_left(self, target, borrowed.spent_usd)
        return SOURCES[target.source].build(within.options, borrowed)

    def reviewer(self, target: Target) -> Reviewer:
        """What looks at a target's known mentions again; only for a source that has a way to.

        Raises:
            ConfigError: a credential that it needs is not set.
        """
        plan = SOURCES[target.source].revisit
        if plan is None:
            raise ConfigError(target.place or target.name, f"{target.source} cannot be asked for known items")
        borrowed = self._borrowed(target, spent_again_usd)
        within = money.with_what_is_left(self, target, borrowed.spent_usd, money.AGAIN_BUDGET)
        return plan.build(within.options, borrowed)

    def _borrowed(self, target: Target, spent_since: Callable[[Any, str, datetime], float]) -> Borrowed:
        spent = 0.0
        if money.paid(target):
            with self.database.reading() as tx:
                spent = spent_since(tx, target.name, month_of(self.clock()))
        return Borrowed(
            clock=self.clock,
            secret=self.secret,
            http=self.http,
            permit=self.permits.of(SOURCES[target.source], target.options),
            spent_usd=spent,
            authors=lambda ids: self._known_authors(target.source, ids),
            memory=Remembered(self.database),
        )

    def _known_authors(self, source: str, ids: Collection[str]) -> Mapping[str, Author]:
        with self.database.reading() as tx:
            return known_authors(tx, source, ids)

    def asked_as(self, target: Target) -> str:
        """What a platform was asked with when it told us to wait; with anything else it may not."""
        source = SOURCES[target.source]
        said = (
            target.options.model_dump_json(),
            self.permits.key(source, target.options),
            str(self.catalogue.budget.monthly_usd),
        )
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def read_config(settings: Settings) -> Catalogue:
    """The configuration folder, checked against the sources that there are.

    Raises:
        ConfigError: it is not in order, or an installed package offers a source that cannot be used.
    """
    for trouble in TROUBLES:
        raise trouble
    return read_catalogue(settings.config, SOURCES)


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
            permits=Permits(database, clock, environment),
        )


@contextmanager
def open_store(settings: Settings, *, make: bool = False) -> Iterator[Database]:
    """The database alone, its tables up to date.

    Args:
        settings: name it.
        make: make the default file where there is none, and migrate it where it is older; a database that
            somebody named is theirs to upgrade. Who only looks must do neither: an empty new database would
            say that nobody is unhappy, and there is no way down from a migration.

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
        if make and settings.database_url == DEFAULT_DATABASE_URL:
            upgrade(database)
        else:
            require_current(database)
        yield database
    finally:
        database.close()
