"""What verdicts say about one rule: each thing that a person decided once, with the score that mattered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from core.alerting import Rule
from core.verdict import Case

Score = Literal["complaint", "negative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one decision tells one rule."""

    score: float
    """The probability that the rule's threshold bounds."""
    right: bool
    """Whether it is right to flag this."""
    flagged: bool
    """Whether this rule had flagged it."""


def lead(rule: Rule) -> Score | None:
    """The condition that verdicts move: that on complaints where there is one, as it is the narrower one."""
    if rule.complaint is not None:
        return "complaint"
    return "negative" if rule.negative is not None else None


def decisions_on(rule: Rule, cases: Sequence[Case]) -> Iterator[Decision]:
    """One for each thing that a person decided, where the rule's other conditions hold.

    An alert's mentions are one decision, with the highest of their scores: the alert would have been raised
    exactly when that one reached the threshold.
    """
    of_alert: dict[int, list[Case]] = {}
    for case in cases:
        if not _concerns(rule, case):
            continue
        if case.alert_id is None:
            yield _decision(rule, [case])
        else:
            of_alert.setdefault(case.alert_id, []).append(case)
    for together in of_alert.values():
        yield _decision(rule, together)


def _decision(rule: Rule, together: Sequence[Case]) -> Decision:
    on_complaints = rule.complaint is not None
    score = max(case.complaint if on_complaints else case.negative for case in together)
    return Decision(
        score=score,
        right=any(case.said.confirms(complaint=on_complaints) for case in together),
        flagged=any(rule.name in case.rules for case in together),
    )


def _concerns(rule: Rule, case: Case) -> bool:
    """Whether the rule flagged it, or would have with a lower threshold: its other conditions hold."""
    if lead(rule) is None:
        return rule.name in case.rules
    other_negative = rule.negative if rule.complaint is not None else None
    return (
        (other_negative is None or case.negative >= other_negative)
        and (rule.rating is None or (case.rating is not None and case.rating <= rule.rating))
        and (rule.reach is None or (case.followers is not None and case.followers >= rule.reach))
    )
