"""Read every mention that the present model has not read yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.config import Topic
from core.reading import TOPICS, Reading
from core.towards import towards
from flows.wiring import Wiring
from storage import readings

BATCH = 128
"""Mentions at a time: a second or two of reading on two cores, and that much is repeated after a kill."""


def analyse(wiring: Wiring, on_read: Callable[[int], None] = lambda count: None) -> int:
    """Read in batches as many texts as wait now; loads no model where none does.

    Not until none waits: two processes with different models or topics would read each other's work for ever.

    Args:
        wiring: everything.
        on_read: told the size of each batch that was stored.

    Returns:
        How many mentions were read.
    """
    done = 0
    revision = wiring.reader.revision
    own = {topic.key: topic for topic in wiring.catalogue.topics}
    with wiring.database.reading() as tx:
        left = readings.count_unread(tx, revision)
    if left:
        wiring.reader.prepare()
    while left > 0:
        with wiring.database.claiming() as tx:
            batch = readings.claim_unread(tx, revision, BATCH)
            if not batch:
                break
            read = wiring.reader.read(
                [unread.text for unread in batch],
                targets=[_target(wiring, unread) for unread in batch],
                sources=[unread.source for unread in batch],
            )
        found = [within_terms(r, unread.source, own) for unread, r in zip(batch, read, strict=True)]
        with wiring.database.transaction() as tx:
            left -= readings.save_readings(tx, list(zip(batch, found, strict=True)), wiring.clock())
        done += len(batch)
        on_read(len(batch))
    return done


def _target(wiring: Wiring, unread: readings.Unread) -> str | None:
    if not wiring.reader.aims:
        return None
    return towards(unread.text, (b for b in wiring.catalogue.brands if b.name in unread.brands))


def within_terms(reading: Reading, source: str, own: Mapping[str, Topic]) -> Reading:
    """The reading without what must not be kept of a mention of this source.

    Whatever a reader answers: a topic is kept if it is built in, or if the team's topic of that name may be
    asked of the source (core/terms.py). An unknown one is not kept, as nobody could say what it infers.
    """
    kept = {
        key: p
        for key, p in reading.topics.items()
        if key in TOPICS or (key in own and own[key].may_ask(source))
    }
    return reading if len(kept) == len(reading.topics) else replace(reading, topics=kept)
