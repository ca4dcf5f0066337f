"""What is left to judge for relevance, and what came of it: see core/relevance.py for the rules.

A sighting is judged by a fingerprint of its brand's query; with another one it is judged again. What is left
is found through an index on that fingerprint: cost follows the new work. What people ruled: rulings.py,
copies: relevance_copies.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.mention import Mention
from core.relevance import Relevance, Why
from core.target import Target
from storage.changed_hours import mark
from storage.columns import clean_key
from storage.rows import to_mention
from storage.statements import BULK, FRESH, hold, in_chunks
from storage.tables import AuthorRow, MentionRow, SightingRow

ABOUT = exists().where(SightingRow.mention_id == MentionRow.id, SightingRow.relevant.is_(True))
"""Whether a mention is about any of the brands that it was found for."""
NOT_RULED = or_(SightingRow.why.is_(None), SightingRow.why != Why.PERSON)
"""A person's word is not overruled by a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """A mention that was found for a brand, to be judged."""

    sighting_id: int
    mention_id: int
    target: str
    """Whose target found it first."""
    mention: Mention
    before: Relevance | None
    """As it was judged last; None: never."""


def brands_of(
    tx: Session, mention_ids: Collection[int], *, unjudged: bool = False
) -> dict[int, tuple[str, ...]]:
    """By mention: the brands that it is about, by name; those about none are left out.

    Args:
        tx: the open transaction.
        mention_ids: of any number.
        unjudged: with those that it was found for and of which nobody knows yet whether it is about them.
    """
    found: dict[int, tuple[str, ...]] = {}
    about = SightingRow.relevant.is_not(False) if unjudged else SightingRow.relevant.is_(True)
    wanted = select(SightingRow.mention_id, SightingRow.brand).where(about).order_by(SightingRow.brand)
    for chunk in in_chunks(mention_ids):
        for mention_id, brand in tx.execute(wanted.where(SightingRow.mention_id.in_(chunk))):
            found[mention_id] = (*found.get(mention_id, ()), brand)
    return found


def believe_source(tx: Session, target: Target, mention_ids: Collection[int]) -> None:
    """What a target finds whose finds are all about the brand is about it, though words said otherwise."""
    if target.by_words:
        return
    for chunk in in_chunks(sorted(mention_ids)):
        doubted = tx.scalars(
            select(MentionRow.id)
            .join(SightingRow, SightingRow.mention_id == MentionRow.id)
            .where(MentionRow.id.in_(chunk), SightingRow.brand == target.brand)
            .where(or_(MentionRow.wanted.is_(False), SightingRow.relevant.is_not(True)))
        ).all()
        if doubted:
            _believe(tx, target, doubted)


def _believe(tx: Session, target: Target, mention_ids: Sequence[int]) -> None:
    believed = and_(
        SightingRow.mention_id.in_(mention_ids),
        SightingRow.brand == target.brand,
        SightingRow.relevant.is_not(True),
        NOT_RULED,
    )
    turned = tx.scalars(select(SightingRow.mention_id).where(believed)).all()
    values = {"target": target.name, "relevant": True, "why": None, "detail": None, "relevance_key": None}
    again = update(SightingRow).where(believed).values({**values, "judged_at": None})
    tx.execute(again, execution_options=BULK)
    want(tx, mention_ids)
    read_again(tx, turned)
    mark(tx, mention_ids)


