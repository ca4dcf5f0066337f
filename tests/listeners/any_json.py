"""Anything that a platform might send by mistake, and what must hold of whatever is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from core.mention import RAW_LIMIT, Mention, Rejected

TEXT = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["[deleted]", "[removed]", "1", "\x00", "\ud800"]
)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


def like(example: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The example with some fields missing, some replaced by anything, or something else altogether."""
    fields = {key: st.just(value) | JSON for key, value in example.items()}
    return st.fixed_dictionaries({}, optional=fields) | st.just(example) | JSON


def check(mentions: Sequence[Mention], rejected: Sequence[Rejected]) -> None:
    for mention in mentions:
        assert mention.external_id
        assert bool(mention.text.strip()) != mention.visibility.gone
        assert mention.posted_at.utcoffset() == timedelta()
        assert mention.edited_at is None or mention.edited_at.utcoffset() == timedelta()
        for text in (
            mention.text,
            mention.external_id,
            mention.url,
            mention.author.handle if mention.author else "",
        ):
            text.encode()  # no halves of surrogate pairs
            assert "\x00" not in text
    for record in rejected:
        assert record.reason
        assert len(record.raw) <= RAW_LIMIT
        (record.reason + record.raw + (record.external_id or "")).encode()
