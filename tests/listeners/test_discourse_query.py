"""Discourse: queries, compiled and checked, and what is told about them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from core.query import All, AnyOf, Not, Words
from listeners.discourse import SOURCE
from listeners.discourse.options import DiscourseOptions, asked, compile_query
from tests.listeners.discourse_platform import FORUM, SITE


class TestQuery:
    def test_compiled(self) -> None:
        query = All((AnyOf((Words("acme air"), Words("@acmeair"))), Not(Words("coyote"))))
        compiled = compile_query(query)
        assert compiled.text == '"acme air" OR acmeair'
        assert any("coyote" in one for one in compiled.cannot)
        assert any("@acmeair" in one for one in compiled.cannot)
        assert DiscourseOptions(base_url="https://x.example", listing="search", query=compiled.text)

    @pytest.mark.parametrize(
        "options",
        [
            {"base_url": "forum.example.org"},
            {"base_url": "https://me:pw@forum.example.org"},
            {"query": "acme"},
            {"listing": "search"},
            {"listing": "search", "query": "a OR b OR c OR d OR e OR f"},
            {"listing": "search", "query": "a", "category": [1, 2]},
            {"listing": "search", "tag": "two words"},
            {"api_key_env": "KEY"},
            {"api_username": "ann"},
            {"api_key_env": "KEY", "api_username": "an\r\nn"},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            DiscourseOptions.model_validate({"base_url": "https://x.example"} | options)

    def test_told(self) -> None:
        assert SITE in asked(FORUM).request
        search = asked(DiscourseOptions(base_url="https://x.example", listing="search", query="acme OR b"))
        assert search.request.count("search.json") == 2
        assert search.cannot
        assert SOURCE.secrets(FORUM) == ()
