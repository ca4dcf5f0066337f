from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.defuse import defuse
from core.link import LINK_LIMIT, web_link


def test_hostile(hostile: str, inert: Callable[[str], None]) -> None:
    shown = defuse(hostile, 280)
    inert(shown)
    assert "\n" not in shown
    assert len(shown.encode()) < 4 * 280


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Plain words, 3.5 hours late (again)!", "Plain words, 3.5 hours late (again)!"),
        ("my_handle_2", "my_handle_2"),
        ("R&B at 10:30, 50% off; it's «fine»", "R&B at 10:30, 50% off; it's «fine»"),
        ("Ça va 👨‍👩‍👧 ❤️ 日本語", "Ça va 👨‍👩‍👧 ❤️ 日本語"),
        ("@channel", "@channel"),
        ("see https://evil.example/x", "see https://evil.example/x"),
    ],
)
def test_looks_the_same_to_a_person(text: str, seen: str) -> None:
    assert defuse(text, 280).replace("\u2060", "") == seen


def test_pings_and_addresses_are_broken_by_an_unseen_character() -> None:
    assert defuse("@channel", 99) == "@\u2060channel"
    assert defuse("http://a.b www.x.y", 99) == "h\u2060ttp:\u2060//a.\u2060b w\u2060ww.\u2060x.\u2060y"


def test_a_cut_is_marked() -> None:
    assert defuse("a" * 50, 10) == "a" * 9 + "…"


@given(st.text(), st.integers(1, 50))
def test_repeated_it_changes_nothing_but_spaces(text: str, limit: int) -> None:
    once = defuse(text, limit)
    assert defuse(once, 999).split() == once.split()


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.com/a/status/1?s=2&t=3#x", "https://x.com/a/status/1?s=2&t=3#x"),
        (" https://X.com ", "https://x.com"),
        ("http://mastodon.example:8080/@jo/1", "http://mastodon.example:8080/%40jo/1"),
        ("https://x.com/a b(c)*<d>|`\"'", "https://x.com/a%20b%28c%29%2A%3Cd%3E%7C%60%22%27"),
        ("https://x.com/100%/%41", "https://x.com/100%25/%41"),
        ("https://müller.example/ü", "https://xn--mller-kva.example/%C3%BC"),
        ("https://x.com/\ud800\u202e", "https://x.com/%3F%E2%80%AE"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://x.com/", ""),
        ("//x.com/", ""),
        ("x.com", ""),
        ("", ""),
        ("https://", ""),
        ("https://bank.example@evil.example/", ""),
        ("https://bank.example:pw@evil.example/", ""),
        ("https://evil.example|label/", ""),
        ("https://a<b>.example/", ""),
        ("https://x.com:99999/", ""),
        ("https://[::1", ""),
        ("https://" + "a" * 64 + ".example/", ""),
        ("https://x.com/" + "a" * LINK_LIMIT, ""),
        ("https://x.com/\x00\r\nBcc: a", "https://x.com/%00Bcc:%20a"),
    ],
)
def test_web_link(url: str, link: str) -> None:
    assert web_link(url) == link


@given(st.text())
def test_web_link_is_ascii_and_holds_no_markup(url: str) -> None:
    for text in (url, f"https://x.example/{url}", f"https://{url}/"):
        link = web_link(text)
        assert link.isascii()
        assert not set(link) & set("<>()|*`\"' \n")
        assert web_link(link) == link
