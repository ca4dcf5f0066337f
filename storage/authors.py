"""Who is known already: a platform may charge for every author that it is asked about."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.mention import Author
from storage.rows import value
from storage.statements import in_chunks
from storage.tables import AuthorRow


def known_authors(tx: Session, source: str, external_ids: Collection[str]) -> dict[str, Author]:
    """Those of a source's authors that are stored, by their ids there."""
    found: dict[str, Author] = {}
    for chunk in in_chunks(external_ids):
        wanted = select(AuthorRow).where(AuthorRow.source == source, AuthorRow.external_id.in_(chunk))
        found |= {row.external_id: value(Author, row) for row in tx.scalars(wanted)}
    return found
