"""Alembic's way in: runs on the connection that storage/migrate.py opened.

`alembic revision --autogenerate` (developers only) opens the database of EARFUL_DATABASE_URL itself.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from core.settings import Settings
from storage import tables
from storage.database import open_database


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        transactional_ddl=True,  # SQLite can, and the caller's transaction is around everything
        render_as_batch=True,  # SQLite changes a column by rebuilding the table
    )
    with context.begin_transaction():
        context.run_migrations()


def _run_for_developers() -> None:
    database = open_database(Settings().database_url)
    try:
        with database.migrating() as connection:
            _run(connection)
    finally:
        database.close()


_given = context.config.attributes.get("connection")
if _given is None:
    _run_for_developers()
else:
    _run(_given)
