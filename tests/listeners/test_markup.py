"""Markup to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.markup import text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("AT&amp;T &lt;b&gt; &#39;x&#39;", "AT&T <b> 'x'"),
        ("&amp;lt;", "&lt;"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("Hey<p>one<p>two", "Hey\n\none\n\ntwo"),
        ("<ul><li>a<li>b</ul>after", "a\nb\nafter"),
        ("<div>a</div>\n  <div>b</div>", "a\nb"),
        ("see <a href='https://a.example/?x=1&amp;y=2'>this   link</a>!", "see this link!"),
        ("<script>alert(1)</script><style>p{}</style>left<!-- not -->", "left"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("fine <a href=", "fine"),
        ("fine <!-- never closed", "fine"),
    ],
)
def test_what_a_person_would_read(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_elements_can_be_left_out() -> None:
    assert text_of("<aside class=quote>theirs</aside>mine", "aside.quote") == "mine"


@given(st.text(st.sampled_from("<>&;/ap!-= \n\"'"), max_size=60) | st.text(max_size=60))
def test_any_text_is_read_to_its_end(markup: str) -> None:
    assert "\n\n\n" not in text_of(markup)


@pytest.mark.parametrize("piece", ["<div>", "<a id=", "<!--", "</", "&", "<p>x"])
def test_what_a_stranger_repeats_does_not_stall_us(piece: str) -> None:
    text_of(piece * 20_000)
