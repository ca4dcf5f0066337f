"""Read every mention that the present model has not read yet."""

from __future__ import annotations

from collections.abc import Callable

from flows.wiring import Wiring
from storage import readings

BATCH = 128
"""Mentions at a time: a second or two of reading on two cores, and that much is repeated after a kill."""


def analyse(wiring: Wiring, on_read: Callable[[int], None] = lambda count: None) -> int:
    """Read in batches until nothing is left; loads no model where nothing is new.

    Args:
        wiring: everything.
        on_read: told the size of each batch that was stored.

    Returns:
        How many mentions were read.
    """
    done = 0
    revision = wiring.reader.revision
    with wiring.database.reading() as tx:
        if not readings.has_unread(tx, revision):
            return done
    wiring.reader.prepare()
    while True:
        with wiring.database.claiming() as tx:
            batch = readings.claim_unread(tx, revision, BATCH)
            if not batch:
                return done
            found = wiring.reader.read([unread.text for unread in batch])
        with wiring.database.transaction() as tx:
            readings.save_readings(tx, list(zip(batch, found, strict=True)), wiring.clock())
        done += len(batch)
        on_read(len(batch))
