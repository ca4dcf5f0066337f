"""What a browser makes of the page, as html5lib parses it: by the same rules."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import plain
from reports.document import (
    Block,
    Bullets,
    Folded,
    Heading,
    Jump,
    Link,
    Paragraph,
    Picture,
    Report,
    Strong,
    Table,
)
from reports.page import POLICY, TEXT_LIMIT, Page, page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="180"><rect width="9" height="9"/></svg>'
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of the style": "</style><script>alert(1)</script>",
    "end of the title": "</title><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)',
    "single quote": "' onfocus='alert(1)' autofocus='",
    "image": '<img src="https://evil.example/p.png">',
    "picture": '<picture><source srcset="//evil.example/p.png 2x"><img></picture>',
    "frame": '<iframe src="https://evil.example"></iframe><object data="//evil.example/x"></object>',
    "style": '<p style="background:url(//evil.example/x)">',
    "link": '<link rel=stylesheet href="//evil.example/x"><base href="//evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "form": '<form action="//evil.example"><input name=password></form>',
    "svg": '<svg onload="alert(1)"><a href="javascript:alert(1)"><text>x</text></a></svg>',
    "maths": '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "template": "<template><script>alert(1)</script></template><noscript><img src=x></noscript>",
    "comment": "<!-- --><![CDATA[x]]><?php ?>--><b>",
    "entities": "&lt;img src=x&gt; &#60;b&#62; &amp;lt;",
    "details": "</details></table></main></body></html><h1>mine</h1>",
    "markdown": "![x](http://evil.example/p.png) [x](javascript:alert(1)) `x` | a |",
    "bidi": "abc\u202egnp.exe\u202c \u2066x\u2069 \u061c\u200f",
    "arabic": "التذكرة لم تصل (طلب 4421)",
    "hebrew": "הרכבת איחרה שוב",
    "terminal": "\x1b[31mred\x1b]8;;http://evil.example\x07link",
    "null": "a\x00b",
    "surrogate": "a\ud800b",
    "a megabyte": "<b>&@x " * 150_000,
}
ADDRESSES = {
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "quoted": 'https://x.example/" onclick="alert(1)',
    "in disguise": "https://bank.example@evil.example/",
    "relative": "//evil.example/x",
    "spaced": " java\tscript:alert(1)",
}
WEB = "https://x.example/a?b=1&c=2"
OURS = frozenset(
    {
        "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "h5", "h6",
        "p", "div", "nav", "ol", "li", "main", "section", "table", "thead", "tbody", "tr", "th", "td", "ul",
        "figure", "img", "details", "summary", "strong", "bdi", "footer",
    }
)  # fmt: skip
ATTRIBUTES = frozenset(
    {
        "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-label",
        "aria-labelledby", "role", "tabindex", "scope", "src", "alt", "width", "height", "rel", "target",
    }
)  # fmt: skip


def blocks(text: str, url: str = WEB) -> list[Block]:
    """Every place in which a stranger's words can stand."""
    return [
        Heading(text),
        Heading(text, 5),
        Paragraph(
            ["said: ", text, Strong(text), Link(text, url, text), Jump(text, "other"), Jump(text, text)]
        ),
        Bullets([text, [Strong(text), text]]),
        Table((text, text), [(text, Link(text, url, text)), (Strong(text), text)], right=(1,)),
        Picture(SVG, text),
        Folded(text, [Paragraph(text), Table(("", text), [(text, text)])]),
    ]


def a_page(text: str, url: str = WEB) -> str:
    reports = [
        Report(key="mine", title=text, compact=blocks(text, url), full=blocks(text, url)),
        Report(key="other", title="Other", compact=[Paragraph("x")], full=[]),
    ]
    return page(Page(title=text, period=text, as_of=text, reports=reports))


def parsed(document: str) -> BeautifulSoup:
    return BeautifulSoup(document, "html5lib")


def tags(soup: BeautifulSoup) -> Iterator[Tag]:
    return (tag for tag in soup.find_all(True) if isinstance(tag, Tag))


