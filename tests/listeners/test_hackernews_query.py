"""Hacker News: queries, compiled and checked, and what is told about them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.query import All, AnyOf, Not, Query, Words
from listeners.hackernews.options import HackerNewsOptions, asked, compile_query


class TestQuery:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (Words("acme air"), '"acme air"'),
            (Words("acme-air"), '"acme-air"'),
            (Words("OR"), '"OR"'),
            (AnyOf((Words("acme air"), Words("@acmeair"))), '"acme air" OR acmeair'),
            (All((Words("acme"), Not(Words("coyote")))), "acme -coyote"),
            (All((Words("acme"), Not(AnyOf((Words("x"), Words("y")))))), "acme -x -y"),
            (
                All((AnyOf((Words("acme"), Words("acme air"))), AnyOf((Words("parcel"), Words("late"))))),
                'acme parcel OR acme late OR "acme air" parcel OR "acme air" late',
            ),
            (Not(Not(Words("acme"))), "acme"),
            (All((Words("acme"), Not(Words("road runner")))), "acme"),
        ],
    )
    def test_compiled(self, query: Query, text: str) -> None:
        compiled = compile_query(query)
        assert compiled.text == text
        assert HackerNewsOptions(query=compiled.text).queries

    def test_what_it_cannot_say(self) -> None:
        told = compile_query(All((Words("@acme"), Not(Words("road runner"))))).cannot
        assert any("@acme" in one for one in told)
        assert any("road runner" in one for one in told)
        many = tuple(Words(f"acme{n}") for n in range(30))
        compiled = compile_query(AnyOf(many))
        assert len(HackerNewsOptions(query=compiled.text).queries) == 20
        assert any("20 of 30" in one for one in compiled.cannot)
        wide = compile_query(All((AnyOf(many[:10]), AnyOf(many[20:]))))
        assert wide.text == " OR ".join(f"acme{n}" for n in range(10))
        assert any("too many" in one for one in wide.cannot)

    @pytest.mark.parametrize(
        "query", ["", "  OR ", "-coyote", "acme OR -coyote", " OR ".join("abcdefghijklmnopqrstu")]
    )
    def test_wrong_ones_are_refused(self, query: str) -> None:
        with pytest.raises(ValidationError):
            HackerNewsOptions(query=query)

    def test_told(self) -> None:
        told = asked(HackerNewsOptions(query='acme OR "acme air"', listing="stories"))
        assert told.request.count("search_by_date") == 2
        assert "2 requests" in told.cost
        assert told.cannot
