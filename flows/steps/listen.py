"""Ask targets what is new, many side by side, and store it page by page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import TYPE_CHECKING

from core.errors import RateLimited
from flows import money
from flows.steps import ledger
from flows.steps.poll import Heard, Polled, poll
from listeners.registry import SOURCES

if TYPE_CHECKING:
    from core.mention import Page
    from core.target import Target
    from flows.steps.lease import Lease
    from flows.steps.ledger import Batch
    from flows.wiring import Wiring
    from storage.coverage import Opened

BATCH = 100
"""Targets of a source whose polls are opened together: few enough for nearly all to begin within a lease."""

OnMentions = Callable[[int], None]


def listen(wiring: Wiring, target: Target, on_mentions: OnMentions = lambda count: None) -> Heard:
    """Poll one target from its checkpoint: see `listen_all`."""
    return listen_all(wiring, [target], on_mentions)[0]


def listen_all(
    wiring: Wiring, targets: Sequence[Target], on_mentions: OnMentions = lambda count: None
) -> list[Heard]:
    """Poll targets from their checkpoints. One's trouble stays its own: it is returned, not raised.

    Sources are asked side by side, and of each as many targets as it allows (Source.at_once). Each page with
    something in it is one transaction with its rejected records, counts and checkpoint. What is only
    bookkeeping, opening and closing polls, is one transaction for many.

    Args:
        wiring: everything.
        targets: whom to ask, each once.
        on_mentions: told how many mentions each page brought; by one thread at a time.

    Returns:
        What came of each target, in the order given.
    """
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(target.source, []).append(target)
    watched = _Watched(on_mentions)
    with ThreadPoolExecutor(max(1, len(groups))) as sources:
        asked = [sources.submit(_ask_source, wiring, some, watched) for some in groups.values()]
        try:
            wait(asked)
        except BaseException:  # somebody wants us to end: whoever is under way stops at his next page
            watched.end.set()
            raise
    heard = {each.target: each for source in asked for each in source.result()}
    return [heard[target.name] for target in targets]


class _Ended(BaseException):
    """Everything is to end; not an Exception, so that no source's trouble is made of it."""


class _Watched:
    """Tells about mentions, one thread at a time, and is where walks notice that everything is to end."""

    def __init__(self, on_mentions: OnMentions) -> None:
        self.end = threading.Event()
        self._on_mentions, self._lock = on_mentions, threading.Lock()

    def __call__(self, count: int) -> None:
        """A page came, with so many mentions."""
        if self.end.is_set():
            raise _Ended
        with self._lock:
            self._on_mentions(count)


def _ask_source(wiring: Wiring, targets: Sequence[Target], on_mentions: _Watched) -> list[Heard]:
    order = ledger.longest_unheard_first(wiring, targets)
    heard: list[Heard] = []
    for start in range(0, len(order), BATCH):
        batch = ledger.open_batch(wiring, order[start : start + BATCH])
        heard += batch.skipped
        if batch.opened:
            heard += _ask_batch(wiring, batch, on_mentions)
    return heard


def _ask_batch(wiring: Wiring, batch: Batch, on_mentions: _Watched) -> list[Heard]:
    """Poll side by side; what ends while others' ends are written down is written next, together."""
    ended: SimpleQueue[Polled | BaseException] = SimpleQueue()

    def ask(each: Opened) -> None:
        try:
            with wiring.asking:
                on_mentions(0)
                ended.put(_ask(wiring, each, batch.lease(each), on_mentions))
        except BaseException as fault:  # raised below, when the others have ended
            ended.put(fault)

    opened = batch.opened
    heard, faults, left = [], [], len(opened)
    at_once = money.at_once(wiring, opened[0].target)
    try:
        with ThreadPoolExecutor(min(at_once, len(opened))) as pool:
            for each in opened:
                pool.submit(ask, each)
            while left:
                some = _at_least_one(ended)
                left -= len(some)
                polled = [each for each in some if isinstance(each, Polled)]
                faults += [each for each in some if not isinstance(each, Polled)]
                if polled:
                    ledger.close_batch(wiring, batch, polled)
                heard += [each.heard for each in polled]
    finally:
        if len(heard) < len(opened):
            ledger.let_go(wiring, batch)
    if faults:
        raise faults[0]
    return heard


def _at_least_one(ended: SimpleQueue[Polled | BaseException]) -> list[Polled | BaseException]:
    some = [ended.get()]
    while not ended.empty():
        some.append(ended.get())
    return some


def _ask(wiring: Wiring, opened: Opened, lease: Lease, on_mentions: OnMentions) -> Polled:
    target = opened.target

    def pages(since: str | None) -> Iterator[Page]:
        money.demand(wiring, target)
        return wiring.listener(target).poll(since)

    polled = poll(wiring, opened, pages, lease, on_mentions)
    if polled.platform_says_wait is not None and isinstance(polled.heard.error, RateLimited):
        wiring.permits.block(SOURCES[target.source], target.options, polled.platform_says_wait)
    return polled
