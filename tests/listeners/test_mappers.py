"""Whatever a platform sends: each record becomes a mention or a rejected record, and nothing is raised."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import RAW_LIMIT, Mention, Rejected
from listeners.reddit.read import read_items
from listeners.x.read import read_posts
from tests.listeners.scenarios import NOW
from tests.listeners.test_archive import FULL
from tests.listeners.test_archive import poll as poll_file
from tests.listeners.test_reddit import COMMENT
from tests.listeners.test_reddit import POST as REDDIT_POST
from tests.listeners.test_x import POST, USER

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


def check(mentions: tuple[Mention, ...], rejected: tuple[Rejected, ...]) -> None:
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


@settings(max_examples=150, deadline=None)
@given(st.lists(like(POST), max_size=4), st.lists(like(USER), max_size=3) | JSON, JSON)
def test_x(posts: list[Any], users: Any, errors: Any) -> None:
    mentions, rejected = read_posts({"data": posts, "includes": {"users": users}, "errors": errors}, NOW, "")
    own = [record for record in rejected if not record.reason.startswith("X could not show it")]
    assert len(mentions) + len(own) == len(posts)
    check(mentions, rejected)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["t1", "t3", "more"]), "data": like(COMMENT) | like(REDDIT_POST)}
        )
        | JSON,
        max_size=4,
    )
)
def test_reddit(children: list[Any]) -> None:
    mentions, rejected = read_items(children, NOW, "")
    assert len(mentions) + len(rejected) == len(children)
    check(mentions, rejected)


@settings(max_examples=100, deadline=None)
@given(st.lists(like(FULL), max_size=4))
def test_archive(records: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        pages = poll_file(path)
    mentions = tuple(m for page in pages for m in page.mentions)
    rejected = tuple(r for page in pages for r in page.rejected)
    assert len(mentions) + len(rejected) == sum(record is not None for record in records)
    check(mentions, rejected)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["any.jsonl", "any.csv"]),
    st.lists(
        st.binary(max_size=40)
        | st.sampled_from([b'"', b"\n", b",", b"1,a\n", b'{"id":1,"text":"a"}\n', b"\r", b"\x00"]),
        max_size=12,
    ),
)
def test_any_bytes_are_read_to_their_end(name: str, pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes((b"id,text\n" if name.endswith("csv") else b"") + b"".join(pieces) + b"\n")
        pages = poll_file(path, page_size=3)
        stored = json.loads(pages[-1].checkpoint or "{}")
        assert stored.get("offset", 0) == path.stat().st_size
    for page in pages:
        check(page.mentions, page.rejected)
