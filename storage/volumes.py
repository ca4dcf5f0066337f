"""How many new mentions each target brought in given spans, through an index of polls that brought any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from storage.ledger_tables import WindowRow


def volumes(tx: Session, spans: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
    """New mentions by target, for each span in the order given; targets without any are left out.

    Args:
        tx: the open transaction.
        spans: (start, end): polls that began after the start and not after the end.
    """
    w = WindowRow
    sums = [
        func.sum(case((and_(w.opened_at > start, w.opened_at <= end), w.new), else_=0))
        for start, end in spans
    ]
    earliest = min(start for start, _ in spans)
    counted = select(w.target, *sums).where(w.new > 0, w.opened_at > earliest, w.backfill_id.is_(None))
    return {target: [int(n) for n in counts] for target, *counts in tx.execute(counted.group_by(w.target))}
