"""What is known of each target as a whole: its last poll, until when it was heard, and when to ask again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from storage.ledger_tables import StandingRow
from storage.rows import value
from storage.statements import FRESH, in_chunks, table_of, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One target."""

    target: str
    window_id: int
    """Its last poll."""
    first_asked_at: datetime
    heard_until: datetime | None
    """Everything up to then was collected, or is a hole that is on record. None: nothing was, so far."""
    succeeded_at: datetime | None
    """When a poll last came to its end."""
    not_before: datetime | None
    """The platform does not want to be asked before; None: it said nothing of the kind."""
    waits_for: str
    """Why, in words."""
    asked_as: str
    """The options' fingerprint when it said so."""

    def waits(self, now: datetime, asked_as: str) -> bool:
        """Whether it must not be asked yet; a target that was changed since may be."""
        return self.not_before is not None and self.not_before > now and self.asked_as == asked_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the end of a poll makes of a target's standing."""

    target: str
    heard_until: datetime | None = None
    """None: no further than before."""
    succeeded: bool = False
    not_before: datetime | None = None
    waits_for: str = ""
    asked_as: str = ""


def standings(tx: Session, targets: Collection[str] | None = None) -> dict[str, Standing]:
    """Targets by name; those that were never asked are left out.

    Args:
        tx: the open transaction.
        targets: which; None: all that there are.
    """
    found = select(StandingRow)
    if targets is None:
        return {row.target: value(Standing, row) for row in tx.scalars(found, execution_options=FRESH)}
    known: dict[str, Standing] = {}
    for chunk in in_chunks(targets):
        rows = tx.scalars(found.where(StandingRow.target.in_(chunk)), execution_options=FRESH)
        known.update({row.target: value(Standing, row) for row in rows})
    return known


def begin(tx: Session, windows: Sequence[tuple[str, int]], now: datetime) -> None:
    """Note the polls (target, window) that begin."""
    rows = [
        {
            "target": target,
            "window_id": window,
            "first_asked_at": now,
            "heard_until": None,
            "succeeded_at": None,
            "not_before": None,
            "waits_for": "",
            "asked_as": "",
        }
        for target, window in windows
    ]
    upsert(tx, StandingRow, rows, ("target",), lambda _table, new: {"window_id": new.window_id})


def settle(tx: Session, changes: Sequence[Change], now: datetime) -> None:
    """Note how polls ended: what it says about waiting replaces what was said before."""
    if not changes:
        return
    table = table_of(StandingRow)
    column = table.c
    values = {
        "heard_until": case(
            (bindparam("heard", type_=column.heard_until.type).is_(None), column.heard_until),
            else_=bindparam("heard", type_=column.heard_until.type),
        ),
        "succeeded_at": case(
            (bindparam("succeeded"), bindparam("moment", type_=column.succeeded_at.type)),
            else_=column.succeeded_at,
        ),
        "not_before": bindparam("pause"),
        "waits_for": bindparam("why"),
        "asked_as": bindparam("fingerprint"),
    }
    rows = [
        {
            "name": change.target,
            "heard": change.heard_until,
            "succeeded": change.succeeded,
            "moment": now,
            "pause": change.not_before,
            "why": change.waits_for,
            "fingerprint": change.asked_as,
        }
        for change in sorted(changes, key=lambda change: change.target)
    ]
    tx.connection().execute(update(table).where(column.target == bindparam("name")).values(values), rows)
