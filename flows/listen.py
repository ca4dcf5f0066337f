"""Prefect flow: ask every target of every brand what is new. One task a target; one's trouble is its own."""

from __future__ import annotations

from typing import Any

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import wait
from prefect.runtime import task_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff

from core.errors import SourceUnavailable
from core.settings import Settings
from core.target import Target
from flows.names import WARNINGS, run_name
from flows.steps.listen import listen as listen_to
from flows.wiring import Wiring, open_wiring

RETRIES = 2
AT_ONCE = 4
"""Targets asked side by side; each platform's own limits are far above what four clients reach."""

NOTHING = "All sources failed"


def _passes(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again soon makes sense: only where passing trouble was raised."""
    try:
        state.result()
    except SourceUnavailable:
        return True
    except Exception:
        return False
    return False


@task(
    task_run_name="listen to {name}",
    retries=RETRIES,
    retry_condition_fn=_passes,
    retry_delay_seconds=exponential_backoff(backoff_factor=10),
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,  # what a source answers is never the same twice
)
def listen_target(wiring: Wiring, target: Target, name: str) -> Any:
    """One target, as Heard; passing trouble is tried again, any other ends this task alone as failed."""
    logger = get_run_logger()
    heard = listen_to(wiring, target)
    logger.info(
        "%s: %s new mentions, %s known already, %s unreadable records kept.",
        name,
        heard.new + heard.updated,
        heard.duplicate,
        heard.rejected,
    )
    if isinstance(heard.error, SourceUnavailable) and task_run.run_count <= RETRIES:
        logger.warning("%s could not be reached: %s. It will be tried again.", name, heard.note)
        raise heard.error
    if heard.error is not None:
        # A state, not an exception: expected trouble needs a sentence in the log, not a traceback.
        logger.error("%s: %s", name, heard.note)
        return Failed(message=heard.note)
    if not heard.complete:
        logger.warning("%s is incomplete: %s", name, heard.note)
    return heard


@flow(
    name="listen",
    flow_run_name=run_name("listen"),
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type] # its own base class
)
def listen(brand: str | None = None) -> State[None]:
    """Ask every target what is new.

    Args:
        brand: only this brand's targets; empty: all.
    """
    with open_wiring(Settings()) as wiring:
        futures = {
            target.name: listen_target.submit(wiring, target, target.name) for target in wiring.targets(brand)
        }
        wait(list(futures.values()))
        missing = {name: f.state.message for name, f in futures.items() if not f.state.is_completed()}
        partly = {
            name: heard.note
            for name, f in futures.items()
            if name not in missing and not (heard := f.result()).complete
        }
    return verdict(len(futures), missing, partly)


def verdict(asked: int, missing: dict[str, str | None], partly: dict[str, str]) -> State[None]:
    """The run's state, which says what could not be collected and why."""
    why = "; ".join(f"{name}: {note}" for name, note in {**missing, **partly}.items())
    if asked and len(missing) == asked:
        return Failed(name=NOTHING, message=why)
    if why:
        return Completed(
            name=WARNINGS, message=f"{len(missing) + len(partly)} of {asked} sources are incomplete: {why}"
        )
    return Completed(message=f"{asked} sources were asked, all completely.")
