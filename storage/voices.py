"""Who wrote about a brand in two spans of time that follow each other, one row an author: do they come back?

Anonymous texts, those by authors without a known handle, who may be the brand itself, and those that are gone
are not looked at. What may be told of whom: core/voices.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.orm import Session

from core.mention import Visibility
from core.reading import COMPLAINT
from storage.local_days import local_day
from storage.rows import PRESENT_READING, value
from storage.statements import aside, in_chunks
from storage.tables import AuthorRow, MentionRow, ReadingRow, SightingRow

_GONE = tuple(visibility for visibility in Visibility if visibility.gone)
_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """What an author wrote in one span."""

    posts: int
    negative: int
    """Of them, as far as the model could read them."""
    positive: int
    complaints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One author, as the platform shows them."""

    id: int
    source: str
    handle: str
    followers: int | None
    """None: the platform does not tell."""
    before: Wrote
    since: Wrote
    days: int
    """On how many different days of both spans."""


def voices_of(
    tx: Session,
    brand: str,
    sources: Collection[str],
    *,
    start: datetime,
    middle: datetime,
    end: datetime,
    zone: ZoneInfo,
) -> Iterator[Voice]:
    """Every author who wrote about a brand, in no order.

    Args:
        tx: the open transaction.
        brand: about which.
        sources: whose authors may be looked at.
        start: where the first span begins.
        middle: where it ends and the second begins.
        end: where that ends.
        zone: where the team is: a day is a day there.
    """
    day = local_day(tx, MentionRow.posted_at, start, end, zone)
    wanted = (
        select(
            AuthorRow.id,
            AuthorRow.source,
            AuthorRow.handle,
            AuthorRow.followers,
            func.count(distinct(day)).label("days"),
            *_wrote("before", MentionRow.posted_at < middle),
            *_wrote("since", MentionRow.posted_at >= middle),
        )
        .select_from(MentionRow)
        .join(SightingRow, _sighted(brand))
        .join(AuthorRow, AuthorRow.id == MentionRow.author_id)
        .outerjoin(ReadingRow, PRESENT_READING)
        .where(*_told(sources, start, end), AuthorRow.handle != "")
        .group_by(AuthorRow.id)
    )
    for row in tx.execute(wanted, execution_options={"yield_per": _AT_A_TIME}):
        yield value(Voice, row, before=_to_wrote(row, "before"), since=_to_wrote(row, "since"))


def latest_posts(
    tx: Session,
    brand: str,
    sources: Collection[str],
    authors: Collection[int],
    *,
    start: datetime,
    end: datetime,
) -> dict[int, tuple[datetime, str]]:
    """The last post about a brand of each of some authors: when, and its address."""
    last = func.row_number().over(
        partition_by=MentionRow.author_id, order_by=(MentionRow.posted_at.desc(), MentionRow.id.desc())
    )
    found: dict[int, tuple[datetime, str]] = {}
    for chunk in in_chunks(sorted(authors)):
        posts = (
            select(MentionRow.author_id, MentionRow.posted_at, MentionRow.url, last.label("place"))
            .join(SightingRow, _sighted(brand))
            .where(MentionRow.author_id.in_(chunk), *_told(sources, start, end))
            .subquery()
        )
        wanted = select(posts.c.author_id, posts.c.posted_at, posts.c.url).where(posts.c.place == 1)
        found |= {author: (posted_at, url) for author, posted_at, url in tx.execute(wanted)}
    return found


def _sighted(brand: str) -> ColumnElement[bool]:
    return and_(SightingRow.mention_id == MentionRow.id, aside(SightingRow.brand) == brand)


def _told(sources: Collection[str], start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        MentionRow.posted_at >= start,
        MentionRow.posted_at < end,
        aside(MentionRow.source).in_(sorted(sources)),
        MentionRow.visibility.not_in(_GONE),
        SightingRow.relevant.is_(True),
    )


def _wrote(name: str, when: ColumnElement[bool]) -> Iterator[ColumnElement[int]]:
    read = and_(when, ReadingRow.supported)
    yield _count(when).label(f"{name}_posts")
    yield _count(and_(read, ReadingRow.label == "negative")).label(f"{name}_negative")
    yield _count(and_(read, ReadingRow.label == "positive")).label(f"{name}_positive")
    yield _count(and_(read, ReadingRow.complaint >= COMPLAINT)).label(f"{name}_complaints")


def _count(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((where, 1)))


def _to_wrote(row: Any, name: str) -> Wrote:
    return Wrote(
        posts=getattr(row, f"{name}_posts"),
        negative=getattr(row, f"{name}_negative"),
        positive=getattr(row, f"{name}_positive"),
        complaints=getattr(row, f"{name}_complaints"),
    )
