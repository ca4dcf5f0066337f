"""Brings a database's tables up to date. Alembic's scripts are in storage/migrations; no alembic.ini."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from core.errors import ConfigError
from storage.database import Database
from storage.statements import hold

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> list[str]:
    """Apply every migration that is missing, all in one transaction.

    Two processes may do it at once: the second one waits and finds nothing to do.

    Returns:
        The revisions that were applied, in order.

    Raises:
        ConfigError: the database was written by a newer Earful.
    """
    from alembic import command

    with database.migrating() as connection:
        if database.dialect == "postgresql":
            hold(connection, "migrate")
        _refuse_newer(database, connection)
        config = _config()
        config.attributes["connection"] = connection
        missing = _missing(connection)
        command.upgrade(config, "head")
        if database.dialect == "sqlite":
            _check_references(database, connection)
    return missing


def require_current(database: Database) -> None:
    """Stop before anything is read from or written to tables of another version.

    Raises:
        ConfigError: the tables are missing, older, or newer.
    """
    with database.reading() as tx:
        connection = tx.connection()
        _refuse_newer(database, connection)
        if _revisions(connection) != _newest():
            raise ConfigError(database.place, "is not up to date with this Earful; run `earful db upgrade`")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _newest() -> set[str]:
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory.from_config(_config()).get_heads())


def _revisions(connection: Connection) -> set[str]:
    from alembic.migration import MigrationContext

    return set(MigrationContext.configure(connection).get_current_heads())


def _missing(connection: Connection) -> list[str]:
    from alembic.script import ScriptDirectory

    present = tuple(_revisions(connection)) or "base"
    steps = ScriptDirectory.from_config(_config()).iterate_revisions("heads", present)
    return [step.revision for step in steps if step is not None][::-1]


def _refuse_newer(database: Database, connection: Connection) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    unknown = sorted(_revisions(connection) - known)
    if unknown:
        problem = f"was written by a newer Earful (revision {', '.join(unknown)}); install that version"
        raise ConfigError(database.place, problem)


def _check_references(database: Database, connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        problem = f"has rows in {broken[0]} that refer to nothing; nothing was changed, restore a backup"
        raise ConfigError(database.place, problem)
