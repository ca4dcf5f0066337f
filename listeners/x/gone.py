"""What X says of posts that it no longer shows, as mentions without a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from core.mention import Mention, Rejected, Visibility
from core.target import Known
from listeners.gone import gone
from listeners.values import Unreadable, mapping, rejected, shown
from listeners.x.options import TERMS
from listeners.x.read import born, post_id_of

_MISSING = {
    "Not Found Error": Visibility.DELETED,
    "Authorization Error": Visibility.PROTECTED,
    "Forbidden": Visibility.REMOVED,
}
"""What X says of a post that it does not show: deleted, its author protected, or suspended."""
_REASONS = {"protected": Visibility.PROTECTED, "suspended": Visibility.REMOVED}
"""Of a compliance job; all others (`deleted`, `deactivated`) are its author's doing."""


def read_missing(error: object, known: Mapping[str, Known], fetched_at: datetime) -> Mention | None:
    """A known post that X no longer shows; None where the error says something else.

    Args:
        error: one of `errors` of a lookup by numbers.
        known: what was asked for, by number.
        fetched_at: when it came.
    """
    told = mapping(error)
    names = (str(told.get(key)) for key in ("resource_id", "value"))
    asked = next((known[name] for name in names if name in known), None)
    visibility = _MISSING.get(str(told.get("title")))
    if asked is None or visibility is None:
        return None
    return gone(asked, "x", TERMS, fetched_at, visibility)


def read_compliance(
    text: str, known: Mapping[str, Known], fetched_at: datetime
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """The result of a compliance job: posts that must go, one JSON object a line.

    A line that asks for something else (`scrub_geo`: we keep no place) gives nothing.

    Args:
        text: the file.
        known: posts by number; the file may be about others, which were handed in earlier.
        fetched_at: when it came.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            mentions.extend(_read_order(line, known, fetched_at))
        except Unreadable as error:
            unread.append(rejected("x", error, line, place=f"compliance results, line {number}"))
    return tuple(mentions), tuple(unread)


def _read_order(line: str, known: Mapping[str, Known], fetched_at: datetime) -> list[Mention]:
    try:
        order = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable("a line should be JSON") from error
    if not isinstance(order, dict):
        raise Unreadable(f"a line should be an object, found {shown(order)}")
    post_id, action, reason = post_id_of(order.get("id")), order.get("action"), order.get("reason")
    if action == "scrub_geo" or reason == "scrub_geo":
        return []
    if action != "delete":
        raise Unreadable(f"'action' should be delete or scrub_geo, found {shown(action)}")
    visibility = _REASONS.get(str(reason), Visibility.DELETED)
    address = f"https://x.com/i/status/{post_id}"
    other = Known(external_id=post_id, thread_id=None, posted_at=born(post_id), url=address)
    return [gone(known.get(post_id, other), "x", TERMS, fetched_at, visibility)]
