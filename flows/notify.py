"""Prefect flow: deliver what waits in the outbox."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import WARNINGS, run_name, task_name
from flows.pace import Pace
from flows.steps.notify import Delivered
from flows.steps.notify import notify as notify_due
from flows.wiring import Wiring, open_wiring


@task(task_run_name=task_name("deliver what is due"), cache_policy=NO_CACHE)
def deliver(wiring: Wiring) -> Delivered:
    """Each to its channel; failures are tried again by a later run, never by waiting here."""
    return notify_due(
        wiring, on_sent=Pace(wiring.clock, get_run_logger().info, "{count} messages sent so far.")
    )


@flow(name="notify", flow_run_name=run_name("notify"))
def notify() -> State[None]:
    """Tell support about new alerts, and try again what failed before."""
    with open_wiring(Settings()) as wiring:
        told = deliver(wiring)
    message = f"{told.words}."
    get_run_logger().info(message)
    return Completed(name=None if told.all_told else WARNINGS, message=message)
