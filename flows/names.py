"""What runs and their states are called in the Prefect UI: words that a marketing person understands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from prefect.runtime import flow_run

from core.catalogue import read_timezone
from core.errors import ConfigError
from core.settings import Settings

WARNINGS = "Completed with warnings"
"""The state of a run that did what it could and has to say what it could not; Prefect shows it in green."""
NOTHING = "All sources failed"
"""The state of a run that could not collect anything."""

TAG = "earful"
"""On every deployment of ours (prefect.yaml), its runs and our automations: others may share the server."""

OURS = frozenset({WARNINGS, NOTHING})
"""Every name that we give a state. Prefect's events are called like states: whatever waits for a run's end
has to know them (flows/automations.py), and a test holds every flow to this list."""
UNHAPPY = frozenset({"Failed", "Crashed", "TimedOut", NOTHING})
"""A run ended like this did not do its work."""
ENDED = OURS | UNHAPPY | {"Completed", "Cached", "RolledBack", "Cancelled"}
"""How a run can have ended."""
DONE = ENDED - UNHAPPY - {"Cancelled"}
"""A run ended like this did what it could. One that is due while another runs is cancelled (CANCEL_NEW in
prefect.yaml): behind a run that is stuck, that happens every hour."""


def run_name(verb: str, *, of_brand: bool = True) -> Callable[[], str]:
    """A namer for flow runs: the verb, the brand if one was asked for, and when it was due, in team time.

    Args:
        verb: what the run does.
        of_brand: whether it is about brands at all.
    """

    def name() -> str:
        return " · ".join([verb, *_whose_and_when()[not of_brand :]])

    return name


def task_name(words: str) -> Callable[..., str]:
    """A namer for task runs: what is done, with the task's parameters filled in, for whom, and when due.

    Args:
        words: such as `listen to {source}`.
    """

    def name(*, parameters: dict[str, Any]) -> str:
        return " · ".join([words.format(**parameters), *_whose_and_when()])

    return name


def in_team_time(when: datetime) -> str:
    """To the minute, where the team is."""
    return f"{when.astimezone(_zone()):%Y-%m-%d %H:%M %Z}"


def _whose_and_when() -> list[str]:
    parameters: dict[str, Any] = flow_run.parameters or {}
    due = flow_run.scheduled_start_time
    return [str(parameters.get("brand") or "all brands"), *([in_team_time(due)] if due else [])]


@cache
def _zone() -> ZoneInfo:
    """Read once a process. A run's name is no place to complain: whatever opens the configuration does."""
    try:
        return ZoneInfo(read_timezone(Settings().config))
    except ConfigError:
        return ZoneInfo("UTC")
