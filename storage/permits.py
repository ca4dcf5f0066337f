"""The buckets of core.permits, shared by every worker of one database: one short statement a handful."""

from __future__ import annotations

from sqlalchemy import Float, bindparam, func, select
from sqlalchemy.orm import Session

from core.permits import Bucket
from storage.ledger_tables import PermitRow
from storage.statements import dialect, insert_into, table_of


def take(tx: Session, source: str, key: str, bucket: Bucket, permits: int, now: float) -> float | None:
    """Take permits out of a shared bucket, or none of them.

    Args:
        tx: the open transaction; end it at once.
        source: whose limit it is.
        key: of which key, as a hash.
        bucket: the rule.
        permits: how many, at most the burst.
        now: the present time in seconds since the epoch.

    Returns:
        None: they were taken. Else the time from which on there is one.
    """
    table = table_of(PermitRow)
    latest = func.greatest if dialect(tx) == "postgresql" else func.max
    moment = bindparam("moment", now, Float(53))
    later = latest(table.c.full_at, moment) + permits * bucket.spacing
    insert = insert_into(tx, table).values(source=source, key=key, full_at=moment + permits * bucket.spacing)
    taken = insert.on_conflict_do_update(
        index_elements=["source", "key"],
        set_={"full_at": later},
        where=later <= moment + bucket.depth + 1e-6,
    ).returning(table.c.full_at)
    if tx.connection().execute(taken).first() is not None:
        return None
    full_at = tx.scalar(select(PermitRow.full_at).where(PermitRow.source == source, PermitRow.key == key))
    return bucket.retry_at(full_at or now)


def block(tx: Session, source: str, key: str, bucket: Bucket, until: float) -> None:
    """Give no permit before a time: the platform itself said so to one of those who share the key."""
    table = table_of(PermitRow)
    insert = insert_into(tx, table).values(source=source, key=key, full_at=bucket.blocked_until(until))
    offered = insert.excluded.full_at
    tx.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["source", "key"], set_={"full_at": offered}, where=table.c.full_at < offered
        )
    )
