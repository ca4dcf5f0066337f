from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.link import LINK_LIMIT
from core.text import plain
from reports.markdown import escape, link, table

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
    assert not re.search("[\x00-\x1f\x7f\u202e\ud800\u200b]", shown)
    assert len(shown.encode()) <= 8 * 280


@given(st.text())
def test_a_person_sees_what_was_written(text: str) -> None:
    shown = escape(text, 10_000).replace("\u2060", "")
    shown = re.sub(r"\\(.)", r"\1", shown)
    for name, sign in (("lt", "<"), ("gt", ">"), ("amp", "&")):
        shown = shown.replace(f"&{name};", sign)
    assert shown == plain(text, 10_000)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_real_renderer_makes_nothing_of_it(text: str) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = f"{escape(text)}\n\n- {escape(text)}\n\n| a | b |\n| --- | --- |\n| {escape(text)} | b |\n"
    inlines = [token for token in markdown.parse(page) if token.type == "inline"]
    assert len(inlines) == 6, "a paragraph, a list item, and a table of four cells"
    for inline in (inlines[0], inlines[1], inlines[4]):
        assert {child.type for child in inline.children or ()} <= {"text"}
        assert "".join(c.content for c in inline.children or ()).replace("\u2060", "") == plain(text, 280)


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
    assert link("open", url) == text


@given(st.text())
def test_link_stays_one_link(url: str) -> None:
    for text in (url, f"https://x.example/{url}", f"https://{url}/"):
        made = link("a [b]", text)
        assert made == "no link" or re.fullmatch(r"\[a \\\[b\\\]\]\(https?://[^()\s|<>\"`]+\)", made)


def test_table() -> None:
    rows = [("a", 1), ("b", 2)]
    text = table(("What", "How many"), rows, lambda row: [row[0], f"{row[1]}"], budget=999, right=[1])
    assert text == "| What | How many |\n| :--- | ---: |\n| a | 1 |\n| b | 2 |"


def test_table_within_its_budget() -> None:
    made: list[int] = []

    def cells(row: int) -> list[str]:
        made.append(row)
        return ["é" * 10]

    text = table(("What",), range(100), cells, budget=250)
    assert text.endswith("\n\n… and 91 more, left out here.")
    assert len(text.encode()) < 250 + 40
    assert len(made) == 10, "no work is done for rows that are left out"
