"""Short ways to posts that were looked at, and to their questions."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage import asked, left_over, questions
from storage.asked import Found
from storage.database import Database
from tests.storage.making import (
    NOW,
    mention_id,
)

VECTOR, OTHER = b"\x00\x3c\x00\x00", b"\x00\x00\x00\x3c"
LONG = "the night train to Lisbon was late again and nobody there could say why"


def found(item: asked.Unasked, vector: bytes | None = VECTOR) -> Found:
    return Found(
        mention_id=item.mention_id,
        sighting_id=item.sighting_id,
        text=item.text,
        source=item.source,
        posted_at=item.posted_at,
        asks=True,
        vector=vector,
    )


def look(database: Database, vector: bytes | None = VECTOR, embedder: str = "e") -> int:
    """Look at everything that nobody looked at."""
    with database.transaction() as tx:
        batch = asked.find_unasked(tx, "Acme", 10_000)
        asked.save_found(tx, "Acme", [found(item, vector) for item in batch], embedder, NOW)
    return len(batch)


def begin(tx: Session, *externals: str, brand: str = "Acme") -> int:
    number = questions.found_question(
        tx, brand, first=NOW, last=NOW, centroid=b"1234", space="s", label_id=mention_id(tx, externals[0])
    )
    left_over.assign(tx, brand, {mention_id(tx, external): number for external in externals})
    return number
