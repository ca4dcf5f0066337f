"""Following up: alerts, their life, and the messages about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

HEADLINE_LIMIT = 120
"""Characters of a post that stand for the alert in lists."""

EXCERPT_LIMIT = 600
"""Characters of a post that a message quotes."""


class Status(StrEnum):
    """Where an alert stands. Whether the customer is content is another fact: see Outcome."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_INTERNAL = "waiting_internal"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in (Status.RESOLVED, Status.CLOSED, Status.DISMISSED, Status.MERGED)


OPEN = tuple(status for status in Status if status.open)
"""Where somebody still has to do something."""


class Outcome(StrEnum):
    """How it ended for the customer. Silence is not satisfaction."""

    UNKNOWN = "unknown"
    CONFIRMED_SATISFIED = "confirmed_satisfied"
    CONFIRMED_UNSATISFIED = "confirmed_unsatisfied"
    GONE_QUIET = "gone_quiet"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


class Priority(StrEnum):
    """How soon somebody should look."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """From 0, the least urgent."""
        return tuple(Priority).index(self)


class Happening(StrEnum):
    """What an event in an alert's log says. The log only grows."""

    OPENED = "opened"
    JOINED = "joined"
    """Another mention of the same author or thread was added, or a copy of one by somebody else."""
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule flagged a mention: for the support agent who reads the alert."""

    rule: str
    """The rule's name in alerts.yaml."""
    explanation: str
    """One plain sentence with the figure and the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A mention that asks for follow-up, as decided by the rules."""

    reasons: tuple[Reason, ...]
    """At least one; the first is the most important."""
    priority: Priority

    @property
    def rule(self) -> str:
        """The rule that the alert is filed under."""
        return self.reasons[0].rule


BY_EARFUL = "earful"
"""Who did it, in an alert's log, when no person did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of an alert's log."""

    what: Happening
    at: datetime
    by: str
    """Who did it: a person's name as given, or BY_EARFUL."""
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class DeliveryState(StrEnum):
    """What became of a notification."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Will be tried again."""
    DEAD = "dead"
    """Given up: an operator has to look."""
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is said about an alert, to the operator, or as a digest, before a channel makes it safe.

    Texts written by strangers are in `excerpt`, `words`, `author`, `post` and `digest` only.
    """

    alert_id: int | None = None
    """None: it is about no alert, but for whoever runs Earful, or a digest."""
    headline: str
    brand: str
    priority: Priority
    reasons: tuple[str, ...] = ()
    excerpt: str = ""
    author: str = ""
    link: str = ""
    posted_at: datetime
    """When the post was written; of a message about no alert, when it was made."""
    post: str = ""
    """What the source calls the post: by it, one without a link is found."""
    mentions: int = 0
    """How many posts the alert holds when the message goes out."""
    copies: int = 0
    """How many of them say the same as another one of them."""
    authors: int = 1
    """How many different people wrote them."""
    about: str = ""
    """Its likeliest topics."""
    words: str = ""
    """What in the excerpt speaks most for the reasons; empty where that is all of it."""
    next_step: str = ""
    digest: tuple[str, ...] = ()
    """The lines of a digest; empty: it is none."""
    attachment: str = ""
    """The address of a report page (flows/shelf.py): attached where the channel can, named everywhere."""
