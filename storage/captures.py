"""How a page's mentions meet what is stored: the newest capture of a mention wins, whatever the order.

That rule is what makes it harmless to store a page again, or two pages in the wrong order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, case, select
from sqlalchemy.orm import Session

from core.mention import Author, Mention, Page, Rejected, Visibility, plausible
from storage.columns import clean_key
from storage.rows import author_values, mention_values, stored_text, value
from storage.statements import in_chunks, offered, upsert
from storage.tables import AuthorRow, MentionRow

Key = tuple[str, str]
"""Source and external id, as stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is known already about a mention of the page."""

    id: int
    text: str
    rating: float | None
    posted_at: datetime
    fetched_at: datetime
    edited_at: datetime | None
    author_id: int | None
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What a page brings."""

    new: Mapping[Key, Mention]
    updated: Mapping[Key, Mention]
    """Says something else than before: to be read, or at least judged, again."""
    same: Mapping[Key, Mention]
    """Newer than what is stored, and says the same: counts and visibility may have changed."""
    duplicates: int
    """The same again, repeated within the page, or older than what is stored."""

    @property
    def fresh(self) -> dict[Key, Mention]:
        """Everything that is written."""
        return {**self.new, **self.updated, **self.same}


def key_of(thing: Mention | Author) -> Key:
    """A mention's or an author's identity as it is stored."""
    return clean_key(thing.source), clean_key(thing.external_id)


def put_aside_impossible(page: Page) -> Page:
    """The page, with mentions of years that nobody can count with among its unreadable records.

    Our own sources let none of them come so far; one of another package may.
    """
    mentions: list[Mention] = []
    rejected = list(page.rejected)
    for mention in page.mentions:
        times = (mention.posted_at, mention.fetched_at, mention.edited_at)
        wrong = [time for time in times if time is not None and not plausible(time)]
        if not wrong:
            mentions.append(mention)
            continue
        rejected.append(
            Rejected(
                source=mention.source,
                reason=f"no mention is of the year {wrong[0].year}",
                raw=mention.text,
                place=mention.url or mention.external_id,
                external_id=mention.external_id,
            )
        )
    return replace(page, mentions=tuple(mentions), rejected=tuple(rejected))


def newest_of_each(mentions: Iterable[Mention]) -> dict[Key, Mention]:
    """One capture of each mention; of two, the later one in time, else in the page."""
    newest: dict[Key, Mention] = {}
    for mention in mentions:
        key = key_of(mention)
        if key not in newest or mention.fetched_at >= newest[key].fetched_at:
            newest[key] = mention
    return newest


def find_stored(tx: Session, keys: Collection[Key]) -> dict[Key, Stored]:
    """What is stored of these mentions."""
    found = {}
    row = MentionRow
    for source, external_ids in _by_source(keys).items():
        for chunk in in_chunks(external_ids):
            known = select(
                *(row.id, row.external_id, row.text, row.rating, row.posted_at, row.fetched_at),
                *(row.edited_at, row.author_id, row.visibility),
            )
            for r in tx.execute(known.where(row.source == source, row.external_id.in_(chunk))):
                found[source, r.external_id] = value(Stored, r)
    return found


def sort_out(mentions: Collection[Mention], stored: Mapping[Key, Stored]) -> Sorted:
    """Compare a page with what is stored."""
    new: dict[Key, Mention] = {}
    updated: dict[Key, Mention] = {}
    same: dict[Key, Mention] = {}
    for key, mention in newest_of_each(mentions).items():
        before = stored.get(key)
        if before is None:
            new[key] = _marked(mention, edited=False, edited_before=None)
        elif mention.fetched_at >= before.fetched_at:
            text_changed = stored_text(mention) != before.text
            changed = text_changed or mention.rating != before.rating
            edited = text_changed and before.text != ""  # a text that comes back was not edited
            capture = _marked(mention, edited=edited, edited_before=before.edited_at)
            (updated if changed else same)[key] = capture
    return Sorted(new=new, updated=updated, same=same, duplicates=len(mentions) - len(new) - len(updated))


def _marked(mention: Mention, *, edited: bool, edited_before: datetime | None) -> Mention:
    """The mention, marked as edited where only we can know that it was."""
    edited_at = mention.edited_at or edited_before
    if edited and not mention.edited_at and not mention.visibility.gone:
        edited_at = mention.fetched_at
    live = mention.visibility is Visibility.LIVE
    visibility = Visibility.EDITED if live and edited_at is not None else mention.visibility
    return replace(mention, edited_at=edited_at, visibility=visibility)


def write_mentions(
    tx: Session,
    mentions: Mapping[Key, Mention],
    authors: Mapping[Key, int],
    now: datetime,
    *,
    wanted: bool = True,
) -> dict[Key, int]:
    """Store captures, whose authors are stored already, and give their ids.

    Args:
        tx: the open transaction.
        mentions: by key.
        authors: ids by key.
        now: the present time.
        wanted: whether those that are new are surely about a brand.
    """
    rows = [
        mention_values(mention, authors.get(key_of(mention.author)) if mention.author else None, now)
        | {"wanted": wanted}
        for _, mention in sorted(mentions.items())
    ]
    upsert(
        tx,
        MentionRow,
        rows,
        key=("source", "external_id"),
        change=lambda table, new: {
            **offered("source", "external_id", "first_seen_at")(table, new),
            "read_revision": case((new.text == table.c.text, table.c.read_revision), else_=None),
            "wanted": table.c.wanted,
            # A source that gives no time gives that of fetching: then the first one is nearer the truth.
            "posted_at": case((new.posted_at == new.fetched_at, table.c.posted_at), else_=new.posted_at),
        },
    )
    return _ids(tx, MentionRow, mentions)


def write_authors(tx: Session, mentions: Iterable[Mention]) -> dict[Key, int]:
    """Store who wrote these, as last seen, and give their ids.

    Captures that are older than what is stored count too: an author may have been seen in no newer one.
    """
    newest: dict[Key, Mention] = {}
    for mention in mentions:
        if mention.author:
            key = key_of(mention.author)
            if key not in newest or mention.fetched_at >= newest[key].fetched_at:
                newest[key] = mention
    rows = [author_values(m.author, m.fetched_at) for _, m in sorted(newest.items()) if m.author]
    upsert(tx, AuthorRow, rows, ("source", "external_id"), _as_last_seen, newer="seen_at")
    return _ids(tx, AuthorRow, newest)


def _as_last_seen(table: Table, new: Any) -> dict[str, Any]:
    """Of whom only the id came along, what was known stays."""
    shown = offered("source", "external_id", "seen_at")(table, new)
    kept = {name: case((new.handle == "", table.c[name]), else_=seen) for name, seen in shown.items()}
    return {**kept, "seen_at": new.seen_at}


def _ids(tx: Session, row: type[MentionRow | AuthorRow], keys: Collection[Key]) -> dict[Key, int]:
    ids = {}
    for source, external_ids in _by_source(keys).items():
        for chunk in in_chunks(external_ids):
            wanted = select(row.id, row.external_id).where(row.source == source, row.external_id.in_(chunk))
            ids.update({(source, external_id): id_ for id_, external_id in tx.execute(wanted)})
    return ids


def _by_source(keys: Collection[Key]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for source, external_id in keys:
        grouped.setdefault(source, []).append(external_id)
    return grouped
