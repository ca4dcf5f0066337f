"""One whole pass in this process: listen, sort out, analyse, raise, notify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.steps.analyse import analyse
from flows.steps.listen import listen_all
from flows.steps.notify import Delivered, notify
from flows.steps.operator import tell_operator
from flows.steps.poll import Heard
from flows.steps.raise_alerts import raise_alerts
from flows.steps.raised import Raised
from flows.steps.relevance import SortedOut, sort_out
from flows.wiring import Wiring
from storage.unreadable import Unreadable, list_unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did."""

    heard: tuple[Heard, ...]
    sorted_out: SortedOut
    read: int
    raised: Raised
    delivered: Delivered
    unreadable: Sequence[Unreadable] = ()
    """Of the targets that brought such records."""

    @property
    def troubled(self) -> tuple[Heard, ...]:
        """The targets of which something is missing."""
        return tuple(heard for heard in self.heard if not heard.complete)

    @property
    def failed(self) -> bool:
        """Whether there were targets and not one of them could be asked."""
        return bool(self.heard) and all(heard.error for heard in self.heard)


Progress = Callable[[str, int], None]
"""Told the step's name and how much of it was just done."""


def run_once(
    wiring: Wiring, brand: str | None = None, on_progress: Progress = lambda step, count: None
) -> Pass:
    """Do everything there is to do now; needs no Prefect server.

    Args:
        wiring: everything.
        brand: listen to this brand's targets only; what waits to be read or told is done for all.
        on_progress: for a progress bar.
    """
    heard = tuple(listen_all(wiring, wiring.targets(brand), lambda count: on_progress("listen", count)))
    tell_operator(wiring)
    try:
        sorted_out = sort_out(wiring, lambda count: on_progress("sort out", count))
        read = analyse(wiring, lambda count: on_progress("analyse", count))
    finally:  # what is read already, and what waits to be told, does not wait for a missing model
        raised = raise_alerts(wiring, lambda count: on_progress("raise", count))
        delivered = notify(wiring, on_sent=lambda count: on_progress("notify", count))
    with wiring.database.reading() as tx:
        unreadable = list_unreadable(tx, [each.target for each in heard if each.saved.rejected])
    return Pass(
        heard=heard,
        sorted_out=sorted_out,
        read=read,
        raised=raised,
        delivered=delivered,
        unreadable=unreadable,
    )
