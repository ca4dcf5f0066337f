"""Prefect flow: turn new readings into alerts."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.events import announce
from flows.names import run_name, task_name
from flows.pace import Pace
from flows.steps import happenings
from flows.steps.raise_alerts import raise_alerts as raise_all
from flows.steps.raised import Raised
from flows.wiring import Wiring, open_wiring
from reports.wording import plural


@task(task_run_name=task_name("apply the rules to new readings"), cache_policy=NO_CACHE)
def judge_new(wiring: Wiring) -> Raised:
    """All of them; alerts, log and outbox in one transaction a batch."""
    return raise_all(wiring, Pace(wiring.clock, get_run_logger().info, "{count} readings judged so far."))


@flow(name="raise", flow_run_name=run_name("raise alerts"))
def raise_alerts() -> State[None]:
    """Find unhappy customers among the new readings."""
    with open_wiring(Settings()) as wiring:
        raised = judge_new(wiring)
        announce(wiring, happenings.alerts)
    return Completed(
        message=f"{plural(raised.judged, 'reading')} judged: {plural(raised.opened, 'alert')} opened, "
        f"{plural(raised.joined, 'post')} added to known ones (copies by others: {raised.copies:,}), "
        f"{raised.reopened:,} reopened. {raised.about_old_posts}".rstrip()
    )