def assert_inert(document: str) -> None:
    """Only our elements with our attributes, and nothing that a browser would fetch."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(document)
    # Python's html5lib finds control characters wrong; none is left in ours.
    assert parser.errors == [], parser.errors[:3]
    for tag in tags(parsed(document)):
        assert tag.name in OURS, tag.name
        assert set(tag.attrs) <= ATTRIBUTES, (tag.name, dict(tag.attrs))
        if "src" in tag.attrs:
            assert str(tag["src"]).startswith("data:image/svg+xml;base64,")
        if "href" in tag.attrs:
            href = str(tag["href"])
            assert href.startswith("#") or re.match(r"https?://[a-z0-9.-]+(/|$)", href), href
            assert href.startswith("#") or tag["rel"] == ["noopener", "noreferrer", "nofollow"]
    style = "".join(tag.get_text() for tag in parsed(document).find_all("style"))
    assert not re.search(r"url\(|@import|expression|//", style)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_strangers_words_make_nothing(text: str) -> None:
    document = a_page(text)
    assert_inert(document)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", document)
    assert len(document.encode()) < 600_000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_person_sees_what_was_written(text: str) -> None:
    soup = parsed(a_page(text))
    seen = plain(text, TEXT_LIMIT)
    assert [tag.get_text().strip() for tag in soup.select("#mine ul > li:first-child")] == [seen, seen]
    assert {tag["alt"] for tag in soup.find_all("img")} == {seen}
    assert soup.h1 is not None
    assert soup.h1.get_text().strip() == seen


@pytest.mark.parametrize("url", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_that_does_not_lead_to_the_web_is_no_link(url: str) -> None:
    document = a_page("text", url)
    assert_inert(document)
    assert {str(a["href"]).split("/")[2] for a in parsed(document).select("a[target]")} <= {"x.example"}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_and_any_address(text: str, url: str) -> None:
    assert_inert(a_page(text, f"https://x.example/{url}"))


def test_the_browser_is_told_to_fetch_nothing() -> None:
    soup = parsed(a_page("x"))
    (policy,) = soup.select('meta[http-equiv="Content-Security-Policy"]')
    assert policy["content"] == POLICY
    assert POLICY.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert [str(tag.name) for tag in tags(soup)].index("meta") < 4, "it counts from where it stands"


def test_what_runs_from_the_right_is_set_apart() -> None:
    soup = parsed(a_page(HOSTILE["hebrew"]))
    assert {bdi.get_text() for bdi in soup.find_all("bdi")} == {HOSTILE["hebrew"]}
    assert not parsed(a_page("plain")).find_all("bdi")


def test_links_and_jumps() -> None:
    soup = parsed(a_page("text"))
    paragraph = soup.select("#mine > p")[0]
    assert [(a["href"], a.get("target")) for a in paragraph.find_all("a")] == [
        (WEB, "_blank"),
        ("#other", None),
    ]
    assert paragraph.get_text() == "said: texttexttexttexttext"
    assert {a["href"] for a in soup.select("nav a")} == {"#mine", "#other"}
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in soup.select('a[href^="#"]')} <= set(ids)


def test_a_reader_of_the_screen_finds_the_way() -> None:
    soup = parsed(a_page("text"))
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
    assert all(image["alt"] for image in soup.find_all("img"))
    for table in soup.find_all("table"):
        assert {th["scope"] for th in table.select("thead th")} == {"col"}
        assert {th["scope"] for th in table.select("tbody th")} == {"row"}
        assert all(th.get_text() for th in table.find_all("th"))
        assert table.parent is not None
        assert table.parent["aria-label"]


def test_pictures_lie_in_the_file_with_their_size() -> None:
    (image, *_) = parsed(a_page("text")).find_all("img")
    assert base64.b64decode(str(image["src"]).partition(",")[2]).decode() == SVG
    assert (image["width"], image["height"]) == ("720", "180")


def test_the_title_of_a_report_is_said_once_and_without_the_brand() -> None:
    report = Report(
        key="health",
        title="Larkspur: brand health",
        compact=[Heading("Larkspur: brand health", 1), Paragraph("x")],
        full=[Heading("Larkspur: brand health", 1), Heading("Figures")],
    )
    soup = parsed(page(Page(title="Larkspur", period="p", as_of="a", reports=[report])))
    assert [tag.get_text() for tag in soup.select("#health :is(h2, h3)")] == ["Brand health", "Figures"]


def test_an_empty_table_says_so() -> None:
    report = Report(key="k", title="t", compact=[Table(("a",), [])], full=[])
    assert "Nothing to show." in page(Page(title="b", period="p", as_of="a", reports=[report]))
