"""Webhooks from a drop folder: what becomes of each record, however damaged."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mention import Kind
from tests.listeners import inbox_drop
from tests.listeners.any_json import check, like
from tests.listeners.contract import ids
from tests.listeners.inbox_drop import HOOK, Drop, told

drop = inbox_drop.drop


class TestWebhooks:
    def test_every_field(self, drop: Drop) -> None:
        drop.put(
            "a.json", json.dumps(HOOK | {"url": "https://acme.test/7", "thread_id": "t", "language": "en"})
        )
        ((found,),) = [page.mentions for page in drop.poll()]
        assert (found.source, found.external_id, found.text) == ("inbox", "hooks:7", "Late again")
        assert (found.kind, found.rating, found.thread_id) == (Kind.REVIEW, 2.0, "hooks:t")
        assert found.posted_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert found.author is not None
        assert (found.author.source, found.author.external_id) == ("inbox", "hooks:ann")

    def test_shapes(self, drop: Drop) -> None:
        one, two, three, four, five = (json.dumps(HOOK | {"id": n}) for n in range(1, 6))
        drop.put("a.json", one)
        drop.put("b.json", f"[{two}, 7, {three}]")
        drop.put("c.json", f"{four}\n{five}\n")
        drop.put("d.ndjson", '{"id": 6, "text": "x"}\nnonsense\n{"id": 7, "text": "y"}')
        drop.put("e.json", "[]")
        pages = drop.poll()
        assert ids(pages) == [f"hooks:{n}" for n in range(1, 8)]
        assert [place for place, _ in told(pages)] == ["b.json#2", "d.ndjson:2"]

    def test_names_and_scale_of_ones_own(self, drop: Drop) -> None:
        drop.put("a.json", '{"ticket": 9, "body": "Late", "stars": 10}')
        pages = drop.poll(
            columns={"id": "ticket", "text": "body", "rating": "stars"}, rating_scale=[0, 10], dataset="desk"
        )
        ((found,),) = [page.mentions for page in pages]
        assert (found.external_id, found.text, found.rating) == ("desk:9", "Late", 5.0)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            ("", "not JSON"),
            ('{"id": 1, "te', "not JSON"),
            ("7", "expected a JSON object"),
            ('{"id": 1}', "'text' is missing"),
            ("[" * 100_000, "not JSON"),
            (b"\xff\xfe", "not JSON"),
            (b"[" + b" " * (21 << 20) + b"]", "longer than"),
        ],
    )
    def test_damage_costs_one_record(self, drop: Drop, data: bytes | str, reason: str) -> None:
        drop.put("a.json", data)
        drop.put("b.json", json.dumps(HOOK))
        pages = drop.poll()
        assert ids(pages) == ["hooks:7"]
        ((place, why),) = told(pages)
        assert place.startswith("a.json")
        assert reason in why

    @settings(max_examples=30)
    @given(st.lists(like(HOOK | {"kind": "reply", "likes": 3, "visibility": "live"}), max_size=3))
    def test_anything(self, tmp_path_factory: pytest.TempPathFactory, records: list[Any]) -> None:
        drop = Drop(tmp_path_factory.mktemp("any"))
        drop.put("a.json", json.dumps(records))
        pages = drop.poll()
        assert sum(len(page.mentions) + len(page.rejected) for page in pages) == len(records)
        for page in pages:
            check(page.mentions, page.rejected)
