"""Prefect flow: look again at what was stored, so that edits are read and what is deleted is forgotten."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from core.settings import Settings
from flows.names import WARNINGS, run_name
from flows.steps.revisit import Revisited
from flows.steps.revisit import revisit as look_again
from flows.wiring import open_wiring


@flow(name="revisit", flow_run_name=run_name("revisit"))
def revisit() -> State[None]:
    """Ask the sources for what is due, and forget what may not be kept any longer."""
    with open_wiring(Settings()) as wiring:
        return state_of(look_again(wiring))


def state_of(done: Revisited) -> State[None]:
    """The run's state, in words."""
    said = f"{done.words}. {done.note}".rstrip()
    if done.troubles:
        return Completed(name=WARNINGS, message=f"{said} {'; '.join(done.troubles)}")
    return Completed(message=said)
