"""What people say about relevance, and what is not about its brand: countable, listed, never deleted.

A person's word stands until a person says otherwise, whatever the brand's query becomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.mention import Mention
from core.relevance import Relevance, Ruling, Why
from storage.changed_hours import mark
from storage.relevance import keep_pages_out, read_again, want
from storage.relevance_copies import group_of_copies
from storage.rows import to_mention
from storage.ruling_table import RulingRow
from storage.statements import BULK, FRESH, hold
from storage.tables import AuthorRow, MentionRow, SightingRow

IRRELEVANT = text("NOT sightings.relevant")
"""Written as the index has it: SQLite uses a partial index for its very words only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Irrelevant:
    """A mention that is not about the brand that it was found for."""

    id: int
    mention: Mention
    brand: str
    target: str
    relevance: Relevance


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many of a brand's mentions are not about it, for one reason."""

    brand: str
    why: Why | None
    """None: they wait to be judged."""
    mentions: int


def rule(
    tx: Session, mention_id: int, brand: str, *, relevant: bool, by: str, now: datetime, why: str = ""
) -> Ruling:
    """Keep what a person says about whether a mention is about a brand; it takes the place of whatever stood.

    Copies of a text that were sorted out as spam are judged again where one of them is about the brand.

    Raises:
        NotFound: there is no such mention, or it was not found for this brand.
    """
    hold(tx, "relevance")
    keep_pages_out(tx, tx.scalars(select(MentionRow.source).where(MentionRow.id == mention_id)))
    sighting, words = _sighted(tx, mention_id, brand)
    ruling = Ruling(mention_id=mention_id, brand=brand, relevant=relevant, by=by, at=now, why=why)
    _keep(tx, ruling)
    _decide(tx, sighting, ruling, words)
    want(tx, [mention_id])
    if bool(sighting.relevant) is not relevant:
        read_again(tx, [mention_id])
    mark(tx, [mention_id])
    if relevant:
        _judge_copies_again(tx, mention_id, brand)
    return ruling


def _sighted(tx: Session, mention_id: int, brand: str) -> tuple[SightingRow, str]:
    """The sighting as it stands, and the mention's text."""
    sighted = select(SightingRow, MentionRow.text).join(MentionRow, MentionRow.id == SightingRow.mention_id)
    row = tx.execute(
        sighted.where(SightingRow.mention_id == mention_id, SightingRow.brand == brand),
        execution_options=FRESH,
    ).first()
    if row is None:
        raise NotFound(f"there is no mention {mention_id} of {brand}")
    return row[0], row[1]


def _keep(tx: Session, ruling: Ruling) -> None:
    """In the place of the one that stood."""
    of = {"mention_id": ruling.mention_id, "brand": ruling.brand}
    standing = update(RulingRow).filter_by(**of, replaced_at=None).values(replaced_at=ruling.at)
    tx.execute(standing, execution_options=BULK)
    tx.add(RulingRow(**of, relevant=ruling.relevant, by=ruling.by, at=ruling.at, why=ruling.why))
    tx.flush()


def _decide(tx: Session, sighting: SightingRow, ruling: Ruling, words: str) -> None:
    judged_at = _judged_at(sighting, ruling, words)
    decided = update(SightingRow).where(SightingRow.id == sighting.id)
    values = {"relevant": ruling.relevant, "why": Why.PERSON, "detail": ruling.by, "judged_at": judged_at}
    tx.execute(decided.values(values), execution_options=BULK)


def _judged_at(sighting: SightingRow, ruling: Ruling, words: str) -> datetime | None:
    """None: the rules have to judge it, as it was not about the brand before, and has words."""
    if ruling.relevant and sighting.relevant:
        return sighting.judged_at
    return None if ruling.relevant and words else ruling.at


def _judge_copies_again(tx: Session, mention_id: int, brand: str) -> None:
    """Those that were sorted out as spam."""
    spam = update(SightingRow).where(
        SightingRow.brand == brand,
        SightingRow.why == Why.SPAM,
        SightingRow.mention_id.in_(group_of_copies(tx, mention_id)),
    )
    tx.execute(spam.values(relevance_key=None), execution_options=BULK)


def find_irrelevant(
    tx: Session, *, brand: str | None = None, source: str | None = None, limit: int = 50
) -> list[Irrelevant]:
    """Find mentions that are not about the brand that they were found for, the last found first.

    Args:
        tx: the open transaction.
        brand: found for this brand.
        source: of this source.
        limit: how many at most.
    """
    wanted = (
        select(SightingRow, MentionRow, AuthorRow)
        .join(MentionRow, MentionRow.id == SightingRow.mention_id)
        .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .where(IRRELEVANT)
        .order_by(SightingRow.id.desc())
        .limit(limit)
    )
    if brand is not None:
        wanted = wanted.where(SightingRow.brand == brand)
    if source is not None:
        wanted = wanted.where(MentionRow.source == source)
    return [
        Irrelevant(
            id=mention.id,
            mention=to_mention(mention, author),
            brand=sighting.brand,
            target=sighting.target,
            relevance=Relevance(relevant=False, why=sighting.why, detail=sighting.detail or ""),
        )
        for sighting, mention, author in tx.execute(wanted, execution_options=FRESH)
    ]


def count_irrelevant(tx: Session) -> list[Counted]:
    """How many mentions are not about their brand, by brand and reason; and how many wait to be judged."""
    by = (SightingRow.brand, SightingRow.why)
    counted = select(*by, func.count()).where(IRRELEVANT).group_by(*by).order_by(*by)
    waiting = select(SightingRow.brand, func.count()).where(SightingRow.relevant.is_(None))
    waiting = waiting.group_by(SightingRow.brand).order_by(SightingRow.brand)
    return [
        *(Counted(brand=brand, why=why, mentions=count) for brand, why, count in tx.execute(counted)),
        *(Counted(brand=brand, why=None, mentions=count) for brand, count in tx.execute(waiting)),
    ]
