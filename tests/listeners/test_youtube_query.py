"""YouTube: queries, compiled and checked, and what is told about them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from core.query import All, AnyOf, Not, Query, Words
from listeners.youtube.options import YouTubeOptions, asked, compile_query
from tests.listeners.scenarios.youtube import VIDEO
from tests.listeners.youtube_platform import CHANNEL


class TestQuery:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (AnyOf((Words("acme air"), Words("@acmeair"))), '"acme air"|@acmeair'),
            (
                All((AnyOf((Words("acme"), Words("acme air"))), Words("review"), Not(Words("coyote")))),
                'acme|"acme air" review -coyote',
            ),
            (All((Words("acme"), Not(AnyOf((Words("a"), Words("b c")))))), 'acme -a -"b c"'),
            (AnyOf((All((Words("a"), Words("b"))), Words("c"))), ""),
        ],
    )
    def test_compiled(self, query: Query, text: str) -> None:
        compiled = compile_query(query)
        assert compiled.text == text
        assert any("comments" in one for one in compiled.cannot)

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"video": VIDEO, "query": "acme"},
            {"channel": "@acme"},
            {"video": "https://example.org/watch?v=abc"},
            {"query": "  "},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            YouTubeOptions.model_validate(options)

    def test_addresses_are_understood(self) -> None:
        given_ = [f"https://www.youtube.com/watch?t=1&v={VIDEO}", f"https://youtu.be/{VIDEO}?si=x", "-" * 11]
        assert YouTubeOptions.model_validate({"video": given_}).video == (VIDEO, "-" * 11)

    def test_told(self) -> None:
        told = asked(YouTubeOptions(query="acme", search_every_hours=12))
        assert "2 of 100 searches" in told.cost
        assert "25 of 10,000 units" in told.cost
        assert any("videos" in one for one in told.cannot)
        assert "channel" in asked(YouTubeOptions(channel=CHANNEL)).request
