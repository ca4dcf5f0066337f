"""Which mentions are due to be looked at again, and which may not be kept any longer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.mention import Visibility
from core.target import Known
from storage.changed_hours import mark
from storage.copies import forget_copies
from storage.erasure import forget_words
from storage.statements import BULK, in_chunks
from storage.tables import AuthorRow, MentionRow, ReadingRow, RejectedRow, SightingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A mention that is to be looked at again."""

    mention_id: int
    known: Known


def due(tx: Session, target: str, *, unseen_since: datetime, posted_after: datetime, limit: int) -> list[Due]:
    """A target's mentions that nobody has looked at for a while, those longest unseen first.

    Args:
        tx: the open transaction.
        target: its name; a mention that two targets found is due for both until one has asked for it.
        unseen_since: neither captured nor asked for after this time.
        posted_after: older ones are left alone.
        limit: how many at most.
    """
    row = MentionRow
    wanted = (
        select(row.id, row.external_id, row.thread_id, row.posted_at, row.url)
        .join(SightingRow, SightingRow.mention_id == row.id)
        .where(
            SightingRow.target == target,
            row.text != "",
            row.fetched_at <= unseen_since,
            or_(row.looked_at.is_(None), row.looked_at <= unseen_since),
            row.posted_at >= posted_after,
        )
        .order_by(row.fetched_at, row.id)
        .limit(limit)
    )
    return [
        Due(
            mention_id=r.id,
            known=Known(external_id=r.external_id, thread_id=r.thread_id, posted_at=r.posted_at, url=r.url),
        )
        for r in tx.execute(wanted)
    ]


def looked_at(tx: Session, mention_ids: Collection[int], now: datetime) -> None:
    """Remember that their source was asked for these, whatever it answered."""
    for chunk in in_chunks(mention_ids):
        asked = update(MentionRow).where(MentionRow.id.in_(chunk)).values(looked_at=now)
        tx.execute(asked, execution_options=BULK)


def expire(tx: Session, keep_for: Mapping[str, timedelta], now: datetime, limit: int = 500) -> int:
    """Forget mentions whose source's term has run out since anybody last saw them there.

    The rows stay, without words, author and address, so that nothing is counted twice and figures stand.
    Unreadable records of these sources lose what they hold, too.

    Args:
        tx: the open transaction.
        keep_for: source -> how long its texts may be kept after they were last seen.
        now: the present time.
        limit: how many mentions of a source at most; call again until it gives 0.

    Returns:
        How many mentions were forgotten.
    """
    forgotten = 0
    for source, term in sorted(keep_for.items()):
        row = MentionRow
        expired = select(row.id).where(row.source == source, row.text != "", row.fetched_at <= now - term)
        ids = list(tx.scalars(expired.order_by(row.fetched_at).limit(limit)))
        forget(tx, ids, now, Visibility.UNKNOWN)
        forgotten += len(ids)
        record = RejectedRow
        old = record.source == source, record.raw != "", record.first_seen_at <= now - term
        tx.execute(update(record).where(*old).values(raw=""), execution_options=BULK)
    return forgotten


def forget(tx: Session, mention_ids: Sequence[int], now: datetime, visibility: Visibility) -> None:
    """Take words, author, address and readings from mentions, wherever they were copied to.

    Args:
        tx: the open transaction.
        mention_ids: of any number.
        now: the present time.
        visibility: what is known of them from now on.
    """
    blank: dict[str, Any] = {
        "text": "",
        "author_id": None,
        "url": "",
        "read_revision": None,
        "visibility": visibility,
    }
    for chunk in in_chunks(mention_ids):
        mine = MentionRow.id.in_(chunk)
        wrote = select(MentionRow.author_id).where(mine, MentionRow.author_id.is_not(None))
        authors = {author_id for author_id in tx.scalars(wrote) if author_id is not None}
        tx.execute(update(MentionRow).where(mine).values(blank), execution_options=BULK)
        tx.execute(delete(ReadingRow).where(ReadingRow.mention_id.in_(chunk)), execution_options=BULK)
        nothing_to_judge = update(SightingRow).where(SightingRow.mention_id.in_(chunk)).values(judged_at=now)
        tx.execute(nothing_to_judge, execution_options=BULK)
        forget_words(tx, chunk)
        forget_copies(tx, chunk)
        mark(tx, chunk)
        _drop_authors(tx, authors)


def _drop_authors(tx: Session, author_ids: Collection[int]) -> None:
    """Those of whom nothing is left."""
    standing = select(MentionRow.id).where(MentionRow.author_id == AuthorRow.id).exists()
    for chunk in in_chunks(author_ids):
        unknown = delete(AuthorRow).where(AuthorRow.id.in_(chunk), ~standing)
        tx.execute(unknown, execution_options=BULK)
