"""Knows which mentions say the same: by text, exactly, and by group of texts that are nearly the same.

What is the same is decided elsewhere (core.mention.CopyFinder); here it is looked up through indexes, so that
the cost of a page does not grow with what is stored. A group is whatever hangs together, pair by pair: which
mentions share one does not depend on the order in which they came, nor on how they were cut into pages, while
each band has few texts. Of thousands that share one ("Flight 1234 to Porto is late again ..."), a new text is
compared with a few (storage/neighbours.py): what is near none of those stays apart. A group only grows: where
the text that linked two others is deleted or edited, these stay together. Everything happens in the
transaction that stores the page. Of a text that nobody has any more, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, delete, distinct, exists, func, select, update
from sqlalchemy.orm import Session

from core.alert import OPEN
from core.mention import BANDS, CopyFinder, Mention, Signature
from storage.changed_hours import mark_those_of
from storage.copy_tables import CopyRow, TextRow
from storage.neighbours import BAND_COLUMNS, neighbours
from storage.rows import stored_text
from storage.statements import BULK, hold, in_chunks, pairs, upsert
from storage.tables import AlertMentionRow, AlertRow, MentionRow

COPY_GROUP: ColumnElement[int] = func.coalesce(TextRow.group_id, -MentionRow.id)
"""The same for mentions that say the same; needs `with_texts`."""

_UNGROUPED = 0
_IDS = select(TextRow.digest, TextRow.id)
_TEXTS = select(CopyRow.mention_id, CopyRow.text_id)

Wanted = TypeVar("Wanted", bound=Select[Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How much an alert holds."""

    mentions: int
    texts: int
    """Different ones."""
    authors: int
    """Different ones; those that nobody knows count as one."""

    @property
    def copies(self) -> int:
        """Posts that say the same as another one."""
        return self.mentions - self.texts


def with_texts(wanted: Wanted) -> Wanted:
    """A select of mentions with what they say (`CopyRow`, `TextRow`), where anybody could say the same."""
    return wanted.outerjoin(CopyRow, CopyRow.mention_id == MentionRow.id).outerjoin(
        TextRow, TextRow.id == CopyRow.text_id
    )


def keep_copies(tx: Session, mentions: Mapping[int, Mention], finder: CopyFinder) -> None:
    """Note which text these mentions have now, and which texts are copies of each other.

    Args:
        tx: the transaction that stored them.
        mentions: by id, as stored last.
        finder: tells copies from different texts.
    """
    if not mentions:
        return
    hold(tx, "texts")  # two workers must not found two groups for one text
    signed = {id_: finder.sign(mention) for id_, mention in mentions.items() if stored_text(mention)}
    by_mention = {id_: signature for id_, signature in sorted(signed.items()) if signature is not None}
    words = {signature.digest: mentions[id_].text for id_, signature in by_mention.items()}
    by_digest = {signature.digest: signature for signature in by_mention.values()}
    texts = pairs(tx, _IDS, TextRow.digest, by_digest)
    new = {digest: signature for digest, signature in by_digest.items() if digest not in texts}
    texts |= _add(tx, new)
    before = pairs(tx, _TEXTS, CopyRow.mention_id, mentions)
    links = [{"mention_id": id_, "text_id": texts[signature.digest]} for id_, signature in by_mention.items()]
    upsert(tx, CopyRow, links, ("mention_id",), lambda table, new_row: {"text_id": new_row.text_id})
    forget_copies(tx, [id_ for id_ in before if id_ not in by_mention])
    _drop_unused(tx, set(before.values()) - {link["text_id"] for link in links})
    _join_groups(tx, {texts[digest]: words[digest] for digest, s in new.items() if s.bands}, finder)


def forget_copies(tx: Session, mention_ids: Collection[int]) -> None:
    """Forget what these mentions said; other mentions with the same text keep it."""
    texts = set(pairs(tx, _TEXTS, CopyRow.mention_id, mention_ids).values())
    for chunk in in_chunks(sorted(mention_ids)):
        tx.execute(delete(CopyRow).where(CopyRow.mention_id.in_(chunk)), execution_options=BULK)
    _drop_unused(tx, texts)


def group_of(tx: Session, mention_id: int) -> int | None:
    """What mentions that say the same have in common; None: nobody could say the same as this one."""
    return groups_of(tx, [mention_id]).get(mention_id)


def groups_of(tx: Session, mention_ids: Collection[int]) -> dict[int, int]:
    """The same for many, by mention; those that nobody could say the same as are left out."""
    grouped = select(CopyRow.mention_id, TextRow.group_id).join(TextRow, TextRow.id == CopyRow.text_id)
    return pairs(tx, grouped, CopyRow.mention_id, mention_ids)


