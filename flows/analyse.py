"""Prefect flow: read every mention that the present model has not read yet."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import run_name, task_name
from flows.pace import Pace
from flows.steps.analyse import analyse as analyse_all
from flows.wiring import Wiring, open_wiring
from reports.wording import plural


@task(task_run_name=task_name("read new mentions"), cache_policy=NO_CACHE)
def read_new(wiring: Wiring) -> int:
    """All of them, in batches; the log says how far it is."""
    return analyse_all(wiring, Pace(wiring.clock, get_run_logger().info, "{count} mentions read so far."))


@flow(name="analyse", flow_run_name=run_name("analyse"))
def analyse() -> State[None]:
    """Read new mentions: sentiment and complaints."""
    with open_wiring(Settings()) as wiring:
        count = read_new(wiring)
    return Completed(message=f"Read {plural(count, 'mention')}.")
