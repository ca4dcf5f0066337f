"""What an X target remembers between polls, and how it becomes the text of a checkpoint.

X answers newest first, and each post costs money. So a walk that was broken off (crash, budget, page
limit) is taken up where it stopped: the place is part of the checkpoint (`walk`), X's page tokens do not
expire, and `since_id` moves only when a walk has come to its end. This makes the checkpoint of *every*
page safe: what lies between is not behind the checkpoint, it is inside it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged
from listeners.x.options import XOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk from the newest post towards what is known, not yet at its end."""

    token: str | None = None
    """X's name for the next page; None: the first one."""
    newest: str | None = None
    """The newest id seen: `since_id` of the next walk."""
    began: str
    """When it began, ISO 8601: it covers everything before."""
    start_time: str | None = None
    """Where it ends instead of at `since_id`: of a past span, or once X no longer takes that."""
    end_time: str | None = None
    """Of a past span: where it begins, as the newest come first; None: at the newest."""
    posts: int = 0
    """How many posts it has read so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Everything that is known about one target."""

    asked: str
    """What was asked, as a fingerprint: another question starts from the beginning."""
    since_id: str | None = None
    """Everything up to this id has been read."""
    checked_at: str | None = None
    """Everything up to this time has been read; in a quiet week it is later than `since_id`."""
    account_id: str | None = None
    """The number behind the target's handle; looking it up costs money."""
    walk: Walk | None = None

    def text(self) -> str:
        """The checkpoint as it is stored."""
        return json.dumps(asdict(self), separators=(",", ":"))


def fingerprint(options: XOptions, span: str = "") -> str:
    """Names what the target asks, and of which span."""
    question = f"user {options.user}" if options.user is not None else f"query {options.query}"
    question += span
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def load(text: str | None, options: XOptions, span: str = "") -> Checkpoint:
    """The checkpoint that was stored, or a fresh one where the target now asks something else."""
    asked = fingerprint(options, span)
    if text is None:
        return Checkpoint(asked=asked)
    try:
        stored: dict[str, Any] = json.loads(text)
        walk = Walk(**stored.pop("walk")) if stored.get("walk") else None
        stored["walk"] = walk
        checkpoint = Checkpoint(**stored)
        times = (walk.began, walk.start_time, walk.end_time) if walk else ()
        for time in (checkpoint.checked_at, *times):
            if time is not None:
                datetime.fromisoformat(time)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise SchemaChanged(
            "X: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
    return checkpoint if checkpoint.asked == asked else Checkpoint(asked=asked)
