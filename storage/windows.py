"""Reads the coverage ledger: what the polls of each target brought."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.coverage import COMPLETE, RUNNING
from storage.ledger_tables import StandingRow, WindowRow
from storage.rows import value
from storage.statements import FRESH, in_chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageWindow:
    """One poll of one target."""

    id: int
    target: str
    brand: str
    source: str
    since: str | None
    """The checkpoint that it went on from; None: it was the first."""
    state: str
    note: str
    truncated: str
    """Why older items could not be had; empty: nothing is missing."""
    opened_at: datetime
    closed_at: datetime | None
    asked_from: datetime | None
    """Where the span that was asked begins; None: nothing was known before."""
    asked_until: datetime | None
    resume: str | None
    """The checkpoint at its end; None: it came to no safe place."""
    pages: int
    fetched: int
    """Records that came, readable or not: new + updated + duplicate + rejected."""
    new: int
    updated: int
    duplicate: int
    rejected: int
    spend_usd: float
    last_success_at: datetime | None
    """When a poll of this target last came to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What all polls and back-fills of one target brought in a period."""

    new: int = 0
    duplicate: int = 0
    rejected: int = 0
    spend_usd: float = 0.0


def latest_windows(tx: Session) -> list[CoverageWindow]:
    """The last poll of every target, by target."""
    rows = tx.execute(
        select(WindowRow, StandingRow.succeeded_at)
        .join(StandingRow, StandingRow.window_id == WindowRow.id)
        .order_by(WindowRow.target),
        execution_options=FRESH,
    )
    return [value(CoverageWindow, row, last_success_at=succeeded_at) for row, succeeded_at in rows]


def sums_since(tx: Session, targets: Collection[str], since: datetime) -> dict[str, Sums]:
    """What was brought by what began at or after a time, by target."""
    found: dict[str, Sums] = {}
    w = WindowRow
    for chunk in in_chunks(targets):
        sums = (func.sum(column) for column in (w.new, w.duplicate, w.rejected, w.spend_usd))
        summed = select(w.target, *sums).where(w.target.in_(chunk), w.opened_at >= since)
        for target, new, duplicate, rejected, usd in tx.execute(summed.group_by(w.target)):
            found[target] = Sums(
                new=int(new), duplicate=int(duplicate), rejected=int(rejected), spend_usd=float(usd)
            )
    return found


def troubled_since(tx: Session, targets: Collection[str], since: datetime) -> dict[str, list[str]]:
    """What was said about polls that brought less than was asked, once each, the latest first, by target."""
    said: dict[str, list[str]] = {}
    w = WindowRow
    for chunk in in_chunks(targets):
        wanted = select(w.target, w.note, w.state, func.max(w.id)).where(
            w.target.in_(chunk),
            w.opened_at >= since,
            w.state.not_in((COMPLETE, RUNNING)),
            w.backfill_id.is_(None),
        )
        for target, note, state, _ in tx.execute(
            wanted.group_by(w.target, w.note, w.state).order_by(func.max(w.id).desc())
        ):
            said.setdefault(target, []).append(note or state)
    return said
