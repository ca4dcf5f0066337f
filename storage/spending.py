"""What polls and back-fills have cost, through an index of those that cost anything."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ledger_tables import WindowRow

AGAIN = " (looked at again)"
"""Ends the name under which the ledger keeps what looking again at a target's mentions cost."""


def spent_usd(tx: Session, target_name: str, since: datetime) -> float:
    """What listening to a target has cost since a time, in US dollars; looking again has its own budget."""
    return spending(tx, since).get(target_name, 0.0)


def spent_again_usd(tx: Session, target_name: str, since: datetime) -> float:
    """What looking again at a target's mentions has cost since a time, in US dollars."""
    return spending(tx, since).get(target_name + AGAIN, 0.0)


def spending(tx: Session, since: datetime) -> dict[str, float]:
    """What polls and back-fills that began at or after a time have cost, in US dollars, by target."""
    spent = select(WindowRow.target, func.sum(WindowRow.spend_usd))
    spent = spent.where(WindowRow.opened_at >= since, WindowRow.spend_usd > 0).group_by(WindowRow.target)
    return {target: float(usd) for target, usd in tx.execute(spent)}
