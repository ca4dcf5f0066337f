from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.link import LINK_LIMIT, web_link
from core.text import plain
from reports.document import (
    Block,
    Bullets,
    Folded,
    Heading,
    Jump,
    Line,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
)
from reports.markdown import SIZE_LIMIT, escape, linked, markdown

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "cover": '<p class="fixed inset-0 z-50 bg-destructive">',
    "image": "![x](http://evil.example/p.png)",
    "image by reference": "![x][1] [1]: http://evil.example/p.png",
    "html image": "<img src=http://evil.example/p.png>",
    "javascript": "[x](javascript:alert(1))",
    "entity": "&lt;img src=x&gt; &#91;x&#93;",
    "address": "http://evil.example HTTPS://EVIL.EXAMPLE www.evil.example ftp://evil.example",
    "mail": "a@evil.example mailto:a@evil.example xmpp:a@evil.example",
    "table": "a | b |\n| --- |",
    "heading": "# big\n## bigger",
    "list": "- a\n1. b\n+ c",
    "quote": "> a",
    "rule": "---\n***\n___",
    "fence": "```mermaid\npie\n```",
    "code": "`x` ``y``",
    "emphasis": "*a* _b_ **c** ~~d~~",
    "footnote": "[^1] [^1]: x",
    "escaped already": "\\[x\\](http://evil.example) \\<b>",
    "comment": "<!-- x --> <![CDATA[x]]> <?php ?>",
    "bidi": "abc\u202egnp.exe",
    "terminal": "\x1b[31mred",
    "null": "a\x00b",
    "surrogate": "a\ud800b",
    "spliced": "ht\u200btp://evil.example",
    "long": "<&@" * 350_000,
}
ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]|&(amp|lt|gt);")
BARE = re.compile(r"[!-/:-@\[-`{-~]")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile(text: str) -> None:
    shown = escape(text)
    assert not BARE.search(ESCAPED.sub("", shown)), "every sign is escaped"
    assert not re.search(r"(?i)https?\\?:|www\\?\.|ftp\\?:|\w\\?@|@\w", shown), "nothing is linked by itself"
    assert not re.search("[\x00-\x1f\x7f\u202e\ud800]", shown)
    assert len(shown.encode()) <= 8 * 280


@given(st.text())
def test_a_person_sees_what_was_written(text: str) -> None:
    shown = escape(text, 10_000).replace("\u2060", "").replace("\u200b", "")
    shown = re.sub(r"\\(.)", r"\1", shown)
    for name, sign in (("lt", "<"), ("gt", ">"), ("amp", "&")):
        shown = shown.replace(f"&{name};", sign)
    assert shown == plain(text, 10_000)


def everywhere(text: str) -> list[Block]:
    """A text in every place where a block takes one."""
    lines: list[Line] = [text, Strong(text), [text, Strong(text)], Link(text, ""), Link(text, "", text)]
    return [
        Heading(text),
        *(Paragraph(line) for line in lines),
        Bullets(lines),
        Table(("a", text), [(line, "b") for line in lines], right=(1,)),
        Picture("<svg/>", text),
        Folded(text, [Paragraph(text), Table(("a", "b"), [(text, text)])]),
    ]


RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"text", "strong_open", "strong_close", "image", "html_inline"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_real_renderer_makes_nothing_of_it(text: str) -> None:
    written = markdown(everywhere(text), 10**6)
    tokens = RENDERER.parse(written)
    ours = markdown(everywhere("plain words"))
    assert [token.type for token in tokens] == [token.type for token in RENDERER.parse(ours)]
    for token in tokens:
        if token.type == "html_block":
            assert re.fullmatch(r"<details><summary>[^<>]*</summary>\n?|</details>\n?", token.content)
        for child in token.children or ():
            assert child.type in OURS
            if child.type == "image":
                assert str(child.attrs["src"]).startswith("data:image/svg+xml;base64,")


@given(st.text(min_size=1, max_size=40))
def test_blocks_stay_blocks(text: str) -> None:
    """Whatever is written in them: as many cells, items and headings as with plain words."""
    words = plain(text) or "x"
    tokens = RENDERER.parse(
        markdown([Bullets([words]), Table((words,), [(words,), (words,)]), Heading(words)])
    )
    kinds = [token.type for token in tokens if token.type.endswith("_open")]
    assert [kinds.count(kind) for kind in ("list_item_open", "th_open", "td_open", "heading_open")] == [
        1,
        1,
        2,
        1,
    ]


def test_a_cut_is_marked() -> None:
    assert escape("a" * 20, 10) == "aaaaaaaaa…"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://x.com/a/1?b=2#c", "[open](https://x.com/a/1?b=2#c)"),
        ("https://x.com/a)b](c|d e_f~g", "[open](https://x.com/a%29b%5D%28c%7Cd%20e_f~g)"),
        ('https://x.com/" onclick="x', "[open](https://x.com/%22%20onclick=%22x)"),
        ("javascript:alert(1)", "no link"),
        ("data:text/html,x", "no link"),
        ("https://bank.example@evil.example", "no link"),
        ("https://evil.example)x/", "no link"),
        ("https://x.com/" + "a" * LINK_LIMIT, "no link"),
        ("", "no link"),
    ],
)
def test_link(url: str, text: str) -> None:
    assert markdown([Paragraph(Link("open", url))]) == text


@given(st.text())
def test_link_stays_one_link(url: str) -> None:
    for text in (url, f"https://x.example/{url}", f"https://{url}/"):
        made = markdown([Paragraph(Link("a [b]", text))])
        assert made == "no link" or re.fullmatch(r"\[a \\\[b\\\]\]\(https?://[^()\s|<>\"`]+\)", made)


