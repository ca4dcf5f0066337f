"""From where each target's next poll goes on, and each back-fill's next step."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.target import Target
from storage.ledger_tables import BackfillRow, CheckpointRow, StandingRow, WindowRow
from storage.statements import BULK, in_chunks, offered, pairs, upsert


def checkpoint(tx: Session, target_name: str) -> str | None:
    """From where a target's next poll goes on; None: it was never polled to a safe place."""
    return checkpoints(tx, [target_name]).get(target_name)


def checkpoints(tx: Session, targets: Collection[str]) -> dict[str, str]:
    """The same for many, by target; those that have none are left out."""
    kept = select(CheckpointRow.target, CheckpointRow.value)
    return pairs(tx, kept, CheckpointRow.target, targets)


def keep_checkpoints(tx: Session, places: Sequence[tuple[str, int | None, str]]) -> None:
    """Remember from where the next poll of a target, or the next step of a back-fill, goes on."""
    rows = [
        {"target": target, "value": value}
        for target, backfill, value in sorted(places, key=lambda place: place[0])
        if backfill is None
    ]
    upsert(tx, CheckpointRow, rows, key=("target",), change=offered("target"))
    for _, backfill, value in places:
        if backfill is not None:
            kept = update(BackfillRow).where(BackfillRow.id == backfill).values(checkpoint=value)
            tx.execute(kept, execution_options=BULK)


def forget_other_sources(tx: Session, targets: Sequence[Target]) -> None:
    """Let targets start anew that were another source's, under the same name, when they were last polled.

    What that one left is of no use: its checkpoint cannot be read, and until when it was heard says nothing.
    """
    sources = {target.name: target.source for target in targets}
    changed: list[str] = []
    for chunk in in_chunks(sources):
        last = select(WindowRow.target, WindowRow.source).where(StandingRow.target.in_(chunk))
        polled = tx.execute(last.join(StandingRow, StandingRow.window_id == WindowRow.id))
        changed += [target for target, source in polled if source != sources[target]]
    for chunk in in_chunks(changed):
        for row in (CheckpointRow, StandingRow):
            tx.execute(delete(row).where(row.target.in_(chunk)), execution_options=BULK)
