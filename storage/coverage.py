"""The coverage ledger: what was asked of each target, what came, what it cost, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.mention import Page
from core.target import Target
from storage.statements import BULK, FRESH, offered, upsert
from storage.tables import CheckpointRow, WindowRow

RUNNING = "running"
COMPLETE = "complete"
TRUNCATED = "truncated"
INTERRUPTED = "interrupted"
"""States of a window, besides the `state` of every core.errors.SourceError."""

COLLECTED = (COMPLETE, TRUNCATED)
"""States of a poll that came to its end."""


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


def open_window(tx: Session, target: Target, since: str | None, now: datetime) -> int:
    """Begin a poll.

    Windows of this target that a killed process left behind become `interrupted`.

    Args:
        tx: the open transaction.
        target: what will be polled.
        since: the checkpoint that the poll goes on from.
        now: the present time.

    Returns:
        The window's id, for `save_page` and `close_window`.
    """
    abandoned = update(WindowRow).where(WindowRow.target == target.name, WindowRow.state == RUNNING)
    note = "the process ended before the poll did"
    tx.execute(abandoned.values(state=INTERRUPTED, note=note, closed_at=now), execution_options=BULK)
    row = WindowRow(
        target=target.name,
        brand=target.brand,
        source=target.source,
        since=since,
        state=RUNNING,
        note="",
        truncated="",
        opened_at=now,
    )
    tx.add(row)
    tx.flush()
    return row.id


def count_page(tx: Session, window_id: int, page: Page, *, new: int, updated: int, duplicate: int) -> None:
    """Add a stored page to its window (part of `save_page`)."""
    w = WindowRow
    counts: dict[Any, Any] = {
        w.pages: w.pages + 1,
        w.fetched: w.fetched + len(page.mentions) + len(page.rejected),
        w.new: w.new + new,
        w.updated: w.updated + updated,
        w.duplicate: w.duplicate + duplicate,
        w.rejected: w.rejected + len(page.rejected),
        w.spend_usd: w.spend_usd + page.spend_usd,
    }
    if page.truncated:
        counts[w.truncated] = page.truncated
    _change(tx, window_id, counts)


def close_window(tx: Session, window_id: int, state: str, note: str, now: datetime) -> None:
    """End a poll.

    Args:
        tx: the open transaction.
        window_id: from `open_window`.
        state: `complete`, `truncated`, or the `state` of the SourceError that ended it.
        note: what a person should know, without secrets.
        now: the present time.

    Raises:
        NotFound: there is no such window.
    """
    _change(tx, window_id, {WindowRow.state: state, WindowRow.note: note, WindowRow.closed_at: now})


def _change(tx: Session, window_id: int, values: Mapping[Any, Any]) -> None:
    changed = update(WindowRow).where(WindowRow.id == window_id).values(dict(values)).returning(WindowRow.id)
    if tx.execute(changed, execution_options=BULK).first() is None:
        raise NotFound(f"there is no coverage window {window_id}")


def checkpoint(tx: Session, target_name: str) -> str | None:
    """From where a target's next poll goes on; None: it was never polled to a safe place."""
    return tx.scalar(select(CheckpointRow.value).where(CheckpointRow.target == target_name))


def set_checkpoint(tx: Session, target_name: str, value: str, now: datetime) -> None:
    """Remember from where the next poll goes on (part of `save_page`)."""
    rows = [{"target": target_name, "value": value, "set_at": now}]
    upsert(tx, CheckpointRow, rows, key=("target",), change=offered("target"))


def spent_usd(tx: Session, target_name: str, since: datetime) -> float:
    """What polls of a target that began at or after a time have cost, in US dollars."""
    spent = select(func.sum(WindowRow.spend_usd)).where(
        WindowRow.target == target_name, WindowRow.opened_at >= since
    )
    return float(tx.scalar(spent) or 0)


def latest_windows(tx: Session) -> list[CoverageWindow]:
    """The last poll of every target, by target."""
    latest = select(func.max(WindowRow.id)).group_by(WindowRow.target)
    succeeded = (
        select(WindowRow.target, func.max(WindowRow.closed_at).label("at"))
        .where(WindowRow.state.in_(COLLECTED))
        .group_by(WindowRow.target)
        .subquery()
    )
    rows = tx.execute(
        select(WindowRow, succeeded.c.at)
        .outerjoin(succeeded, succeeded.c.target == WindowRow.target)
        .where(WindowRow.id.in_(latest))
        .order_by(WindowRow.target),
        execution_options=FRESH,
    )
    return [_to_window(row, succeeded_at) for row, succeeded_at in rows]


def windows_since(tx: Session, brand: str, since: datetime) -> list[CoverageWindow]:
    """A brand's polls that began at or after a time, the oldest first; without the last success."""
    wanted = select(WindowRow).where(WindowRow.brand == brand, WindowRow.opened_at >= since)
    rows = tx.scalars(wanted.order_by(WindowRow.id), execution_options=FRESH)
    return [_to_window(row, None) for row in rows]


def _to_window(row: WindowRow, last_success_at: datetime | None) -> CoverageWindow:
    return CoverageWindow(
        id=row.id,
        target=row.target,
        brand=row.brand,
        source=row.source,
        since=row.since,
        state=row.state,
        note=row.note,
        truncated=row.truncated,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        pages=row.pages,
        fetched=row.fetched,
        new=row.new,
        updated=row.updated,
        duplicate=row.duplicate,
        rejected=row.rejected,
        spend_usd=row.spend_usd,
        last_success_at=last_success_at,
    )
