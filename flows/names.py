"""What runs and their states are called in the Prefect UI: words that a marketing person understands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect.runtime import flow_run

WARNINGS = "Completed with warnings"
"""The state of a run that did what it could and has to say what it could not; Prefect shows it in green."""


def run_name(verb: str) -> Callable[[], str]:
    """A namer for flow runs: the verb, the brand if one was asked for, and the hour it was due (UTC)."""

    def name() -> str:
        parameters: dict[str, Any] = flow_run.parameters or {}
        due = flow_run.scheduled_start_time
        parts = [verb, parameters.get("brand") or "all brands"]
        if due is not None:
            parts.append(f"{due:%Y-%m-%d %H:%M} UTC")
        return " · ".join(parts)

    return name
