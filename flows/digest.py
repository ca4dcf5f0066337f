"""Prefect flows: tell those who asked for it how the brands are doing, every morning and every week."""

from __future__ import annotations

from collections.abc import Callable

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import WARNINGS, run_name, task_name
from flows.notify import deliver
from flows.steps import digest as steps
from flows.steps.digest import Sent
from flows.steps.notify import Delivered
from flows.wiring import Wiring, open_wiring
from reports.wording import plural


@task(task_run_name=task_name("{kind} digests"), cache_policy=NO_CACHE)
def compose(wiring: Wiring, kind: str) -> Sent:
    """Put each brand's digest into the outbox, once for each channel."""
    return steps.weekly_digest(wiring) if kind == steps.WEEKLY else steps.daily_digest(wiring)


@flow(name="daily-digest", flow_run_name=run_name("daily digest"))
def daily_digest() -> State[None]:
    """Send a few lines about yesterday to the channels under `digest: daily` in alerts.yaml."""
    return _digest(steps.DAILY)


@flow(name="weekly-digest", flow_run_name=run_name("weekly digest"))
def weekly_digest() -> State[None]:
    """Write the page of the week before, and send it to the channels under `digest: weekly`."""
    return _digest(steps.WEEKLY)


def _digest(kind: str) -> State[None]:
    with open_wiring(Settings()) as wiring:
        if not getattr(wiring.catalogue.alerting.digest, kind):
            return Completed(
                message=f"Nobody asked for it: alerts.yaml names no channel under digest: {kind}."
            )
        sent = compose(wiring, kind)
        told = deliver(wiring)
    return _state(sent, told, get_run_logger().info)


def _state(sent: Sent, told: Delivered, log: Callable[[str], None]) -> State[None]:
    for address in sent.pages:
        log(f"Written: {address}")
    done = f"{plural(sent.told, 'digest')} to send, {sent.known} sent before; {told.words}."
    message = " ".join([done, *(f"{each}." for each in sent.troubles)])
    return Completed(name=None if told.all_told and not sent.troubles else WARNINGS, message=message)
