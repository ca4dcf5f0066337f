"""Prefect events: what Earful tells automations. What there is to tell is found in steps/happenings.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from prefect import get_run_logger
from prefect.events import emit_event

if TYPE_CHECKING:
    from flows.steps.happenings import Happened, News
    from flows.wiring import Wiring


def announce(wiring: Wiring, *find: Callable[[Wiring], News]) -> int:
    """Emit what is new. Gives how many events; trouble with them is said in the log and fails nothing.

    Args:
        wiring: everything.
        find: of steps/happenings.py; called after the transactions that made things so.
    """
    emitted = 0
    for each in find:
        try:
            news = each(wiring)
            if all(_emit(happened) for happened in news.happened):
                news.announced(wiring)
                emitted += len(news.happened)
        except Exception as trouble:
            get_run_logger().warning(
                "Events could not be emitted and will be tried again by the next run: %s", trouble
            )
    return emitted


def _emit(happened: Happened) -> bool:
    """Hand one event to Prefect; false: nobody takes events here."""
    resource: Mapping[str, str] = {"prefect.resource.id": happened.resource, **happened.labels}
    event = emit_event(
        happened.event, resource=dict(resource), payload=dict(happened.payload), id=happened.id
    )
    return event is not None
