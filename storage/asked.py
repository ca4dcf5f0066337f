"""Which mentions ask or complain: each is looked at once, and again when it was edited.

What nobody looked at is found through an index, so that cost follows the new work. No words are kept: a row
is a number and an embedding, and goes with its mention. What becomes of it: storage/left_over.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage.copies import COPY_GROUP, groups_of, with_texts
from storage.copy_tables import CopyRow, TextRow
from storage.faq_tables import AskedRow
from storage.left_over import forget_asked
from storage.readings import present_texts
from storage.relevance import keep_pages_out
from storage.rows import PRESENT_READING, value
from storage.statements import BULK, hold, in_chunks, offered, pairs, upsert
from storage.tables import AuthorRow, MentionRow, ReadingRow, SightingRow

UNASKED = text("sightings.asked_at IS NULL AND sightings.relevant")
"""Written as the index has it: SQLite uses a partial index for its very words only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A mention that was read, and in which nobody has looked for a question."""

    sighting_id: int
    mention_id: int
    text: str
    source: str
    posted_at: datetime
    handle: str
    """Its author's; empty: unknown."""
    complaint: float
    unsure: bool
    supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one mention came to be: to be kept."""

    mention_id: int
    text: str
    """As it was looked at; only compared, never stored."""
    source: str
    sighting_id: int
    posted_at: datetime
    asks: bool
    vector: bytes | None
    """None: it neither asks nor complains."""


def newest(tx: Session, brand: str, until: datetime) -> datetime | None:
    """When the last mention was posted that asks, or that nobody has looked at; None: there is neither."""
    known = select(func.max(AskedRow.posted_at)).where(AskedRow.brand == brand, AskedRow.posted_at <= until)
    waiting = (
        select(func.max(MentionRow.posted_at))
        .join(SightingRow, SightingRow.mention_id == MentionRow.id)
        .where(SightingRow.brand == brand, UNASKED, MentionRow.posted_at <= until)
    )
    return max((at for at in (tx.scalar(known), tx.scalar(waiting)) if at is not None), default=None)


def has_unasked(tx: Session, brand: str) -> bool:
    """Whether there is anything to look at; costs one look into an index."""
    waiting = select(SightingRow.id).join(MentionRow, MentionRow.id == SightingRow.mention_id)
    waiting = waiting.join(ReadingRow, PRESENT_READING).where(SightingRow.brand == brand, UNASKED)
    return tx.execute(waiting.limit(1)).first() is not None


def pass_by(tx: Session, brand: str, before: datetime, now: datetime) -> None:
    """Look at nothing that was posted before a time, nor at what has no words; drop what is left of it."""
    not_looked_at = or_(MentionRow.posted_at < before, MentionRow.text == "")
    old = select(MentionRow.id).where(MentionRow.id == SightingRow.mention_id, not_looked_at).exists()
    passed = update(SightingRow).where(SightingRow.brand == brand, UNASKED, old).values(asked_at=now)
    tx.execute(passed, execution_options=BULK)
    past = AskedRow.brand == brand, AskedRow.posted_at < before
    tx.execute(delete(AskedRow).where(*past, AskedRow.question_id.is_(None)), execution_options=BULK)
    with_vector = update(AskedRow).where(*past, AskedRow.vector.is_not(None))
    tx.execute(with_vector.values(vector=None), execution_options=BULK)


def look_again(tx: Session, brand: str, since: datetime) -> None:
    """Have everything since a time looked at anew: another model embeds."""
    recent = select(MentionRow.id).where(MentionRow.id == SightingRow.mention_id)
    recent = recent.where(MentionRow.posted_at >= since)
    again = update(SightingRow).where(SightingRow.brand == brand, recent.exists())
    tx.execute(again.values(asked_at=None), execution_options=BULK)


def find_unasked(tx: Session, brand: str, limit: int) -> list[Unasked]:
    """Mentions in which nobody has looked for a question yet, those found last first."""
    wanted = (
        select(
            *(SightingRow.id.label("sighting_id"), MentionRow.id.label("mention_id"), MentionRow.text),
            *(MentionRow.source, MentionRow.posted_at, func.coalesce(AuthorRow.handle, "").label("handle")),
            *(ReadingRow.complaint, ReadingRow.unsure, ReadingRow.supported),
        )
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .join(ReadingRow, PRESENT_READING)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .where(SightingRow.brand == brand, UNASKED, MentionRow.text != "")
        .order_by(SightingRow.id.desc())
        .limit(limit)
    )
    return [value(Unasked, row) for row in tx.execute(wanted)]


def count_unasked(tx: Session, brand: str) -> int:
    """How many mentions that were read wait to be looked at."""
    waiting = (
        select(func.count())
        .select_from(SightingRow)
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .join(ReadingRow, PRESENT_READING)
        .where(SightingRow.brand == brand, UNASKED, MentionRow.text != "")
    )
    return tx.scalar(waiting) or 0


def known_copies(tx: Session, brand: str, mention_ids: Collection[int], embedder: str) -> dict[int, bytes]:
    """By mention: the embedding of one that says the same, where there is one already."""
    groups = groups_of(tx, mention_ids)
    others = (
        select(TextRow.group_id, AskedRow.vector)
        .join(CopyRow, CopyRow.text_id == TextRow.id)
        .join(AskedRow, AskedRow.mention_id == CopyRow.mention_id)
        .where(AskedRow.brand == brand, AskedRow.vector.is_not(None), AskedRow.embedder == embedder)
        .order_by(AskedRow.posted_at.desc())
    )
    vectors = pairs(tx, others, TextRow.group_id, groups.values())
    return {id_: vector for id_, group in groups.items() if (vector := vectors.get(group)) is not None}


def copy_groups(tx: Session, mention_ids: Collection[int]) -> dict[int, int]:
    """By mention: a number that it shares with those that say the same."""
    return pairs(tx, with_texts(select(MentionRow.id, COPY_GROUP)), MentionRow.id, mention_ids)


def save_found(tx: Session, brand: str, found: Sequence[Found], embedder: str, now: datetime) -> None:
    """Keep what mentions came to be; what was edited or deleted meanwhile is left as it is.

    One that is known already stays with its question, unless it was edited.
    """
    hold(tx, "relevance")
    keep_pages_out(tx, {item.source for item in found})
    present = present_texts(tx, [item.mention_id for item in found])
    valid = [item for item in found if present.get(item.mention_id) == item.text]
    forget_asked(tx, _edited(tx, brand, valid, embedder), brand)
    rows = [
        {
            "mention_id": item.mention_id,
            "brand": brand,
            "question_id": None,
            "posted_at": item.posted_at,
            "asks": item.asks,
            "vector": item.vector,
            "embedder": embedder,
            "tried": False,
        }
        for item in sorted(valid, key=lambda item: item.mention_id)
        if item.vector is not None
    ]
    # A question that it belongs to stays: only the model is another one.
    upsert(tx, AskedRow, rows, ("mention_id", "brand"), offered("mention_id", "brand", "question_id"))
    for chunk in in_chunks(sorted(item.sighting_id for item in valid)):
        looked_at = update(SightingRow).where(SightingRow.id.in_(chunk)).values(asked_at=now)
        tx.execute(looked_at, execution_options=BULK)


def _edited(tx: Session, brand: str, found: Sequence[Found], embedder: str) -> list[int]:
    """Those that are known by another embedding of the same model."""
    vectors = {item.mention_id: item.vector for item in found}
    edited = []
    for chunk in in_chunks(sorted(vectors)):
        known = select(AskedRow.mention_id, AskedRow.vector, AskedRow.embedder)
        known = known.where(AskedRow.mention_id.in_(chunk), AskedRow.brand == brand)
        for mention_id, vector, by in tx.execute(known):
            if vectors[mention_id] is None or (by == embedder and vector != vectors[mention_id]):
                edited.append(mention_id)
    return edited
