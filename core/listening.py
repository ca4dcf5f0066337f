"""Whether a target is heard as usual, so that "nobody wrote" and "we are deaf" look different."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

SPANS = (timedelta(hours=6), timedelta(hours=24))
"""The last hours that are compared with the same hours of earlier weeks: a busy target shows a fault in the
short one, a calm one in the long one."""
WEEKS = 4
"""How many earlier weeks are compared with."""
LATE_AFTER = timedelta(hours=3)
"""Targets are asked hourly; one that was not heard for so long missed more than a run."""
UNUSUAL = 0.001
"""A silence that comes by chance once in so many spans is unusual."""
ALMOST_NOTHING = 0.1
"""A calm day is no silence: that is below this share of what is usual."""

SPIKE = 2.0
"""A day with fewer than so many times its usual mentions is a busy day, no spike."""
LARGE = 500.0
"""Above this, exp(-expected) comes near what a float can hold."""
ENOUGH_TO_SPIKE = 30
"""With fewer mentions than this nobody need look, however few are usual."""
WEEKS_TO_SPIKE = 2
"""How many earlier weeks it takes to say what is usual."""

_NEEDS_A_PERSON = frozenset(
    {"auth_failed", "gone", "schema_changed", "misconfigured", "quota_exhausted", "failed"}
)


class Health(StrEnum):
    """How a target is heard."""

    OK = "ok"
    QUIET = "quiet"
    """Heard, and nobody wrote; that is not unusual."""
    SILENT = "silent"
    """Heard, and unusually little came: look whether the query still fits."""
    LATE = "late"
    """Not heard for too long, without an error that says why."""
    BROKEN = "broken"
    """Its last poll failed, and it takes a person to mend that."""
    WAITING = "waiting"
    """The platform wants to be asked later."""


HEARD = frozenset({Health.OK, Health.QUIET})
"""What a target is when nobody has to look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many new mentions came in one of SPANS."""

    heard: int
    """In the span that ends now."""
    before: tuple[int, ...] = ()
    """In the same hours of earlier weeks, as far as the target was listened to then."""

    @property
    def usual(self) -> float | None:
        """The median of the earlier weeks; None: there are none."""
        return float(median(self.before)) if self.before else None

    @property
    def unusually_little(self) -> bool:
        """Whether next to nothing came where plenty does, and chance does not explain it."""
        usual = self.usual
        if usual is None or self.heard > usual * ALMOST_NOTHING:
            return False
        return at_most(self.heard, usual) < UNUSUAL

    @property
    def unusually_much(self) -> bool:
        """Whether far more came than usual, and chance does not explain it even on the busiest earlier week.

        Posts answer each other, so that volumes scatter more than by chance alone: hence the busiest week.
        """
        usual = self.usual
        if usual is None or len(self.before) < WEEKS_TO_SPIKE or self.heard < ENOUGH_TO_SPIKE:
            return False
        return self.heard >= usual * SPIKE and at_least(self.heard, float(max(self.before))) < UNUSUAL


def together(volumes: Sequence[Volume]) -> Volume:
    """Several targets' volumes as one: of a brand, say. Those without earlier weeks are left out.

    Targets that were listened to for different times are compared over the weeks that all of them know.
    """
    known = [volume for volume in volumes if volume.before]
    weeks = min((len(volume.before) for volume in known), default=0)
    return Volume(
        heard=sum(volume.heard for volume in known),
        before=tuple(sum(volume.before[week] for volume in known) for week in range(weeks)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of a target."""

    state: str
    """Of its last poll, a word of the coverage ledger."""
    succeeded_at: datetime | None
    not_before: datetime | None
    volumes: Mapping[timedelta, Volume]
    """By span."""


def judge(signs: Signs, now: datetime) -> Health:
    """How a target is heard."""
    if signs.not_before is not None and signs.not_before > now:
        return Health.WAITING
    if signs.state in _NEEDS_A_PERSON:
        return Health.BROKEN
    if signs.succeeded_at is None or now - signs.succeeded_at > LATE_AFTER:
        return Health.BROKEN if signs.state == "unavailable" else Health.LATE
    if any(volume.unusually_little for volume in signs.volumes.values()):
        return Health.SILENT
    longest = signs.volumes.get(SPANS[-1])
    return Health.OK if longest is None or longest.heard else Health.QUIET


def at_most(count: int, expected: float) -> float:
    """The chance of so few or fewer, where so many are expected (Poisson)."""
    term = total = math.exp(-expected)
    for n in range(1, count + 1):
        term *= expected / n
        total += term
    return min(total, 1.0)


def at_least(count: int, expected: float) -> float:
    """The chance of so many or more, where so many are expected (Poisson).

    Counts far above a large expectation are taken as a normal distribution would have them.
    """
    if expected > LARGE:
        return 0.5 * math.erfc((count - 0.5 - expected) / math.sqrt(2 * expected))
    return max(0.0, 1.0 - at_most(count - 1, expected)) if count > 0 else 1.0


def comparable(span: timedelta, week: int, now: datetime, first_asked_at: datetime) -> bool:
    """Whether so many weeks ago a span says what is usual.

    A target's first day is left out: it brings the past, and says nothing about what is usual.
    """
    return now - timedelta(weeks=week) - span >= first_asked_at + timedelta(days=1)
