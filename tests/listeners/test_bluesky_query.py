"""Bluesky: what may be asked for, and how queries are written for it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from core.query import All, AnyOf, Not, Words
from listeners.bluesky import SOURCE
from listeners.bluesky.options import BlueskyOptions, compile_query


class TestOptions:
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"query": "acme", "handle": "acme.bsky.social"},
            {"query": " "},
            {"query": "-toy"},
            {"query": "acme OR -toy"},
            {"query": " OR ".join(f"a{n}" for n in range(11))},
            {"handle": "acme"},
            {"handle": "acme.bsky.social/../x"},
            {"query": "acme", "page_size": 101},
            {"query": "acme", "app_password": "x"},
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            BlueskyOptions.model_validate(options)

    def test_what_it_takes_to_sign_in(self) -> None:
        own = BlueskyOptions(handle="@acme.bsky.social")
        assert (own.handle, own.secrets) == ("acme.bsky.social", ("BLUESKY_APP_PASSWORD",))
        search = BlueskyOptions(query="acme", account_env="WHO", app_password_env="WORD")
        assert search.secrets == SOURCE.secrets(search) == ("WHO", "WORD")

    def test_what_is_asked_is_told(self) -> None:
        assert SOURCE.asked is not None
        told = SOURCE.asked(BlueskyOptions(query='acme OR "acme air" -toy'))
        assert "q=acme;" in told.request
        assert 'q="acme air" -toy' in told.request
        assert "2 requests" in told.cost
        assert "acme.bsky.social" in SOURCE.asked(BlueskyOptions(handle="acme.bsky.social")).request


class TestCompile:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            (Words("acme"), "acme"),
            (Words("acme air"), '"acme air"'),
            (Words("#acme"), "#acme"),
            (Words("@acme.bsky.social"), "@acme.bsky.social"),
            (Words("from:ann"), '"from:ann"'),
            (Words("OR"), '"OR"'),
            (Words('5" pipe'), '"5 pipe"'),
            (AnyOf((Words("acme"), Words("acme air"))), 'acme OR "acme air"'),
            (All((Words("acme"), Not(Words("toy")))), "acme -toy"),
            (
                All((AnyOf((Words("acme"), Words("akme"))), AnyOf((Words("bus"), Words("train"))))),
                "acme bus OR acme train OR akme bus OR akme train",
            ),
            (All((Words("acme"), Not(AnyOf((Words("toy"), Words("#coyote")))))), 'acme -toy -"#coyote"'),
        ],
    )
    def test_it_writes_what_bluesky_understands(self, query: Any, text: str) -> None:
        compiled = compile_query(query)
        assert compiled.text == text
        assert BlueskyOptions(query=text).queries == tuple(text.split(" OR "))

    def test_it_tells_what_cannot_be_said(self) -> None:
        assert any("promise" in reason for reason in compile_query(Words("acme")).cannot)
        compiled = compile_query(Words("@acme"))
        assert compiled.text == '"@acme"'
        assert any("no whole handle" in reason for reason in compiled.cannot)
