"""Reddit's comment trees: what is in one, and which comments it folds away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.errors import SchemaChanged
from listeners.values import mapping, shown

_CONTINUED = "_"
"""The id of a "more" that stands for "continue this thread": what is below its parent must be asked for."""


@dataclass(slots=True)
class Found:
    """What answers held so far.

    Args:
        items: comments as Reddit's JSON, without their replies, which are items of their own; and whatever
            else stood among them.
        folded: ids of comments that were named and not shown.
        continued: ids of comments below which a tree goes on.
    """

    items: list[Any] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    continued: list[str] = field(default_factory=list)

    def add(self, things: Iterable[Any]) -> None:
        """Take in comments with all that is below them, however deep."""
        waiting = list(things)[::-1]
        while waiting:
            thing = waiting.pop()
            data = mapping(mapping(thing).get("data"))
            if mapping(thing).get("kind") == "more" and self._fold(data):
                continue
            replies = mapping(mapping(data.get("replies")).get("data")).get("children")
            if isinstance(replies, list):
                waiting += replies[::-1]
                thing = {**thing, "data": {**data, "replies": ""}}
            self.items.append(thing)

    def _fold(self, data: dict[str, Any] | Any) -> bool:
        """Note what is folded; False: this is no "more" that we know."""
        children, parent = data.get("children"), data.get("parent_id")
        if not isinstance(children, list) or not all(isinstance(child, str) for child in children):
            return False
        if data.get("id") == _CONTINUED and not children:
            if not (isinstance(parent, str) and parent.startswith("t1_")):
                return False
            self.continued.append(parent.removeprefix("t1_"))
        self.folded += children
        return True


def comments_of(body: object) -> list[Any]:
    """The comments of `GET comments/ID`: the second of two listings."""
    listing = mapping(body[1]) if isinstance(body, list) and len(body) == 2 else {}
    children = mapping(listing.get("data")).get("children")
    if not isinstance(children, list):
        raise SchemaChanged(f"Reddit: expected a post and its comments, found {shown(body)}")
    return children


def things_of(body: object) -> list[Any]:
    """What `POST api/morechildren` gives: comments, flat, and perhaps more that is folded."""
    answer = mapping(mapping(body).get("json"))
    things = mapping(answer.get("data")).get("things")
    if not isinstance(things, list):
        raise SchemaChanged(
            f"Reddit: expected 'json.data.things', found {shown(answer.get('errors') or body)}"
        )
    return things
