"""Who does what at present: two polls of one target do not run at the same time.

A lease ends when it is given back, when it runs out, or when the process that holds it is known to be dead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.ledger_tables import LeaseRow
from storage.statements import BULK, in_chunks, insert_into, table_of


def take(
    tx: Session,
    names: Collection[str],
    holder: str,
    *,
    now: datetime,
    until: datetime,
    dead: Callable[[str], bool] = lambda holder: False,
) -> set[str]:
    """Take the leases that nobody holds.

    Args:
        tx: the open transaction; others see the leases when it is committed.
        names: what for.
        holder: who takes them.
        now: the present time.
        until: when they run out, unless they are renewed.
        dead: whether a holder is known to be gone; one that is not known may live.

    Returns:
        The names that were taken; the others are held by somebody.
    """
    taken: set[str] = set()
    table = table_of(LeaseRow)
    for chunk in in_chunks(sorted(names)):  # in one order, so that two workers cannot wait for each other
        held = select(LeaseRow.holder).where(LeaseRow.name.in_(chunk), LeaseRow.held_until > now).distinct()
        gone = [each for each in tx.scalars(held) if dead(each)]
        if gone:
            left = delete(LeaseRow).where(LeaseRow.name.in_(chunk), LeaseRow.holder.in_(gone))
            tx.execute(left, execution_options=BULK)
        insert = insert_into(tx, table).values(
            [{"name": name, "holder": holder, "held_until": until} for name in chunk]
        )
        new = insert.excluded
        insert = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": new.holder, "held_until": new.held_until},
            where=table.c.held_until <= now,
        )
        taken.update(tx.connection().execute(insert.returning(table.c.name)).scalars())
    return taken


def renew(tx: Session, name: str, holder: str, until: datetime) -> bool:
    """Hold a lease for longer; False: it ran out, and somebody else has it."""
    mine = update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder)
    longer = mine.values(held_until=until).returning(LeaseRow.name)
    return tx.execute(longer, execution_options=BULK).first() is not None


def give_back(tx: Session, names: Collection[str], holder: str) -> None:
    """Let others have them; what is held by somebody else by now stays theirs."""
    for chunk in in_chunks(sorted(names)):
        mine = delete(LeaseRow).where(LeaseRow.name.in_(chunk), LeaseRow.holder == holder)
        tx.execute(mine, execution_options=BULK)
