"""Prefect flow: the hourly run, from asking the sources to what marketing sees."""

from __future__ import annotations

from prefect import flow, get_run_logger, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.analyse import analyse
from flows.listen import listen
from flows.names import TAG, WARNINGS, run_name
from flows.notify import notify
from flows.publish import publish
from flows.raise_alerts import raise_alerts
from flows.relevance import sort_out


@flow(name="hourly", flow_run_name=run_name("hourly"))
def hourly(brand: str | None = None) -> State[None]:
    """Listen, sort out, analyse, raise, notify, publish. A step's trouble is said in this run's state.

    Args:
        brand: listen for this brand only; empty: for all.
    """
    # Every step works off whatever waits, so that a failure in one does not hold up the others.
    with tags(TAG, *([brand] if brand else [])):
        states = {
            "listen": listen(brand, return_state=True),
            "sort out": sort_out(return_state=True),
            "analyse": analyse(return_state=True),
            "raise": raise_alerts(return_state=True),
            "notify": notify(return_state=True),
            "publish": publish(brand, return_state=True),
        }
    get_run_logger().info("What marketing sees: /v2/artifacts/key/start-here")
    said = [
        f"{step}: {state.message}"
        for step, state in states.items()
        if not state.is_completed() or state.name == WARNINGS
    ]
    broken = [step for step, state in states.items() if not state.is_completed()]
    if broken:
        return Failed(name=states[broken[0]].name, message="; ".join(said))
    if said:
        return Completed(name=WARNINGS, message="; ".join(said))
    return Completed(message=f"{states['listen'].message} {states['analyse'].message}")
