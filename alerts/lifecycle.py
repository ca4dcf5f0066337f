"""An alert's life as one table: which step is allowed from which status, and what it leads to.

Status says what is still to do; outcome says how it ended for the customer. They move apart: a resolved
alert's outcome stays unknown until a person knows it. The steps that need a customer's conversation
(assign, reply, promise, close, merge) get their rows here when they are built.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.alert import OPEN, Happening, Outcome, Status
from core.errors import NotAllowed


class Step(StrEnum):
    """What can be done to an alert; people's steps by the names of their commands."""

    OPEN = "open"
    """By Earful: a first mention was flagged."""
    JOIN = "join"
    """By Earful: another mention of the same subject was flagged."""
    JOIN_LATE = "join late"
    """By Earful: one that was written before the alert was resolved, and collected only now."""
    ACKNOWLEDGE = "ack"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a step does to an alert."""

    status: Status
    happening: Happening
    outcome: Outcome | None = None
    """The alert's new outcome; None: it stays what it was."""


_STAY = {status: status for status in Status}

_ALLOWED: dict[Step, dict[Status, Status]] = {
    Step.JOIN: {
        **{status: status for status in OPEN},
        Status.WAITING_CUSTOMER: Status.IN_PROGRESS,  # the customer is back: it is our turn
        Status.RESOLVED: Status.IN_PROGRESS,  # a new complaint: it was not resolved after all
    },
    Step.JOIN_LATE: {Status.RESOLVED: Status.RESOLVED},
    Step.ACKNOWLEDGE: dict.fromkeys((Status.NEW, Status.IN_PROGRESS), Status.ACKNOWLEDGED),
    Step.RESOLVE: dict.fromkeys(OPEN, Status.RESOLVED),
    Step.DISMISS: dict.fromkeys(OPEN, Status.DISMISSED),
    Step.REOPEN: dict.fromkeys((Status.RESOLVED, Status.CLOSED, Status.DISMISSED), Status.IN_PROGRESS),
    Step.NOTE: _STAY,
}

_HAPPENING = {
    Step.OPEN: Happening.OPENED,
    Step.JOIN: Happening.JOINED,
    Step.JOIN_LATE: Happening.JOINED,
    Step.ACKNOWLEDGE: Happening.ACKNOWLEDGED,
    Step.RESOLVE: Happening.RESOLVED,
    Step.DISMISS: Happening.DISMISSED,
    Step.REOPEN: Happening.REOPENED,
    Step.NOTE: Happening.NOTED,
}

_BY_PEOPLE = (Step.ACKNOWLEDGE, Step.RESOLVE, Step.DISMISS, Step.REOPEN, Step.NOTE)

_NEEDS_WORDS = {
    Step.DISMISS: "dismissing an alert needs a reason: say why nobody has to follow it up",
    Step.NOTE: "a note needs words",
}


def apply(status: Status | None, step: Step, *, note: str = "", outcome: Outcome | None = None) -> Change:
    """Take a step.

    Args:
        status: where the alert stands; None: there is no alert yet.
        step: what is to be done.
        note: in a person's words; a dismissal's reason and a note's text must not be empty.
        outcome: how it ended for the customer, as a person knows it; only when resolving.

    Raises:
        NotAllowed: with a sentence that says what is possible instead.
    """
    if status is None or step is Step.OPEN:
        return _open(status, step)
    after = _ALLOWED[step].get(status)
    if after is None:
        raise NotAllowed(_instead(status, step))
    if step in _NEEDS_WORDS and not note.strip():
        raise NotAllowed(_NEEDS_WORDS[step])
    if outcome is not None and step is not Step.RESOLVE:
        raise NotAllowed(f"an outcome is told when an alert is resolved; '{step}' takes none")
    if not status.open and after.open:
        # Whatever was known about the customer is no longer true; the log keeps it.
        return Change(status=after, happening=Happening.REOPENED, outcome=Outcome.UNKNOWN)
    return Change(status=after, happening=_HAPPENING[step], outcome=outcome)


def possible(status: Status) -> tuple[Step, ...]:
    """The steps that a person can take from here."""
    return tuple(step for step in _BY_PEOPLE if status in _ALLOWED[step])


def joinable(status: Status) -> bool:
    """Whether a new mention of the same subject belongs to this alert; if not, it opens another."""
    return status in _ALLOWED[Step.JOIN]


def _open(status: Status | None, step: Step) -> Change:
    if status is not None:
        raise NotAllowed(_instead(status, step))
    if step is not Step.OPEN:
        raise NotAllowed(f"there is no alert yet: it can only be opened, not '{step}'")
    return Change(status=Status.NEW, happening=Happening.OPENED, outcome=Outcome.UNKNOWN)


def _instead(status: Status, step: Step) -> str:
    where = status.value.replace("_", " ")
    return f"cannot {step} an alert that is {where}; possible from here: {', '.join(possible(status))}"
