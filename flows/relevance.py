"""Prefect flow: judge which mentions are about the brand that they were found for."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import run_name, task_name
from flows.pace import Pace
from flows.steps.relevance import SortedOut
from flows.steps.relevance import sort_out as sort_out_all
from flows.wiring import Wiring, open_wiring
from reports.wording import plural


@task(task_run_name=task_name("judge what was found by words"), cache_policy=NO_CACHE)
def judge_found(wiring: Wiring) -> SortedOut:
    """All that the present queries have not judged."""
    return sort_out_all(wiring, Pace(wiring.clock, get_run_logger().info, "{count} mentions judged so far."))


@flow(name="sort out", flow_run_name=run_name("sort out"))
def sort_out() -> State[None]:
    """Tell what is about a brand from namesakes and spam, before anything is read."""
    with open_wiring(Settings()) as wiring:
        done = judge_found(wiring)
    return Completed(
        message=f"{plural(done.judged, 'mention')} found by words; not about the brand: {done.irrelevant:,}"
    )