GAP = "\u00a0" * 3


def test_blocks() -> None:
    blocks = [
        Heading("Title", 1),
        Paragraph(["one ", Strong("two"), " three, ", Jump("more", "praise-acme")]),
        Bullets(["a", ["b", Strong("c")]]),
        Table(("What", "How many"), [("a", "1"), (Strong("b"), "2")], right=(1,)),
        Folded("All", [Paragraph("inside")]),
    ]
    assert (
        markdown(blocks).replace(GAP, "")
        == """\
# Title

one **two** three\\, [more](/v2/artifacts/key/praise-acme)

- a
- b**c**

| What | How many |
| :--- | ---: |
| a | 1 |
| **b** | 2 |

<details><summary>All</summary>

inside

</details>"""
    )


PICTURE = Picture(f"<svg>{'x' * 9_000}</svg>", "what it shows")


def test_pictures_stay_and_the_last_rows_of_tables_give_way() -> None:
    rows = [(f"row {number}", "é" * 50) for number in range(2_000)]
    text = markdown(
        [Heading("A"), PICTURE, Table(("What", "Words"), rows), Folded("B", [Table(("C",), rows)])]
    )
    assert len(text.encode()) <= SIZE_LIMIT
    assert "data:image/svg" in text
    assert "| row 0 |" in text
    assert re.search(r"… and 1,\d\d\d more, left out here\.", text)
    assert text.endswith("</details>")


def test_pictures_give_way_to_their_words_where_there_are_too_many() -> None:
    text = markdown([Heading("A"), *[PICTURE] * 10, Table(("What",), [("kept",)] * 30)])
    assert len(text.encode()) <= SIZE_LIMIT
    assert "data:image" not in text
    assert text.count("(what it shows)") == 10
    assert text.count("| kept |") == 30


@pytest.mark.parametrize(
    "text", ["<@|&" * 5_000, "x" * 10**6, "![x](http://evil.example/p.png)" * 100, "é" * 10**5]
)
def test_it_is_never_larger_than_allowed(text: str) -> None:
    flood = [
        Heading(text),
        *[Paragraph([text, Strong(text)])] * 3,
        Bullets([text] * 5),
        *[Table((text, text), [(text, Link(text, f"https://x.example/{'a' * 400}"))] * 8)],
        Picture("x" * 10**5, text),
        Folded(text, [Folded(text, [Table((text,), [(text,)] * 10)])]),
    ]
    written = markdown(flood, 2_000)
    assert len(written.encode()) <= 2_000
    assert not re.search(r"(?<!\\)!\[|<(?!/?(details|summary)>)|(?i:https?://(?!x\.example/a))", written)
    assert written.endswith("the rest is left out here: it is too long.")
    assert written.count("<details>") == written.count("</details>")


def test_what_is_folded_is_closed_where_the_rest_is_left_out() -> None:
    inside = [Paragraph("words " * 30)] * 40
    written = markdown([Folded("A", [Folded("B", inside)])], 2_000)
    assert len(written.encode()) <= 2_000
    assert written.count("<details>") == written.count("</details>") == 2
    assert written.endswith("</details>\n\n… the rest is left out here: it is too long.")


def test_a_long_word_may_be_broken_and_shows_no_sign_of_it() -> None:
    address = "//x.example/" + "a" * 40
    shown = re.sub(r"\\(.)", r"\1", escape(address))
    assert max(map(len, shown.split("\u200b"))) <= 16
    assert shown.replace("\u200b", "") == address
    assert "\u200b" not in escape("sixteen letters: " + "a" * 16)


def test_a_description_keeps_the_columns_of_its_tables_apart() -> None:
    table = Table(("What", "How many", "Change"), [("delay", "1 of 2", "too few to tell")], right=(1,))
    gap, start = "\u00a0" * 3, "\u00a0" * 2
    assert markdown([table], spaced=True).splitlines() == [
        f"| What{gap} | {start}How\u00a0many{gap} | {start}Change |",
        r"| :--- | ---: | :--- |",
        f"| delay{gap} | {start}1\u00a0of\u00a02{gap} | {start}too few to tell |",
    ]
    assert gap not in markdown([table])


def test_two_long_texts_in_a_description_have_a_column_of_space_between_them() -> None:
    said, by = "Thank you so much for this", "somebody whose name is long"
    table = Table(("Said", "By", "Posts", "Again"), [(said, by, "1", said)], right=(2,))
    gap, start = "\u00a0" * 3, "\u00a0" * 2
    assert markdown([table], spaced=True).splitlines() == [
        f"| Said{gap} | {gap} | {start}By{gap} | {start}Posts{gap} | {start}Again |",
        r"| :--- | :--- | :--- | ---: | :--- |",
        f"| {said}{gap} | {gap} | {start}{by}{gap} | {start}1{gap} | {start}{said} |",
    ]


@pytest.mark.parametrize(
    "url", ["https://x.example/1", "https://x.example/a_(b)*?c=d&e=[f]#g", "http://[::1]/"]
)
def test_every_link_of_a_report_is_found(url: str) -> None:
    said = Paragraph(("see ", Link("post (a) [b]", url), " or ", Link("other", "https://y.example/(x)")))
    assert linked(markdown([said])) == {web_link(url), web_link("https://y.example/(x)")}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_words_are_no_link(text: str) -> None:
    assert linked(markdown([Paragraph(text)])) == frozenset()
