from __future__ import annotations

import pytest

from alerts.lifecycle import Step
from alerts.verdicts import implied, speaks
from core.verdict import Said


@pytest.mark.parametrize("step", [Step.ACKNOWLEDGE, Step.RESOLVE, Step.REOPEN])
def test_who_takes_it_on_says_that_it_was_rightly_flagged(step: Step) -> None:
    assert speaks(step)
    assert implied(step, "not-a-complaint") is Said.UNHAPPY, "only a dismissal's reason is a verdict"


@pytest.mark.parametrize(
    "reason",
    [
        "not-a-complaint",
        "Not a complaint",
        " NOT_A_COMPLAINT ",
        "not-a-complaint: they are thanking us",
        "not a complaint : irony",
    ],
)
def test_a_dismissal_for_being_wrong_is_a_verdict(reason: str) -> None:
    assert implied(Step.DISMISS, reason) is Said.FINE


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "spam",
        "duplicate",
        "this is not a complaint",
        "not-a-complaint-at-all",
        "praise in a complaint's words",
    ],
)
def test_any_other_reason_is_none_and_no_sentence_is_interpreted(reason: str) -> None:
    assert speaks(Step.DISMISS)
    assert implied(Step.DISMISS, reason) is None


@pytest.mark.parametrize("step", [Step.NOTE, Step.OPEN, Step.JOIN, Step.JOIN_LATE])
def test_the_other_steps_say_nothing(step: Step) -> None:
    assert not speaks(step)


@pytest.mark.parametrize(
    ("said", "negative", "complaint"),
    [
        (Said.FINE, False, False),
        (Said.NEGATIVE, True, False),
        (Said.COMPLAINT, True, True),
        (Said.UNHAPPY, True, True),
    ],
)
def test_which_rules_a_verdict_confirms(said: Said, negative: bool, complaint: bool) -> None:
    assert (said.confirms(complaint=False), said.confirms(complaint=True)) == (negative, complaint)
