"""What is left to read and to judge, and what was read.

Claims by several workers are disjoint on PostgreSQL: rows stay locked until the transaction ends, so a
killed worker's claims are free at once. A slow reader claims in `Database.claiming()` and saves in a
transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from core.mention import Mention
from core.reading import Reading
from storage.changed_hours import mark
from storage.relevance import brands_of
from storage.rows import PRESENT_READING, reading_values, to_mention, to_reading
from storage.statements import BULK, FRESH, hold, in_chunks, offered, pairs, upsert
from storage.tables import AuthorRow, MentionRow, ReadingRow, SightingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A text that a revision has not read."""

    mention_id: int
    text: str
    source: str
    """Where it was captured: what its terms forbid to infer is not inferred."""
    brands: tuple[str, ...] = ()
    """Which it is about, by name; in the order of their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgeable:
    """A mention that was read, for the rules of one brand to look at."""

    sighting_id: int
    mention_id: int
    brand: str
    mention: Mention
    reading: Reading


WANTED = text("mentions.wanted")
"""About a brand. Written as the index has it: SQLite uses a partial index for its very words only."""


def _unread(revision: str) -> tuple[ColumnElement[bool], ...]:
    """What a revision has not read, as ranges of one index: `<>` would walk through all that was read."""
    read = MentionRow.read_revision
    return read.is_(None), read < revision, read > revision


def _texts(where: ColumnElement[bool]) -> Any:
    return (
        select(MentionRow.id, MentionRow.text, MentionRow.source)
        .where(MentionRow.text != "", WANTED, where)
        .order_by(MentionRow.read_revision, MentionRow.id)
    )


def claim_unread(tx: Session, revision: str, limit: int) -> list[Unread]:
    """Take texts that a revision has not read: unread ones first, then those of other revisions.

    Always in the same order, so that batches have the same boundaries after a crash. Empty texts and
    mentions that are gone are never among them.

    Args:
        tx: the open transaction; the claim ends with it.
        revision: of the model that will read them.
        limit: how many at most.
    """
    claimed: list[Unread] = []
    for where in _unread(revision):
        # A lock that lets others refer to the row: alerts and sightings need not wait for the model.
        texts = _texts(where).limit(limit - len(claimed)).with_for_update(skip_locked=True, key_share=True)
        claimed += [
            Unread(mention_id=id_, text=words, source=source) for id_, words, source in tx.execute(texts)
        ]
        if len(claimed) == limit:
            break
    brands = brands_of(tx, [unread.mention_id for unread in claimed])
    return [replace(unread, brands=brands.get(unread.mention_id, ())) for unread in claimed]


def save_readings(tx: Session, pairs: Sequence[tuple[Unread, Reading]], now: datetime) -> int:
    """Store readings, unless the text, or the brands that it is about, have changed since it was claimed.

    Args:
        tx: the open transaction.
        pairs: each claimed text with its reading; saving one again changes nothing.
        now: the present time.

    Returns:
        How many were of the present text and brands and are stored now; the others stay unread.
    """
    present = present_texts(tx, [unread.mention_id for unread, _ in pairs])
    brands = brands_of(tx, present)  # looked up once the mentions are held: see relevance.read_again
    valid = {
        unread.mention_id: reading
        for unread, reading in pairs
        if present.get(unread.mention_id) == unread.text
        and brands.get(unread.mention_id, ()) == unread.brands
    }
    rows = [
        reading_values(mention_id, reading, now) for mention_id, reading in sorted(valid.items(), key=_id)
    ]
    upsert(tx, ReadingRow, rows, ("mention_id", "revision"), offered("mention_id", "revision"))
    for revision in sorted({reading.model for reading in valid.values()}):
        ids = [mention_id for mention_id, reading in valid.items() if reading.model == revision]
        for chunk in in_chunks(ids):
            marked = update(MentionRow).where(MentionRow.id.in_(chunk)).values(read_revision=revision)
            tx.execute(marked, execution_options=BULK)
    mark(tx, valid)
    return len(valid)


def _id(pair: tuple[int, Reading]) -> int:
    return pair[0]


def present_texts(tx: Session, mention_ids: Collection[int]) -> dict[int, str]:
    """What mentions say now, if anything; until the transaction ends, nobody forgets one of them."""
    texts = select(MentionRow.id, MentionRow.text).order_by(MentionRow.id).with_for_update(key_share=True)
    return {id_: words for id_, words in pairs(tx, texts, MentionRow.id, mention_ids).items() if words}


def claim_unjudged(tx: Session, limit: int) -> list[Judgeable]:
    """Take mentions that were read and that the rules have not looked at, by sighting.

    One worker judges at a time (it takes no model, and two must not open two alerts for one author):
    another one waits here until the first one's transaction has ended.

    Args:
        tx: the open transaction; the claim ends with it.
        limit: how many at most.
    """
    hold(tx, "judging")
    rows = tx.execute(
        select(SightingRow, MentionRow, AuthorRow, ReadingRow)
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .join(ReadingRow, PRESENT_READING)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .where(SightingRow.judged_at.is_(None), SightingRow.relevant.is_(True))
        .order_by(SightingRow.id)
        .limit(limit)
        .with_for_update(of=SightingRow, skip_locked=True),
        execution_options=FRESH,
    )
    return [
        Judgeable(
            sighting_id=sighting.id,
            mention_id=mention.id,
            brand=sighting.brand,
            mention=to_mention(mention, author),
            reading=to_reading(reading),
        )
        for sighting, mention, author, reading in rows
    ]


def mark_judged(tx: Session, sighting_ids: Collection[int], now: datetime) -> None:
    """The rules have looked at these; do it in the transaction that claimed them."""
    for chunk in in_chunks(sorted(sighting_ids)):
        judged = update(SightingRow).where(SightingRow.id.in_(chunk)).values(judged_at=now)
        tx.execute(judged, execution_options=BULK)


def count_unread(tx: Session, revision: str) -> int:
    """How many texts a revision has not read."""
    counts = (
        select(func.count()).select_from(MentionRow).where(MentionRow.text != "", WANTED, where)
        for where in _unread(revision)
    )
    return sum(tx.scalar(count) or 0 for count in counts)
