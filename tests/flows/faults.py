"""What can go wrong between a platform and us, and what must come of it: the rows of the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.listeners.scenarios.base import Scenario
from tests.replay import Answer

HTML = {"content-type": "text/html"}
REFUSED = frozenset({"auth_failed", "gone"})
"""Some platforms answer 403 for what is private; they know it from a key that is not approved."""
LATER = frozenset({"unavailable"})
STRANGE = frozenset({"schema_changed", "unavailable"})
WAIT = frozenset({"rate_limited", "quota_exhausted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row."""

    answer: Callable[[Scenario], Answer]
    states: frozenset[str]
    """The words of the coverage ledger that are right; which of them depends on the platform."""


def _always(answer: Answer) -> Callable[[Scenario], Answer]:
    return lambda _scenario: answer


def _status(status: int, *states: str, **more: str) -> Fault:
    answer = Answer(status=status, body={"error": "no", "message": "no"}, headers=more)
    return Fault(answer=_always(answer), states=frozenset(states))


FAULTS: Mapping[str, Fault] = {
    "401": _status(401, "auth_failed"),
    "402": _status(402, "quota_exhausted"),
    "403": _status(403, *REFUSED),
    "404": _status(404, "gone"),
    "410": _status(410, "gone"),
    "429 with a reset": Fault(
        answer=lambda scenario: scenario.too_many(), states=frozenset({"rate_limited"})
    ),
    "429 without": _status(429, *WAIT),
    "500": _status(500, *LATER),
    "503": _status(503, *LATER),
    "HTML instead of data": Fault(
        answer=_always(Answer(body="<html><body>sign in</body></html>", headers=HTML)), states=STRANGE
    ),
    "another shape": Fault(answer=_always(Answer(body=[1, 2])), states=STRANGE),
    "cut body": Fault(answer=_always(Answer(body={"data": ["x" * 4000]}, fault="cut")), states=LATER),
    "reset": Fault(answer=_always(Answer(fault="reset")), states=LATER),
    "slow": Fault(answer=_always(Answer(body={}, fault="slow")), states=LATER),
    "redirect loop": Fault(
        answer=lambda scenario: Answer(status=302, headers={"location": f"{scenario.server.url}/round"}),
        states=frozenset({"schema_changed", "unavailable", "gone"}),
    ),
    "same token twice": Fault(
        answer=lambda scenario: scenario.looping(), states=frozenset({"schema_changed"})
    ),
}
"""Every answer is so, from now on; the ledger's states say how it was understood."""
