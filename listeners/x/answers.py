"""What one answer of X says about the walk that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.errors import SchemaChanged
from listeners.values import shown
from listeners.x.checkpoint import Checkpoint, Walk


def next_token(body: dict[str, Any]) -> str | None:
    """The next page's token; also the place where an answer of another shape is recognised."""
    meta, data = body.get("meta"), body.get("data", [])
    if not isinstance(meta, dict) or not isinstance(data, list):
        raise SchemaChanged(f"X: expected 'data' as a list and 'meta' as an object, found {shown(body)}")
    if meta.get("result_count") and not data:
        raise SchemaChanged(f"X: announces {shown(meta['result_count'])} posts and sends none")
    token = meta.get("next_token")
    if token is not None and not (isinstance(token, str) and token):
        raise SchemaChanged(f"X: expected 'next_token' as a text, found {shown(token)}")
    return token


def advanced(walk: Walk, body: dict[str, Any], token: str | None) -> Walk:
    """The walk after an answer."""
    posts = body.get("data") or []
    ids = [post.get("id") for post in posts if isinstance(post, dict)]
    ids += [walk.newest, body["meta"].get("newest_id")]
    known = [i for i in ids if isinstance(i, str) and i.isascii() and i.isdigit() and len(i) <= 19]
    return replace(walk, token=token, newest=max(known, key=int, default=None), posts=walk.posts + len(posts))


def finished(state: Checkpoint, walk: Walk) -> Checkpoint:
    """What is known once a walk came to its end."""
    return replace(state, since_id=walk.newest, checked_at=walk.began, walk=None)
