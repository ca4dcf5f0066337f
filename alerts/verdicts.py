"""What a step on an alert says about the reading that raised it.

| step | verdict on the alert's mentions |
|---|---|
| acknowledge, resolve, reopen | rightly flagged: somebody looked, and took it on |
| dismiss `not-a-complaint` | wrongly flagged |
| dismiss for any other reason | none: spam and duplicates are no fault of the reading |
| note | leaves what was said |

Acknowledging counts, and gives way to whatever is said later, because a dismissal takes a minute and a
resolution takes days: were only these two counted, each week's verdicts would begin with the false alarms
and push the thresholds up. A free sentence is never interpreted: that would be learning in silence.
"""

from __future__ import annotations

from alerts.lifecycle import Step
from core.verdict import Said

NOT_A_COMPLAINT = "not-a-complaint"
"""The one reason for a dismissal that says that the reading was wrong."""

# Replying belongs here once it is a step: nobody answers a customer who is not unhappy.
_CONFIRM = (Step.ACKNOWLEDGE, Step.RESOLVE, Step.REOPEN)


def speaks(step: Step) -> bool:
    """Whether the step says anything about the reading; if so, what was implied before is over."""
    return step in _CONFIRM or step is Step.DISMISS


def implied(step: Step, reason: str = "") -> Said | None:
    """What a step that speaks says about every mention of the alert; None: nothing.

    Args:
        step: one that `speaks`.
        reason: of a dismissal: the word, and after a colon whatever a person likes to add. Upper case,
            spaces and underscores do not matter.
    """
    if step in _CONFIRM:
        return Said.UNHAPPY
    word = "-".join(reason.split(":")[0].replace("_", " ").replace("-", " ").casefold().split())
    return Said.FINE if step is Step.DISMISS and word == NOT_A_COMPLAINT else None
