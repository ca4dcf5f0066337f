"""Past spans that somebody asked for, each with a checkpoint of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.ledger_tables import BackfillRow
from storage.rows import value
from storage.statements import BULK, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A past span of a target."""

    id: int
    target: str
    start: datetime
    until: datetime
    checkpoint: str | None
    """Where it goes on; None: from its newest item."""
    begun_at: datetime
    finished_at: datetime | None


def ask_for(tx: Session, target: str, start: datetime, until: datetime, now: datetime) -> Backfill:
    """The back-fill of this very span: begun now, or the one that was begun before."""
    row = {"target": target, "start": start, "until": until, "checkpoint": None, "begun_at": now}
    upsert(tx, BackfillRow, [row | {"finished_at": None}], ("target", "start", "until"))
    span = BackfillRow.target == target, BackfillRow.start == start, BackfillRow.until == until
    return value(Backfill, tx.scalars(select(BackfillRow).where(*span)).one())


def finish(tx: Session, backfill_id: int, now: datetime) -> None:
    """All of it is here."""
    done = update(BackfillRow).where(BackfillRow.id == backfill_id).values(finished_at=now)
    tx.execute(done, execution_options=BULK)


def unfinished(tx: Session) -> list[Backfill]:
    """Those of which something is left, oldest first."""
    left = select(BackfillRow).where(BackfillRow.finished_at.is_(None)).order_by(BackfillRow.id)
    return [value(Backfill, row) for row in tx.scalars(left)]
