"""Mastodon: what may be asked for, and how queries are written for it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from core.query import All, AnyOf, Not, Words
from listeners.mastodon import SOURCE
from listeners.mastodon.options import MastodonOptions, compile_query


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"tags": ["acme"], "mentions": True},
            {"tags": ["acme"], "query": "acme"},
            {"tags": ["acme air"]},
            {"tags": ["../home"]},
            {"tags": [f"a{n}" for n in range(11)]},
            {"query": "-toy"},
            {"query": " "},
            {"query": " OR ".join(f"a{n}" for n in range(11))},
            {"mentions": True, "access_token_env": None},
            {"query": "acme", "access_token_env": None},
            {"tags": ["acme"], "base_url": "mastodon.social"},
            {"tags": ["acme"], "page_size": 41},
            {"tags": ["acme"], "access_token": "x"},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            MastodonOptions.model_validate(options)

    def test_tags(self) -> None:
        assert MastodonOptions(tags="#Acme").tags == ("acme",)
        assert MastodonOptions(tags=("#Acme", "acme", "Bücher")).tags == ("acme", "bücher")

    def test_a_server(self) -> None:
        assert MastodonOptions(tags=("a",)).server == "mastodon.social"
        assert MastodonOptions(tags=("a",), base_url="https://u:p@toots.example:8443/").server == (
            "toots.example:8443"
        )

    def test_what_is_asked_is_told(self) -> None:
        assert SOURCE.asked is not None
        assert "2 requests" in SOURCE.asked(MastodonOptions(tags=("a", "b"))).cost
        assert "notifications" in SOURCE.asked(MastodonOptions(mentions=True)).request
        told = SOURCE.asked(MastodonOptions(query="acme OR akme"))
        assert "q=acme; " in told.request
        assert any("full-text" in reason for reason in told.cannot)


class TestCompile:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (Words("acme air"), '"acme air"'),
            (Words("#acme"), "#acme"),
            (Words("from:ann"), '"from:ann"'),
            (AnyOf((Words("acme"), Words("acme air"))), 'acme OR "acme air"'),
            # A server keeps only the last run of words of a kind: what must be there stands together.
            (All((Words("acme"), Not(Words("toy")), Words("bus"))), "acme bus -toy"),
            (All((Words("acme"), Not(Words("toy car")))), 'acme -"toy car"'),
        ],
    )
    def test_it_writes_what_mastodon_understands(self, query: Any, text: str) -> None:
        compiled = compile_query(query)
        assert compiled.text == text
        assert MastodonOptions(query=text).queries == tuple(text.split(" OR "))

    def test_what_the_server_would_forget_is_put_in_order(self) -> None:
        asked = MastodonOptions(query='acme -toy language:de "blue bus" -from:ann OR bus -"toy car" acme')
        assert asked.queries == ('acme "blue bus" -toy language:de -from:ann', 'bus acme -"toy car"')

    def test_it_tells_what_cannot_be_said(self) -> None:
        assert any("agreed" in reason for reason in compile_query(Words("acme")).cannot)
        assert any("no handles" in reason for reason in compile_query(Words("@acme")).cannot)