def claim_sightings(tx: Session, brand: str, key: str, limit: int) -> list[Sighted]:
    """Take sightings of a brand that were not judged by this fingerprint, new ones first.

    One worker judges at a time: another one waits here until the first one's transaction has ended.

    Args:
        tx: the open transaction; the claim ends with it.
        brand: whose.
        key: the fingerprint of its present query.
        limit: how many at most.
    """
    hold(tx, "relevance")
    ids = _left(tx, brand, key, limit)
    rows = tx.execute(
        select(SightingRow, MentionRow, AuthorRow)
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .where(SightingRow.id.in_(ids))
        .with_for_update(of=SightingRow),
        execution_options=FRESH,
    )
    found = {row.SightingRow.id: _to_sighted(*row) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def count_left(tx: Session, brand: str, key: str) -> int:
    """How many sightings of a brand were not judged by this fingerprint."""
    counts = (
        select(func.count()).select_from(SightingRow).where(SightingRow.brand == brand, where)
        for where in _not_by(key)
    )
    return sum(tx.scalar(count) or 0 for count in counts)


def _not_by(key: str) -> tuple[ColumnElement[bool], ...]:
    """Not judged by a fingerprint, as ranges of one index: `<>` would walk it all."""
    judged = SightingRow.relevance_key
    return judged.is_(None), judged < key, judged > key


def _left(tx: Session, brand: str, key: str, limit: int) -> list[int]:
    """The next ones; no page that could hold any of them is stored meanwhile."""
    found: dict[int, str] = {}
    for where in _not_by(key):
        next_ones = (
            select(SightingRow.id, MentionRow.source)
            .join(MentionRow, MentionRow.id == SightingRow.mention_id)
            .where(SightingRow.brand == brand, where)
            .order_by(SightingRow.relevance_key, SightingRow.id)
            .limit(limit - len(found))
        )
        found.update((id_, source) for id_, source in tx.execute(next_ones))
        if len(found) == limit:
            break
    keep_pages_out(tx, found.values())
    return list(found)


def keep_pages_out(tx: Session, sources: Iterable[str]) -> None:
    """Store no page of these sources meanwhile.

    Whoever stores one locks mentions before sightings, and here it is the other way round: each would wait
    for the other one for ever.
    """
    for source in sorted(set(sources)):
        hold(tx, f"pages of {source}")


def threads_of(tx: Session, items: Iterable[Sighted]) -> dict[int, tuple[str, ...]]:
    """By mention: what the posts say that it belongs to or answers, where they are stored."""
    wanted: dict[str, dict[str, list[int]]] = {}
    for item in items:
        mention = item.mention
        for above in {mention.thread_id, mention.parent_id} - {mention.external_id, None, ""}:
            keys = wanted.setdefault(clean_key(mention.source), {})
            keys.setdefault(clean_key(str(above)), []).append(item.mention_id)
    found: dict[int, tuple[str, ...]] = {}
    for source, keys in sorted(wanted.items()):
        for chunk in in_chunks(sorted(keys)):
            texts = select(MentionRow.external_id, MentionRow.text).where(
                MentionRow.source == source, MentionRow.external_id.in_(chunk), MentionRow.text != ""
            )
            for key, text in tx.execute(texts):
                for mention_id in keys[key]:
                    found[mention_id] = (*found.get(mention_id, ()), text)
    return found


def save_relevance(tx: Session, judged: Sequence[tuple[Sighted, Relevance]], key: str, now: datetime) -> None:
    """Keep what was found; do it in the transaction that claimed.

    The rules of alerts.yaml never see what is not about the brand; what comes to be about it, they see anew.

    Args:
        tx: the open transaction.
        judged: each claimed sighting, and what it is.
        key: the fingerprint of the brand's query by which that was found.
        now: the present time.
    """
    same: dict[tuple[Relevance, bool], list[int]] = {}
    turned: list[int] = []
    other_brands: list[int] = []
    for item, relevance in judged:
        was = item.before.relevant if item.before else None
        again = relevance.relevant and was is False and item.mention.text != ""
        same.setdefault((relevance, again), []).append(item.sighting_id)
        if was is not relevance.relevant:
            turned.append(item.mention_id)
        if bool(was) is not relevance.relevant:
            other_brands.append(item.mention_id)
    for (relevance, again), ids in same.items():
        values = _values(relevance) | {"relevance_key": key}
        if not relevance.relevant:
            values["judged_at"] = now
        elif again:
            values["judged_at"] = None
        for chunk in in_chunks(sorted(ids)):
            marked = update(SightingRow).where(SightingRow.id.in_(chunk)).values(values)
            tx.execute(marked, execution_options=BULK)
    want(tx, turned)
    read_again(tx, other_brands)
    mark(tx, turned)


def want(tx: Session, mention_ids: Collection[int]) -> None:
    """Have mentions read if they are about any brand, and only then."""
    for chunk in in_chunks(sorted(set(mention_ids))):
        changed = update(MentionRow).where(MentionRow.id.in_(chunk)).values(wanted=ABOUT)
        tx.execute(changed, execution_options=BULK)


def read_again(tx: Session, mention_ids: Collection[int]) -> None:
    """Have mentions read and judged again that are about other brands than before.

    Towards which of them the sentiment is (core/towards.py) must not depend on who found the mention first.
    As with an edited text, no second alert comes of it. What one brand alone found is left alone: there is
    nothing to choose. Call it after that change, in its transaction, which also marks the hours.

    It holds the mentions, as storage.readings.save_readings does before it looks for whom they are: so a
    reading towards the brands of before is either refused there or put aside here.
    """
    brands = select(func.count()).where(SightingRow.mention_id == MentionRow.id).scalar_subquery()
    for chunk in in_chunks(sorted(set(mention_ids))):
        shared = select(MentionRow.id).where(MentionRow.id.in_(chunk), MentionRow.text != "", brands > 1)
        held = shared.order_by(MentionRow.id).with_for_update(key_share=True)
        if ids := tx.scalars(held).all():
            unread = update(MentionRow).where(MentionRow.id.in_(ids)).values(read_revision=None)
            tx.execute(unread, execution_options=BULK)
            about = SightingRow.mention_id.in_(ids), SightingRow.relevant.is_(True)
            tx.execute(update(SightingRow).where(*about).values(judged_at=None), execution_options=BULK)


def _to_sighted(sighting: SightingRow, mention: MentionRow, author: AuthorRow | None) -> Sighted:
    known = sighting.relevant is not None
    return Sighted(
        sighting_id=sighting.id,
        mention_id=mention.id,
        target=sighting.target,
        mention=to_mention(mention, author),
        before=Relevance(relevant=bool(sighting.relevant), why=sighting.why, detail=sighting.detail or "")
        if known
        else None,
    )


def _values(relevance: Relevance) -> dict[str, Any]:
    return {
        "relevant": relevance.relevant,
        "why": relevance.why,
        "detail": relevance.detail or None,
    }
