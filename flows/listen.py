"""Prefect flow: ask every target of every brand what is new. One task a source; one's trouble is its own."""

from __future__ import annotations

from collections.abc import Sequence
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
from flows.events import announce
from flows.names import NOTHING, WARNINGS, run_name, task_name
from flows.pace import Pace
from flows.steps import happenings
from flows.steps.listen import listen_all
from flows.steps.operator import tell_operator
from flows.steps.poll import Heard
from flows.wiring import Wiring, open_wiring
from reports.wording import plural

RETRIES = 2
SOURCES_AT_ONCE = 16
"""Sources asked side by side; of each, as many targets as it allows, and flows.wiring.AT_ONCE over all."""


class Attempts:
    """One source's targets and what came of each, over all attempts of its task.

    Prefect looks into arguments that it knows the shape of, and copies them; this it passes on as it is.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = {target.name: target for target in targets}
        self.heard: dict[str, Heard] = {}

    @property
    def left(self) -> list[Target]:
        """Targets that were not asked yet, or could not be reached."""
        return [target for name, target in self.targets.items() if _unreachable(self.heard.get(name))]


def _unreachable(heard: Heard | None) -> bool:
    return heard is None or isinstance(heard.error, SourceUnavailable)


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
    task_run_name=task_name("listen to {source}"),
    retries=RETRIES,
    retry_condition_fn=_passes,
    retry_delay_seconds=exponential_backoff(backoff_factor=10),
    retry_jitter_factor=0.5,
    cache_policy=NO_CACHE,  # what a source answers is never the same twice
)
def listen_source(wiring: Wiring, attempts: Attempts, source: str) -> State[None]:
    """All targets of one source; those that could not be reached are tried again, and only those."""
    so_far = Pace(wiring.clock, get_run_logger().info, f"{source}: {{count}} mentions so far.")
    for heard in listen_all(wiring, attempts.left, so_far):
        attempts.heard[heard.target] = heard
        _log(heard)
    unreachable = [each for each in attempts.heard.values() if isinstance(each.error, SourceUnavailable)]
    if unreachable and task_run.run_count <= RETRIES:
        names = ", ".join(each.target for each in unreachable)
        get_run_logger().warning("%s could not be reached and will be tried again: %s", source, names)
        raise SourceUnavailable("; ".join(f"{each.target}: {each.note}" for each in unreachable))
    # A state, not an exception: expected trouble needs a sentence in the log, not a traceback.
    return state_of(len(attempts.heard), *_missing(attempts.heard.values()))


def _log(heard: Heard) -> None:
    logger = get_run_logger()
    saved = heard.saved
    counts = (saved.new + saved.updated, saved.duplicate, saved.rejected)
    if heard.error is not None:
        logger.error("%s: %s", heard.target, heard.note)
    elif not heard.complete:
        logger.warning("%s is incomplete (%s): %s", heard.target, heard.state, heard.note)
    if any(counts):
        said = "%s: %s new mentions, %s known already, %s unreadable records kept."
        logger.info(said, heard.target, *counts)


def _missing(heard: Any) -> tuple[dict[str, str | None], dict[str, str]]:
    """What could not be collected at all, and what only partly, each with why."""
    every: list[Heard] = list(heard)
    return (
        {each.target: each.note for each in every if each.error is not None},
        {each.target: each.note for each in every if each.error is None and not each.complete},
    )


@flow(
    name="listen",
    flow_run_name=run_name("listen"),
    task_runner=ThreadPoolTaskRunner(max_workers=SOURCES_AT_ONCE),  # type: ignore[arg-type] # its own base class
)
def listen(brand: str | None = None) -> State[None]:
    """Ask every target what is new.

    Args:
        brand: only this brand's targets; empty: all.
    """
    with open_wiring(Settings()) as wiring:
        targets = wiring.targets(brand)
        names = dict.fromkeys(target.source for target in targets)
        every = {name: Attempts([t for t in targets if t.source == name]) for name in names}
        futures = {
            name: listen_source.with_options(tags={name}).submit(wiring, attempts, name)
            for name, attempts in every.items()
        }
        wait(list(futures.values()))
        missing, partly = _missing(heard for attempts in every.values() for heard in attempts.heard.values())
        for source, attempts in every.items():
            said = futures[source].state.message
            missing.update({name: said for name in attempts.targets if name not in attempts.heard})
        tell_operator(wiring)
        announce(wiring, happenings.sources, happenings.budget, happenings.volume)
    return state_of(len(targets), missing, partly)


def state_of(asked: int, missing: dict[str, str | None], partly: dict[str, str]) -> State[None]:
    """The run's state, which says what could not be collected and why."""
    why = "; ".join(f"{name}: {note}" for name, note in {**missing, **partly}.items())
    if asked and len(missing) == asked:
        return Failed(name=NOTHING, message=why)
    if why:
        count = len(missing) + len(partly)
        said = f"{count} of {plural(asked, 'target')} {'is' if count == 1 else 'are'} incomplete"
        return Completed(name=WARNINGS, message=f"{said}: {why}")
    return Completed(message=f"Asked {plural(asked, 'target')} completely.")