def find_alert_of_group(
    tx: Session, brand: str, group_id: int, since: datetime, until: datetime
) -> int | None:
    """The first open alert of a brand that holds a mention of a group, posted from `since` to `until`."""
    return tx.scalar(
        select(func.min(AlertRow.id))
        .join(AlertMentionRow, AlertMentionRow.alert_id == AlertRow.id)
        .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
        .join(CopyRow, CopyRow.mention_id == MentionRow.id)
        .join(TextRow, TextRow.id == CopyRow.text_id)
        .where(TextRow.group_id == group_id, AlertMentionRow.brand == brand, AlertRow.status.in_(OPEN))
        .where(MentionRow.posted_at >= since, MentionRow.posted_at <= until)
    )


def spread_of(tx: Session, alert_id: int) -> Spread:
    """How many posts, different texts and authors an alert holds."""
    unknown = func.max(case((MentionRow.author_id.is_(None), 1), else_=0))
    counted = (
        select(
            func.count(),
            func.count(distinct(COPY_GROUP)),
            func.count(distinct(MentionRow.author_id)) + func.coalesce(unknown, 0),
        )
        .select_from(AlertMentionRow)
        .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
        .where(AlertMentionRow.alert_id == alert_id)
    )
    mentions, texts, authors = tx.execute(with_texts(counted)).one()
    return Spread(mentions=mentions, texts=texts, authors=authors)


def count_texts(tx: Session) -> int:
    """How many different things all mentions say."""
    groups = tx.scalar(select(func.count(distinct(TextRow.group_id)))) or 0
    copies = tx.scalar(select(func.count()).select_from(CopyRow)) or 0
    return groups + (tx.scalar(select(func.count()).select_from(MentionRow)) or 0) - copies


def _add(tx: Session, new: Mapping[int, Signature]) -> dict[int, int]:
    rows = [
        {
            "digest": digest,
            "group_id": _UNGROUPED,
            **dict(zip(BAND_COLUMNS, signature.bands or (None,) * BANDS, strict=True)),
        }
        for digest, signature in new.items()
    ]
    upsert(tx, TextRow, rows, ("digest",))
    if rows:
        alone = update(TextRow).where(TextRow.group_id == _UNGROUPED).values(group_id=TextRow.id)
        tx.execute(alone, execution_options=BULK)
    return pairs(tx, _IDS, TextRow.digest, new)


def _drop_unused(tx: Session, text_ids: Collection[int]) -> None:
    used = exists().where(CopyRow.text_id == TextRow.id)
    for chunk in in_chunks(sorted(text_ids)):
        tx.execute(delete(TextRow).where(TextRow.id.in_(chunk), ~used), execution_options=BULK)


def _join_groups(tx: Session, new: Mapping[int, str], finder: CopyFinder) -> None:
    """Compare new texts with older ones that share a band, and put the groups of copies together."""
    near = sorted(neighbours(tx, new))
    grouped = select(TextRow.id, TextRow.group_id)
    groups = pairs(tx, grouped, TextRow.id, {id_ for pair in near for id_ in pair})
    joined = {group: group for group in groups.values()}
    old = {other for _, other in near if other not in new}
    words = {**new, **_words(tx, old)}
    for text, other in near:
        one, two = _root(joined, groups[text]), _root(joined, groups[other])
        if one != two and other in words and finder.near(words[text], words[other]):
            joined[max(one, two)] = min(one, two)
    for group in sorted(joined):
        root = _root(joined, group)
        if root != group:
            of_group = select(CopyRow.mention_id).join(TextRow, TextRow.id == CopyRow.text_id)
            mark_those_of(tx, of_group.where(TextRow.group_id == group))
            moved = update(TextRow).where(TextRow.group_id == group).values(group_id=root)
            tx.execute(moved, execution_options=BULK)


def _words(tx: Session, text_ids: Collection[int]) -> dict[int, str]:
    """What texts say: read from one mention each."""
    one = (
        select(MentionRow.text)
        .join(CopyRow, CopyRow.mention_id == MentionRow.id)
        .where(CopyRow.text_id == TextRow.id, MentionRow.text != "")
        .limit(1)
        .correlate(TextRow)
        .scalar_subquery()
    )
    said = pairs(tx, select(TextRow.id, one), TextRow.id, text_ids)
    return {id_: text for id_, text in said.items() if text}


def _root(joined: Mapping[int, int], group: int) -> int:
    while joined[group] != group:
        group = joined[group]
    return group
