"""Who is known already: a platform may charge for every author that it is asked about."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.mention import Author
from storage.erased import erased_among
from storage.rows import value
from storage.statements import in_chunks
from storage.tables import AuthorRow


def known_authors(tx: Session, source: str, external_ids: Collection[str]) -> dict[str, Author]:
    """Those of a source's authors whom nobody has to ask it about, by their ids there.

    They are stored with a handle, or were erased: of these there is the id alone; nobody wants more.
    """
    erased = erased_among(tx, source, external_ids)
    found = {id_: Author(source=source, external_id=id_, handle="") for id_ in erased}
    for chunk in in_chunks(external_ids):
        wanted = select(AuthorRow).where(
            AuthorRow.source == source, AuthorRow.external_id.in_(chunk), AuthorRow.handle != ""
        )
        found |= {row.external_id: value(Author, row) for row in tx.scalars(wanted)}
    return found
