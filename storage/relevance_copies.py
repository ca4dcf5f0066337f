"""Which texts many accounts post, found by the copies that storage/copies.py keeps: for the rule on spam."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.relevance import SPAM_SPAN
from storage.copies import group_of, groups_of
from storage.copy_tables import CopyRow, TextRow
from storage.relevance import NOT_RULED, Sighted
from storage.ruling_table import RulingRow
from storage.statements import BULK, in_chunks
from storage.tables import MentionRow, SightingRow


def accounts_of(tx: Session, brand: str, items: Sequence[Sighted], most: int) -> dict[int, int]:
    """By mention: how many accounts posted the same text within SPAM_SPAN of it; only where there are `most`.

    A text of which a person said that it is about the brand is not counted.
    """
    posted = {item.mention_id: item.mention.posted_at for item in items}
    groups = groups_of(tx, posted)
    copies: dict[int, list[tuple[datetime, int]]] = {}
    for chunk in in_chunks(sorted(set(groups.values()) - _cleared(tx, brand, groups.values()))):
        at = [posted[mention_id] for mention_id, group in groups.items() if group in chunk]
        authors = (
            select(TextRow.group_id, MentionRow.posted_at, MentionRow.author_id)
            .join(CopyRow, CopyRow.text_id == TextRow.id)
            .join(MentionRow, MentionRow.id == CopyRow.mention_id)
            .where(TextRow.group_id.in_(chunk), MentionRow.author_id.is_not(None))
            .where(MentionRow.posted_at.between(min(at) - SPAM_SPAN, max(at) + SPAM_SPAN))
            .order_by(TextRow.group_id, MentionRow.posted_at)
        )
        for group, posted_at, author in tx.execute(authors):
            copies.setdefault(group, []).append((posted_at, author))
    found = {
        mention_id: _accounts_about(copies.get(groups[mention_id], []), posted[mention_id], most)
        for mention_id in groups
    }
    return {mention_id: accounts for mention_id, accounts in found.items() if accounts >= most}


def judge_copies_again(tx: Session, brand: str, items: Iterable[Sighted]) -> int:
    """Have copies from about the same time as new mentions judged again: they may be spam by now.

    Returns:
        How many; some may have waited anyhow.
    """
    found = 0
    posted = {item.mention_id: item.mention.posted_at for item in items}
    times: dict[int, list[datetime]] = {}
    for mention_id, group in groups_of(tx, posted).items():
        times.setdefault(group, []).append(posted[mention_id])
    for group, at in sorted(times.items()):
        copies = (
            select(CopyRow.mention_id)
            .join(TextRow, TextRow.id == CopyRow.text_id)
            .join(MentionRow, MentionRow.id == CopyRow.mention_id)
            .where(TextRow.group_id == group)
            .where(MentionRow.posted_at.between(min(at) - SPAM_SPAN, max(at) + SPAM_SPAN))
        )
        older = and_(
            SightingRow.brand == brand,
            SightingRow.mention_id.in_(copies),
            SightingRow.relevant.is_(True),
            NOT_RULED,
        )
        again = update(SightingRow).where(older).values(relevance_key=None).returning(SightingRow.id)
        found += len(tx.scalars(again, execution_options=BULK).all())
    return found


def group_of_copies(tx: Session, mention_id: int) -> Any:
    """The ids of all mentions that say the same as one, as a subquery."""
    copies = select(CopyRow.mention_id).join(TextRow, TextRow.id == CopyRow.text_id)
    return copies.where(TextRow.group_id == group_of(tx, mention_id))


def _cleared(tx: Session, brand: str, groups: Iterable[int]) -> set[int]:
    """Groups of which a person said that one is about the brand."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(set(groups))):
        found.update(
            tx.scalars(
                select(TextRow.group_id)
                .join(CopyRow, CopyRow.text_id == TextRow.id)
                .join(RulingRow, RulingRow.mention_id == CopyRow.mention_id)
                .where(TextRow.group_id.in_(chunk), RulingRow.brand == brand, _stands_for_it())
            )
        )
    return found


def _stands_for_it() -> ColumnElement[bool]:
    return and_(RulingRow.replaced_at.is_(None), RulingRow.relevant.is_(True))


def _accounts_about(copies: Sequence[tuple[datetime, int]], at: datetime, most: int) -> int:
    """Different accounts within SPAM_SPAN, counted up to `most`."""
    first = bisect_left(copies, at - SPAM_SPAN, key=lambda copy: copy[0])
    last = bisect_right(copies, at + SPAM_SPAN, key=lambda copy: copy[0])
    accounts: set[int] = set()
    for _, account in copies[first:last]:
        accounts.add(account)
        if len(accounts) == most:
            break
    return len(accounts)
