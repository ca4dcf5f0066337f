"""What is missing and cannot be had any more: a hole is a row, and the operator is told once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.target import Target
from storage.ledger_tables import HoleRow
from storage.rows import value
from storage.statements import BULK, FRESH, upsert

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the start of a hole in a target that was never heard before."""


class Kind(StrEnum):
    """How a hole came to be."""

    WALL = "wall"
    """The platform shows only its newest items, and more came between two polls; or it has failed to show a
    single one for days."""
    SILENCE = "silence"
    """Nobody asked, or nobody got an answer, for longer than the platform keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A span of a target that is missing."""

    target: Target
    kind: Kind
    start: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHole:
    """A hole on record."""

    id: int
    target: str
    brand: str
    source: str
    kind: str
    start: datetime
    until: datetime
    why: str
    found_at: datetime


def keep_holes(tx: Session, holes: Sequence[Hole], now: datetime) -> None:
    """Put holes on record; one that begins where a known one does is that one, grown."""
    rows = {
        (hole.target.name, hole.kind, hole.start): {
            "target": hole.target.name,
            "brand": hole.target.brand,
            "source": hole.target.source,
            "kind": hole.kind.value,
            "start": hole.start,
            "until": hole.until,
            "why": hole.why,
            "found_at": now,
            "told_at": None,
        }
        for hole in holes
    }
    upsert(
        tx,
        HoleRow,
        [rows[key] for key in sorted(rows)],
        ("target", "kind", "start"),
        change=lambda _table, new: {"until": new.until, "why": new.why},
        newer="until",
    )


def list_holes(
    tx: Session, *, targets: Collection[str] | None = None, since: datetime | None = None, limit: int = 200
) -> list[StoredHole]:
    """Holes, the latest first.

    Args:
        tx: the open transaction.
        targets: only these; None: all.
        since: only those that end later, or were found out later.
        limit: how many at most.
    """
    wanted = select(HoleRow).order_by(HoleRow.until.desc(), HoleRow.id.desc()).limit(limit)
    if targets is not None:
        wanted = wanted.where(HoleRow.target.in_(sorted(targets)))
    if since is not None:
        wanted = wanted.where(or_(HoleRow.until > since, HoleRow.found_at > since))
    return [value(StoredHole, row) for row in tx.scalars(wanted, execution_options=FRESH)]


def untold(tx: Session) -> list[StoredHole]:
    """Holes that the operator has not been told of, oldest first; nobody else gets them meanwhile."""
    wanted = select(HoleRow).where(HoleRow.told_at.is_(None)).order_by(HoleRow.id)
    rows = tx.scalars(wanted.with_for_update(skip_locked=True), execution_options=FRESH)
    return [value(StoredHole, row) for row in rows]


def mark_told(tx: Session, holes: Collection[int], now: datetime) -> None:
    """The operator was told of them, in this very transaction."""
    told = update(HoleRow).where(HoleRow.id.in_(sorted(holes))).values(told_at=now)
    tx.execute(told, execution_options=BULK)
