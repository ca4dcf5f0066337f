"""Whatever an archive holds: each record becomes a mention or a rejected record, and nothing is raised."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.listeners.any_json import check, like
from tests.listeners.test_archive import FULL
from tests.listeners.test_archive import poll as poll_file


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
