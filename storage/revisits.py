"""Which mentions are due to be looked at again, and which may not be kept any longer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.mention import Visibility
from core.target import Known
from storage.erasure import forget, hold_pages
from storage.rows import value
from storage.statements import BULK, in_chunks
from storage.tables import MentionRow, RejectedRow, SightingRow
from storage.unreadable import empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A mention that is to be looked at again."""

    mention_id: int
    known: Known


def due(
    tx: Session,
    source: str,
    target: str,
    *,
    unseen_since: datetime,
    posted_after: datetime,
    limit: int,
    left_by: Collection[str] | None = None,
) -> list[Due]:
    """A target's mentions that nobody has looked at for a while, those longest unseen first.

    The cost follows how much its source brought since `posted_after`, not how much is stored.

    Args:
        tx: the open transaction.
        source: of the target.
        target: its name; a mention that two brands' targets found is due for both until one has asked for it.
        unseen_since: neither captured nor asked for after this time.
        posted_after: older ones are left alone.
        limit: how many at most.
        left_by: the targets that there are. Given, what was found by others, that are gone or have another
            name now, is due for this one, too.
    """
    found = SightingRow.target == target
    if left_by is not None:
        found = or_(found, SightingRow.target.not_in(sorted(left_by)))
    return [
        Due(mention_id=r.id, known=value(Known, r))
        for r in tx.execute(due_statement(source, found, unseen_since, posted_after, limit))
    ]


def due_statement(
    source: str, found: ColumnElement[bool], unseen_since: datetime, posted_after: datetime, limit: int
) -> Select[Any]:
    """Asks for what is due of a source, where a sighting of it says so; see `due`."""
    row = MentionRow
    fetched_at = func.coalesce(row.fetched_at, row.posted_at)  # else SQLite goes through all that is older
    return (
        select(row.id, row.external_id, row.thread_id, row.posted_at, row.url, row.kind)
        .where(
            row.source == source,
            row.text != "",
            row.posted_at >= posted_after,
            fetched_at <= unseen_since,
            or_(row.looked_at.is_(None), row.looked_at <= unseen_since),
            select(SightingRow.id).where(SightingRow.mention_id == row.id, found).exists(),
        )
        .order_by(row.fetched_at, row.id)
        .limit(limit)
    )


def looked_at(tx: Session, mention_ids: Collection[int], now: datetime) -> None:
    """Remember that their source was asked for these, whatever it answered."""
    for chunk in in_chunks(mention_ids):
        asked = update(MentionRow).where(MentionRow.id.in_(chunk)).values(looked_at=now)
        tx.execute(asked, execution_options=BULK)


def expire(
    tx: Session,
    keep_for: Mapping[str, timedelta],
    now: datetime,
    limit: int = 500,
    targets: Mapping[str, timedelta] | None = None,
) -> int:
    """Forget mentions whose term has run out since anybody last saw them: their source's, or their target's.

    A mention's own term is what its target said when it was captured (core.mention.Terms). Unreadable records
    are emptied, too.

    Args:
        tx: the open transaction; this is the last that it does.
        keep_for: source -> how long its texts may be kept after they were last seen.
        now: the present time.
        limit: how many mentions at most; call again until it gives 0.
        targets: target -> how long its unreadable records may be kept, where that is not its source's term.

    Returns:
        How many mentions were forgotten.
    """
    ids = _run_out(tx, keep_for, now, limit)
    record = RejectedRow
    unread = [(record.source == source, term) for source, term in sorted(keep_for.items())]
    unread += [(record.target == target, term) for target, term in sorted((targets or {}).items())]
    for theirs, term in unread:
        empty(tx, theirs, record.first_seen_at <= now - term)
    forget(tx, ids, now, Visibility.UNKNOWN)
    return len(ids)


def _run_out(tx: Session, keep_for: Mapping[str, timedelta], now: datetime, limit: int) -> list[int]:
    """The mentions whose term is over; nobody stores pages of their sources until the transaction ends."""
    row = MentionRow
    terms = [(row.source == source, term) for source, term in sorted(keep_for.items())]
    terms += [(row.keep_for_seconds == seconds, timedelta(seconds=seconds)) for seconds in _own_terms(tx)]
    over = [and_(theirs, row.text != "", row.fetched_at <= now - term) for theirs, term in terms]
    found: dict[int, None] = {}
    for each in over:
        oldest = select(row.id).where(each).order_by(row.fetched_at).limit(limit - len(found))
        found |= dict.fromkeys(tx.scalars(oldest))
    hold_pages(tx, found)
    still: list[int] = []  # a page that we waited for may have brought some of them again
    for chunk in in_chunks(found):
        still += tx.scalars(select(row.id).where(row.id.in_(chunk), or_(*over)))
    return still


def _own_terms(tx: Session) -> Iterator[float]:
    """The terms in seconds that mentions have, each found by a look into an index."""
    row = MentionRow
    shortest = select(func.min(row.keep_for_seconds)).where(row.text != "", row.keep_for_seconds.is_not(None))
    term = tx.scalar(shortest)
    while term is not None:
        yield term
        term = tx.scalar(shortest.where(row.keep_for_seconds > term))
