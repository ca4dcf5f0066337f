from __future__ import annotations

import pytest

from alerts.lifecycle import Change, Step, apply, joinable, possible
from core.alert import Happening, Outcome, Status
from core.errors import NotAllowed

S = Status
OPEN = [s for s in Status if s.open]

# Written out once more, status by status, against the table in the code.
WHAT_PEOPLE_CAN_DO = {
    S.NEW: "ack resolve dismiss note",
    S.ACKNOWLEDGED: "resolve dismiss note",
    S.IN_PROGRESS: "ack resolve dismiss note",
    S.WAITING_CUSTOMER: "resolve dismiss note",
    S.WAITING_INTERNAL: "resolve dismiss note",
    S.RESOLVED: "reopen note",
    S.CLOSED: "reopen note",
    S.DISMISSED: "reopen note",
    S.MERGED: "note",
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("step", Step)
def test_every_step_from_everywhere(status: Status, step: Step) -> None:
    allowed = step in WHAT_PEOPLE_CAN_DO[status].split() or (
        (step is Step.JOIN and (status.open or status is S.RESOLVED))
        or (step is Step.JOIN_LATE and status is S.RESOLVED)
    )
    if allowed:
        assert isinstance(apply(status, step, note="because"), Change)
    else:
        with pytest.raises(NotAllowed):
            apply(status, step, note="because")


@pytest.mark.parametrize("status", Status)
def test_possible(status: Status) -> None:
    assert " ".join(possible(status)) == WHAT_PEOPLE_CAN_DO[status]
    assert joinable(status) == (status.open or status is S.RESOLVED)


def test_opened() -> None:
    assert apply(None, Step.OPEN) == Change(status=S.NEW, happening=Happening.OPENED, outcome=Outcome.UNKNOWN)
    with pytest.raises(NotAllowed, match="no alert yet"):
        apply(None, Step.RESOLVE)


def test_resolving_is_not_satisfaction() -> None:
    assert apply(S.NEW, Step.RESOLVE) == Change(status=S.RESOLVED, happening=Happening.RESOLVED, outcome=None)
    told = apply(S.NEW, Step.RESOLVE, outcome=Outcome.CONFIRMED_SATISFIED)
    assert told.outcome is Outcome.CONFIRMED_SATISFIED


@pytest.mark.parametrize(
    ("status", "step"), [(S.RESOLVED, Step.JOIN), (S.RESOLVED, Step.REOPEN), (S.CLOSED, Step.REOPEN)]
)
def test_reopening_forgets_the_outcome(status: Status, step: Step) -> None:
    assert apply(status, step) == Change(
        status=S.IN_PROGRESS, happening=Happening.REOPENED, outcome=Outcome.UNKNOWN
    )


def test_joining() -> None:
    assert apply(S.ACKNOWLEDGED, Step.JOIN) == Change(status=S.ACKNOWLEDGED, happening=Happening.JOINED)
    assert apply(S.WAITING_CUSTOMER, Step.JOIN).status is S.IN_PROGRESS
    late = apply(S.RESOLVED, Step.JOIN_LATE)
    assert late == Change(status=S.RESOLVED, happening=Happening.JOINED, outcome=None), "what is known stands"


@pytest.mark.parametrize(("step", "said"), [(Step.DISMISS, "needs a reason"), (Step.NOTE, "needs words")])
def test_words_are_needed(step: Step, said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        apply(S.NEW, step, note="  \n")


def test_outcome_only_when_resolving() -> None:
    with pytest.raises(NotAllowed, match="when an alert is resolved"):
        apply(S.NEW, Step.ACKNOWLEDGE, outcome=Outcome.GONE_QUIET)


def test_says_what_is_possible_instead() -> None:
    with pytest.raises(NotAllowed) as refused:
        apply(S.WAITING_CUSTOMER, Step.REOPEN)
    assert str(refused.value) == (
        "cannot reopen an alert that is waiting customer; possible from here: resolve, dismiss, note"
    )
