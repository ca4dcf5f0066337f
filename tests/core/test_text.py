"""Strangers' texts, made harmless to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import plain

ODD = st.sampled_from(
    " \t\n\r\x00\x1b\u00a0\u200b\u200d\u2028\u202e\ufe0f\ufeff\ud800\ue000\U000e0041ab[1m😀"
)
ANYTHING = st.text(ODD | st.characters())
MAY_STAY = {"\u200d", "\ufe0f"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("late again", "late again"),
        ("  late \r\n\t again ", "late again"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]8;;http://evil.example\x07click", "]8;;http://evil.exampleclick"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069", "a"),
        ("pass\u200bword", "password"),
        ("a \u200b b", "a b"),
        ("\ufeffa", "a"),
        ("a\ud800b", "ab"),
        ("a\ue000b", "ab"),
        ("a\U000e0041b", "ab"),
        ("a\x00b\x7fc\x9bd", "abcd"),
        ("line\u2028line\u2029line\x85line", "line line line line"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
        ("سلام, שלום, नमस्ते, ありがとう", "سلام, שלום, नमस्ते, ありがとう"),
        ("", ""),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("hell o!", 6, "hell…"),
        ("ab", 1, "…"),
        ("hello" + " " * 1_000 + "world", 20, "hello…"),
        ("x" * 1_000_000, 10, "xxxxxxxxx…"),
    ],
    ids=["fits", "too long", "no space before the mark", "one", "cut in the blanks", "a megabyte"],
)
def test_a_cut_is_marked(text: str, limit: int, shown: str) -> None:
    assert plain(text, limit) == shown


@given(ANYTHING)
def test_no_control_or_format_character_is_left(text: str) -> None:
    left = {c for c in plain(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}
    assert left <= MAY_STAY


@given(ANYTHING, st.integers(1, 30))
def test_the_limit_is_kept(text: str, limit: int) -> None:
    assert len(plain(text, limit)) <= limit


@given(ANYTHING, st.none() | st.integers(1, 30))
def test_what_is_plain_stays_as_it_is(text: str, limit: int | None) -> None:
    once = plain(text, limit)
    assert plain(once, limit) == once
