"""Posts of one topic in full, for the poll of a search and for looking again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from listeners.discourse.client import stream_of
from listeners.discourse.options import DiscourseOptions
from listeners.discourse.read import identity
from listeners.values import mapping

_AT_ONCE = 20
"""Posts of a topic that are asked for together."""


def posts_of(get: Callable[..., Any], topic: int, ids: list[str]) -> list[Any]:
    """Posts of a topic by their ids (site/number), many a request."""
    numbers = [own_id.rpartition("/")[2] for own_id in ids]
    found: list[Any] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = {"post_ids[]": numbers[start : start + _AT_ONCE]}
        found.extend(stream_of(get(f"/t/{topic}/posts.json", **some)))
    return found


def topic_of(
    get: Callable[..., Any], topic: int, ids: Sequence[str], options: DiscourseOptions
) -> tuple[Any, list[Mapping[str, Any]]]:
    """A topic's title, and its posts of these ids."""
    body = get(f"/t/{topic}.json")
    posts = stream_of(body)
    shown = {identity(post, options) for post in posts}
    posts = [*posts, *posts_of(get, topic, [own_id for own_id in ids if own_id not in shown])]
    return mapping(body).get("title"), [mapping(post) for post in posts if identity(post, options) in ids]
