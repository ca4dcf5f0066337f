"""Authors who asked to be forgotten: what they wrote goes, and nothing of theirs is stored again.

Of them a fingerprint is kept, to know them by when they are met again, and neither name nor handle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.mention import Mention, Visibility
from storage.columns import clean_key
from storage.erased_table import ErasedRow
from storage.erasure import drop_authors, forget
from storage.rows import value
from storage.statements import BULK, hold, in_chunks, offered, upsert
from storage.tables import AlertRow, AuthorRow, MentionRow, RejectedRow
from storage.unreadable import empty


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAuthor:
    """An author of whom something is stored."""

    source: str
    external_id: str
    handle: str
    name: str
    mentions: int


def authors_called(tx: Session, source: str, called: str) -> list[KnownAuthor]:
    """A source's author with exactly this id; else all with this handle (in capitals or not) or name.

    The id alone, as some sources have handles for ids: of two that differ in capitals none could be erased.

    Args:
        tx: the open transaction.
        source: where they write.
        called: as people call them, handles with or without @.
    """
    row, handle, wanted_handle = AuthorRow, func.ltrim(AuthorRow.handle, "@"), called.lstrip("@")
    mine = select(func.count()).where(MentionRow.author_id == row.id).scalar_subquery()
    wanted = select(row.source, row.external_id, row.handle, row.name, mine.label("mentions")).where(
        row.source == source,
        or_(
            row.external_id == called,
            row.name == called,
            handle == wanted_handle,
            func.lower(handle) == func.lower(wanted_handle),  # both as the database does it: locales differ
        ),
    )
    found = [value(KnownAuthor, each) for each in tx.execute(wanted.order_by(row.id))]
    return [each for each in found if each.external_id == called] or found


def erase(tx: Session, author: KnownAuthor, *, subject: str, by: str, now: datetime) -> int:
    """Forget everything that an author wrote, and who they are; from now on they are left out.

    Args:
        tx: the open transaction; this is the last that it does.
        author: who.
        subject: under which alerts about them are kept (alerts/grouping.py); it names them.
        by: who does it.
        now: the present time.

    Returns:
        How many mentions were forgotten.
    """
    hold(tx, f"pages of {author.source}")
    # Not by the row that was shown to whoever asks: polls may have dropped it meanwhile and made another.
    known = AuthorRow.source == author.source, AuthorRow.external_id == author.external_id
    rows = list(tx.scalars(select(AuthorRow.id).where(*known)))
    ids = list(tx.scalars(select(MentionRow.id).where(MentionRow.author_id.in_(rows))))
    known_by = _fingerprint(author.source, author.external_id)
    done = {"fingerprint": known_by, "source": author.source, "at": now, "by": by, "mentions": len(ids)}
    upsert(tx, ErasedRow, [done], ("fingerprint",), offered("fingerprint"))
    nameless = update(AlertRow).where(AlertRow.subject == subject).values(subject=f"erased:{known_by}")
    tx.execute(nameless, execution_options=BULK)
    _blank_unreadable(tx, author)
    if not ids:  # else `forget` does
        drop_authors(tx, rows)
    forget(tx, ids, now, Visibility.UNKNOWN)
    return len(ids)


def _blank_unreadable(tx: Session, author: KnownAuthor) -> None:
    """Empty unreadable records that name an author anywhere.

    Who wrote such a record is not known. So this takes rather too many, above all of short names.
    """
    row = RejectedRow
    names = {name for name in (author.external_id, author.handle.lstrip("@")) if name}
    written = names | {json.dumps(name)[1:-1] for name in names}  # files may have other letters as \u00fc
    told = (row.raw, row.reason, row.place, row.external_id)
    names_them = (part.icontains(name, autoescape=True) for name in sorted(written) for part in told)
    empty(tx, row.source == author.source, or_(*names_them))


def without_erased(tx: Session, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Those that nobody wrote who was erased; call it holding the pages of their sources."""
    wrote = [_of(mention) for mention in mentions]
    erased = _erased(tx, {each for each in wrote if each})
    return tuple(mention for mention, each in zip(mentions, wrote, strict=True) if each not in erased)


def erased_among(tx: Session, source: str, external_ids: Collection[str]) -> set[str]:
    """Those of a source's accounts, by their ids, who asked to be forgotten."""
    prints = {_fingerprint(source, clean_key(id_)): id_ for id_ in external_ids}
    return {prints[each] for each in _erased(tx, prints)}


def _erased(tx: Session, fingerprints: Collection[str]) -> set[str]:
    found: set[str] = set()
    for chunk in in_chunks(sorted(fingerprints)):
        found.update(tx.scalars(select(ErasedRow.fingerprint).where(ErasedRow.fingerprint.in_(chunk))))
    return found


def _of(mention: Mention) -> str:
    """Of its author; empty: nobody knows who that is."""
    author = mention.author
    return _fingerprint(clean_key(author.source), clean_key(author.external_id)) if author else ""


def _fingerprint(source: str, external_id: str) -> str:
    return hashlib.sha256(f"{source}\n{external_id}".encode()).hexdigest()
