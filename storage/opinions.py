"""What a brand's numbers in a span consist of: sources, texts posted again and again, single opinions.

Mentions that say the same (storage/copies.py) are one text, and it is the first of them that was read, as in
storage/daily.py: asked day by day, everything here adds up to the numbers there. Spans end before their end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from core.counts import Counts
from core.mention import Mention
from core.reading import COMPLAINT, SENTIMENTS
from storage.copies import COPY_GROUP
from storage.copy_tables import CopyRow, TextRow
from storage.rows import PRESENT_READING, to_mention
from storage.statements import FRESH, aside, in_chunks
from storage.tables import AuthorRow, MentionRow, ReadingRow, SightingRow

Kind = Literal["complaint", "positive"]
"""Which opinions are meant; a text may be both, such as thanks for a refund that took long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One text that is a complaint, or positive."""

    mention_id: int
    copy_group: int
    """The same for texts that say the same, on other days, too."""
    posts: int
    """How many say so in the span."""
    complaint: float
    positive: float
    """Probabilities."""
    irony: float | None
    """Probability; None: the model was not asked."""
    unsure: bool
    author: str
    """The handle; empty: nobody knows."""
    topics: Mapping[str, float]
    severity: Mapping[str, float]
    emotion: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A text that was posted more than once."""

    copy_group: int
    mention_id: int
    """One of those that say so."""
    posts: int


def by_source(tx: Session, brand: str, start: datetime, end: datetime) -> dict[str, Counts]:
    """A brand's mentions that were posted in [start, end), by source; added up, they are all of its."""
    post = _posts(brand, start, end).add_columns((MentionRow.text != "").label("has_text")).subquery()
    first, unread = post.c.place == 1, post.c.label.is_(None)
    read = and_(first, post.c.supported)
    counted = {
        **{label: and_(read, post.c.label == label) for label in SENTIMENTS},
        "texts": first,
        "complaints": and_(read, post.c.complaint >= COMPLAINT),
        "unsure": and_(read, post.c.unsure),
        "unsupported": and_(first, post.c.supported.is_(False)),
        "unread": and_(first, unread, post.c.has_text),
        "without_text": and_(first, unread, ~post.c.has_text),
    }
    wanted = select(
        post.c.source,
        func.count().label("mentions"),
        *(func.count(case((which, 1))).label(name) for name, which in counted.items()),
    )
    rows = tx.execute(wanted.group_by(post.c.source).order_by(post.c.source))
    return {source: Counts(**numbers) for source, numbers in _named(rows)}


def opinions(tx: Session, brand: str, start: datetime, end: datetime, kind: Kind) -> Iterator[Opinion]:
    """Every complaint, or every positive text, of [start, end); the earliest posted first."""
    post = _posts(brand, start, end).subquery()
    wanted = post.c.complaint >= COMPLAINT if kind == "complaint" else post.c.label == "positive"
    chosen = (
        select(post, AuthorRow.handle, ReadingRow.topics, ReadingRow.severity, ReadingRow.emotion)
        .join(ReadingRow, ReadingRow.id == post.c.reading_id)
        .outerjoin(AuthorRow, AuthorRow.id == post.c.author_id)
        .where(post.c.place == 1, post.c.supported, wanted)
        .order_by(post.c.posted_at, post.c.id)
    )
    for row in tx.execute(chosen):
        yield Opinion(
            mention_id=row.id,
            copy_group=row.copy_group,
            posts=row.posts,
            complaint=row.complaint,
            positive=row.positive,
            irony=row.irony,
            unsure=row.unsure,
            author=row.handle or "",
            topics=row.topics,
            severity=row.severity,
            emotion=row.emotion,
        )


def repeated(tx: Session, brand: str, start: datetime, end: datetime, limit: int = 3) -> list[Repeated]:
    """The texts of [start, end) that most posts say, if more than one does."""
    post = _posts(brand, start, end).where(MentionRow.text != "").subquery()
    firsts = select(post).where(post.c.place == 1, post.c.posts > 1)
    rows = tx.execute(firsts.order_by(post.c.posts.desc(), post.c.id).limit(limit))
    return [Repeated(copy_group=row.copy_group, mention_id=row.id, posts=row.posts) for row in rows]


def count_repeated(
    tx: Session, brand: str, copy_groups: Collection[int], start: datetime, end: datetime
) -> dict[int, int]:
    """How many posts of [start, end) say what these texts say; those that none says are left out."""
    # The sum keeps SQLite from beginning with the texts: these may have been posted for years.
    post = _posts(brand, start, end).where((TextRow.group_id + 0).in_(sorted(copy_groups))).subquery()
    counted = select(post.c.copy_group, func.count()).group_by(post.c.copy_group)
    return dict(row._tuple() for row in tx.execute(counted))


def mentions_of(tx: Session, mention_ids: Collection[int]) -> dict[int, Mention]:
    """Mentions by id; those that are gone are left out."""
    found: dict[int, Mention] = {}
    for chunk in in_chunks(sorted(mention_ids)):
        wanted = (
            select(MentionRow, AuthorRow)
            .outerjoin(AuthorRow, AuthorRow.id == MentionRow.author_id)
            .where(MentionRow.id.in_(chunk), MentionRow.text != "")
        )
        for row, author in tx.execute(wanted, execution_options=FRESH):
            found[row.id] = to_mention(row, author)
    return found


def _posts(brand: str, start: datetime, end: datetime) -> Select[Any]:
    """A brand's mentions with their readings; `place` is 1 for one of all that say the same."""
    unread = case((ReadingRow.id.is_(None), 1), else_=0)
    order = (unread, MentionRow.posted_at, MentionRow.id)
    return (
        select(
            MentionRow.id,
            MentionRow.source,
            MentionRow.author_id,
            MentionRow.posted_at,
            COPY_GROUP.label("copy_group"),
            ReadingRow.id.label("reading_id"),
            ReadingRow.label,
            ReadingRow.supported,
            ReadingRow.complaint,
            ReadingRow.positive,
            ReadingRow.irony,
            ReadingRow.unsure,
            func.row_number().over(partition_by=COPY_GROUP, order_by=order).label("place"),
            func.count().over(partition_by=COPY_GROUP).label("posts"),
        )
        .join(SightingRow, and_(SightingRow.mention_id == MentionRow.id, aside(SightingRow.brand) == brand))
        .outerjoin(ReadingRow, PRESENT_READING)
        .outerjoin(CopyRow, CopyRow.mention_id == MentionRow.id)
        .outerjoin(TextRow, TextRow.id == CopyRow.text_id)
        .where(SightingRow.relevant.is_(True))
        .where(MentionRow.posted_at >= start, MentionRow.posted_at < end)
    )


def _named(rows: Any) -> Iterator[tuple[str, dict[str, int]]]:
    for row in rows:
        numbers = row._asdict()
        yield numbers.pop("source"), numbers
