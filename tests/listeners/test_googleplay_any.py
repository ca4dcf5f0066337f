"""Google Play: whatever comes is a review, a rejected record or a named error."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SchemaChanged, SourceUnavailable
from listeners.googleplay.read_public import answer_of, read_rows
from listeners.googleplay.read_publisher import read_reviews, reviews_of
from tests.listeners.any_json import JSON, check, like
from tests.listeners.googleplay_platform import ANSWERED, REVIEW, ROW, SAID
from tests.listeners.scenarios.base import NOW
from tests.listeners.scenarios.googleplay import APP


def with_comment(comment: Any) -> Any:
    return REVIEW | {"comments": [{"userComment": comment}, {"developerComment": ANSWERED}]}


def rows() -> st.SearchStrategy[Any]:
    """Rows with some places filled with anything, or cut off."""
    places = st.tuples(*(st.just(value) | JSON for value in ROW)).map(list)
    return st.builds(lambda row, length: row[:length], places, st.integers(0, len(ROW))) | JSON


class TestAnyJson:
    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(like(REVIEW) | st.builds(with_comment, like(SAID)), max_size=4),
        st.sampled_from(["", "acme"]),
    )
    def test_publisher(self, reviews: list[Any], handle: str) -> None:
        mentions, rejected, replies = read_reviews(reviews, NOW, "", app=APP, own_handle=handle)
        assert len(mentions) + len(rejected) == len(reviews)
        check(mentions, rejected)
        check(replies, ())

    @settings(max_examples=200, deadline=None)
    @given(st.lists(rows(), max_size=4), st.sampled_from(["", "acme"]))
    def test_public(self, found: list[Any], handle: str) -> None:
        mentions, rejected, replies = read_rows(found, NOW, "", app=APP, language="en", own_handle=handle)
        check(mentions, rejected)
        check(replies, ())
        readable = len(found) - len(rejected)
        assert len(mentions) <= readable
        kept = [read_rows([row], NOW, "", app=APP, language="en")[0] for row in found]
        assert {m.external_id for ms in kept for m in ms} == {m.external_id for m in mentions}
        assert sum(len(ms) for ms in kept) == readable

    @settings(max_examples=150, deadline=None)
    @given(JSON, JSON)
    def test_answers(self, payload: Any, envelope: Any) -> None:
        whole = [["wrb.fr", "oCPfdb", json.dumps(payload), None, None, envelope, "generic"]]
        for body in (json.dumps(whole), json.dumps(envelope)):
            with suppress(SchemaChanged, SourceUnavailable):
                found, token, _ = answer_of(")]}'\n" + body)
                assert isinstance(found, list)
                assert token is None or token

    @settings(max_examples=100, deadline=None)
    @given(JSON | st.fixed_dictionaries({"reviews": JSON, "tokenPagination": JSON}))
    def test_pages(self, body: Any) -> None:
        with suppress(SchemaChanged):
            assert isinstance(reviews_of(body)[0], list)
