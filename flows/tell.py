"""Prefect flow: tell whoever runs Earful what an automation noticed; recorded and retried like an alert."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.utilities.urls import url_for

from core.settings import Settings
from flows.names import WARNINGS, run_name
from flows.notify import deliver
from flows.steps.notify import Delivered
from flows.steps.operator import tell_trouble
from flows.wiring import open_wiring
from reports.wording import plural


@flow(
    name="tell-operator",
    flow_run_name=run_name("tell the operator", of_brand=False),
    retries=2,
    retry_delay_seconds=30,
)
def tell_operator(
    about: str, headline: str, details: str = "", run: str = "", next_step: str = ""
) -> State[None]:
    """Tell the channels under `operator:` in alerts.yaml. Automations run this; see docs/automations.md.

    Args:
        about: what makes it this message and no other: the same again is not told again.
        headline: what is the matter, in a few words.
        details: the reason.
        run: the id of the flow run where to look.
        next_step: what to do about it.
    """
    link = (url_for("flow-run", obj_id=run) or "") if run else ""
    with open_wiring(Settings()) as wiring:
        told = tell_trouble(wiring, about, headline, details=details, link=link, next_step=next_step)
        get_run_logger().info("%s: %s", headline, "told now" if told else "was told before")
        done = deliver(wiring)
    return state_of(told, done)


def state_of(told: int, done: Delivered) -> State[None]:
    """The run's state, which says what became of the messages, and of others that waited."""
    message = f"{plural(told, 'message')} for the operator; {done.words}."
    return Completed(name=None if done.all_told else WARNINGS, message=message)
