"""Stores pages of mentions, once each, and finds mentions again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from core.mention import RAW_LIMIT, CopyFinder, Mention, Page, Rejected, Visibility
from core.reading import Reading
from core.target import Target
from storage.captures import (
    Key,
    Sorted,
    Stored,
    find_stored,
    key_of,
    put_aside_impossible,
    sort_out,
    write_authors,
    write_mentions,
)
from storage.changed_hours import mark
from storage.columns import clean
from storage.copies import forget_copies, keep_copies
from storage.coverage import count_page
from storage.erased import without_erased
from storage.erasure import drop_authors, forget_words, requote
from storage.relevance import believe_source, brands_of, read_again
from storage.rows import PRESENT_READING, stored_text, to_mention, to_reading
from storage.statements import BULK, FRESH, dialect, hold, in_chunks, upsert
from storage.tables import AuthorRow, MentionRow, ReadingRow, RejectedRow, SightingRow
from storage.withdrawals import note_withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a page, or of several: each mention is new, updated or duplicate, one of them."""

    new: int = 0
    updated: int = 0
    """Known, but the text or the rating has changed."""
    duplicate: int = 0
    rejected: int = 0

    def __add__(self, other: Saved) -> Saved:
        return Saved(
            new=self.new + other.new,
            updated=self.updated + other.updated,
            duplicate=self.duplicate + other.duplicate,
            rejected=self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMention:
    """A mention with what is known about it."""

    id: int
    mention: Mention
    reading: Reading | None
    """Of the present text; None: not read yet."""
    brands: tuple[str, ...]


def save_page(
    tx: Session,
    target: Target,
    page: Page,
    window_id: int,
    now: datetime,
    finder: CopyFinder | None = None,
    *,
    known_only: bool = False,
) -> Saved:
    """Store everything that a page brings; storing it again changes nothing but the window's counts.

    Args:
        tx: the open transaction; commit it before the next page is asked for.
        target: whose poll brought the page.
        page: mentions, unreadable records, and maybe a checkpoint.
        window_id: the poll, from `open_window`.
        now: the present time.
        finder: tells copies from different texts; None: every mention counts as a text of its own.
        known_only: it was asked for mentions that are stored, whoever found them. What else it brings is left
            out, and nobody has found anything by it: for whom they are, and whether rightly, stays as it is.
    """
    for source in sorted({key_of(mention)[0] for mention in page.mentions}):
        hold(tx, f"pages of {source}")  # two workers with the same post would wait for each other for ever
    page = put_aside_impossible(replace(page, mentions=without_erased(tx, page.mentions)))
    stored = find_stored(tx, {key_of(mention) for mention in page.mentions})
    if known_only:
        page = replace(page, mentions=tuple(m for m in page.mentions if key_of(m) in stored))
    sorted_out = sort_out(page.mentions, stored)
    moved = [known.id for key, known in stored.items() if _moves(sorted_out, key, known)]
    mark(tx, moved)  # where they were
    ids = {key: known.id for key, known in stored.items()}
    authors = write_authors(tx, page.mentions)
    ids.update(write_mentions(tx, sorted_out.fresh, authors, now, wanted=not target.by_words))
    readable = {ids[key]: bool(known.text) for key, known in stored.items()}
    readable.update({ids[key]: bool(stored_text(m)) for key, m in sorted_out.fresh.items()})
    known_ids = {known.id for known in stored.values()}
    sighted = set() if known_only else _find(tx, target, readable, known_ids, now)
    _judge_again(tx, stored, sorted_out, readable, now)
    _save_rejected(tx, target, page.rejected, now)
    _group(tx, ids, sorted_out, finder)
    drop_authors(tx, _of_what_is_gone(page.mentions, stored, sorted_out, authors))
    mark(tx, {*moved, *sighted, *(ids[key] for key in sorted_out.updated)})
    saved = Saved(
        new=len(sorted_out.new),
        updated=len(sorted_out.updated),
        duplicate=sorted_out.duplicates,
        rejected=len(page.rejected),
    )
    count_page(tx, window_id, page, new=saved.new, updated=saved.updated, duplicate=saved.duplicate)
    if any(_goes(sorted_out, key, known) for key, known in stored.items()):
        note_withdrawal(tx)
    return saved


def _of_what_is_gone(
    mentions: Sequence[Mention],
    stored: Mapping[Key, Stored],
    sorted_out: Sorted,
    authors: Mapping[Key, int],
) -> set[int]:
    """Who wrote what is gone now: as it was stored, and as captures say that came too late."""
    now = {key: known.visibility for key, known in stored.items()}
    now.update({key: mention.visibility for key, mention in sorted_out.fresh.items()})
    gone = {key for key, seen in now.items() if seen.gone or seen is Visibility.UNKNOWN}
    wrote = {known.author_id for key, known in stored.items() if key in gone}
    said = {key_of(m.author) for m in mentions if m.author and key_of(m) in gone}
    return {author_id for author_id in (*wrote, *(authors[key] for key in said)) if author_id is not None}


def _goes(sorted_out: Sorted, key: Key, known: Stored) -> bool:
    """Whether it was there, so that something may quote it, and is gone now."""
    mention = sorted_out.fresh.get(key)
    return mention is not None and mention.visibility.gone and not known.visibility.gone


def _moves(sorted_out: Sorted, key: Key, known: Stored) -> bool:
    """Whether it is of another time now."""
    mention = sorted_out.updated.get(key) or sorted_out.same.get(key)
    return mention is not None and mention.posted_at != known.posted_at


def _find(
    tx: Session, target: Target, readable: Mapping[int, bool], known_ids: Collection[int], now: datetime
) -> set[int]:
    """What a poll brings was found for its brand; gives those that were not before."""
    sighted = _sight(tx, target, readable, now)
    believe_source(tx, target, known_ids)
    if not target.by_words:  # else it is read again once it is known to be about this brand, too
        read_again(tx, sighted.intersection(known_ids))
    return sighted


def _sight(tx: Session, target: Target, readable: Mapping[int, bool], now: datetime) -> set[int]:
    """Gives those that were not found for this brand before."""
    known: set[int] = set()
    for chunk in in_chunks(sorted(readable)):
        seen = select(SightingRow.mention_id).where(SightingRow.mention_id.in_(chunk))
        known.update(tx.scalars(seen.where(SightingRow.brand == target.brand)))
    rows = [
        {
            "mention_id": mention_id,
            "brand": target.brand,
            "target": target.name,
            "first_seen_at": now,
            # Where there is no text there is nothing to judge, and nobody shall look for it every hour.
            "judged_at": None if has_text else now,
            "relevant": None if target.by_words else True,
        }
        for mention_id, has_text in sorted(readable.items())
    ]
    upsert(tx, SightingRow, rows, key=("mention_id", "brand"))
    return set(readable) - known


def _judge_again(
    tx: Session, stored: Mapping[Key, Stored], sorted_out: Sorted, readable: Mapping[int, bool], now: datetime
) -> None:
    before = {stored[key].id: stored[key].text for key in sorted_out.updated}
    edited = {id_: text for id_, text in before.items() if readable[id_]}
    _mark_sightings(tx, edited, None)
    requote(tx, edited)
    blanked = [id_ for id_ in before if id_ not in edited]
    _mark_sightings(tx, blanked, now)
    for chunk in in_chunks(blanked):
        tx.execute(delete(ReadingRow).where(ReadingRow.mention_id.in_(chunk)), execution_options=BULK)
        forget_words(tx, chunk)


def _group(tx: Session, ids: Mapping[Key, int], sorted_out: Sorted, finder: CopyFinder | None) -> None:
    if finder is None:
        forget_copies(tx, [ids[key] for key in sorted_out.updated])
    else:
        keep_copies(tx, {ids[key]: mention for key, mention in sorted_out.fresh.items()}, finder)


def _mark_sightings(tx: Session, mention_ids: Collection[int], judged_at: datetime | None) -> None:
    for chunk in in_chunks(mention_ids):
        marked = update(SightingRow).where(SightingRow.mention_id.in_(chunk))
        again = marked.values(judged_at=judged_at, relevance_key=None, asked_at=None)
        tx.execute(again, execution_options=BULK)


def _save_rejected(tx: Session, target: Target, rejected: Sequence[Rejected], now: datetime) -> None:
    rows = {}
    for record in rejected:
        raw = clean(record.raw)[:RAW_LIMIT]
        identity = "\n".join((record.source, target.name, record.place, raw))
        digest = hashlib.sha256(clean(identity).encode()).hexdigest()
        rows[digest] = {
            "digest": digest,
            "source": record.source,
            "target": target.name,
            "reason": record.reason,
            "raw": raw,
            "place": record.place,
            "external_id": record.external_id,
            "first_seen_at": now,
        }
    upsert(tx, RejectedRow, [rows[digest] for digest in sorted(rows)], key=("digest",))


def find_mentions(
    tx: Session,
    *,
    brand: str | None = None,
    source: str | None = None,
    sentiment: str | None = None,
    text: str | None = None,
    limit: int = 50,
) -> list[StoredMention]:
    """Find mentions, newest first; those that are not about the brand are left out (see storage/rulings.py).

    Args:
        tx: the open transaction.
        brand: found for this brand.
        source: of this source.
        sentiment: whose likeliest sentiment is this, in a language that the model knows.
        text: whose text holds this, in capitals or not.
        limit: how many at most.
    """
    sighted = select(SightingRow.mention_id).where(SightingRow.relevant.is_not(False))
    if brand is not None:
        sighted = sighted.where(SightingRow.brand == brand)
    where: list[ColumnElement[bool]] = [MentionRow.id.in_(sighted)]
    if source is not None:
        where.append(MentionRow.source == source)
    if sentiment is not None:
        where += [ReadingRow.label == sentiment, ReadingRow.supported.is_(True)]
    if text:
        position = func.strpos if dialect(tx) == "postgresql" else func.instr
        where.append(position(func.lower(MentionRow.text), func.lower(clean(text))) > 0)
    wanted = (
        select(MentionRow, AuthorRow, ReadingRow)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .outerjoin(ReadingRow, PRESENT_READING)
        .where(*where)
        .order_by(MentionRow.posted_at.desc(), MentionRow.id.desc())
        .limit(limit)
    )
    rows = tx.execute(wanted, execution_options=FRESH).all()
    brands = brands_of(tx, [row.MentionRow.id for row in rows], unjudged=True)
    return [
        StoredMention(
            id=mention.id,
            mention=to_mention(mention, author),
            reading=None if reading is None else to_reading(reading),
            brands=brands.get(mention.id, ()),
        )
        for mention, author, reading in rows
    ]
