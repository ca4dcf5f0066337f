"""What a report comes to as Markdown, and what must hold for it whatever strangers wrote."""

from __future__ import annotations

import re

from reports.document import Report
from reports.markdown import SIZE_LIMIT, markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "<@|&" * 5_000,
    "x" * 10**6,
    "![x](http://evil.example/p.png)" * 100,
    '"><img src=http://evil.example/p.png onerror=alert(1)>',
    "[open](javascript:alert(1)) | **bold** | `code` \u202e\u2066 http://evil.example",
)
LINK = "https://x.example/" + "a" * 300
_OURS = re.compile(
    r"</?details>|</?summary>|!\[(?=(?:\\.|[^\]\\\n])*\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\))"
)
_HARM = re.compile(r"(?<!\\)!\[|<|(?i:https?://(?!x\.example/a)|javascript:)")


def many_of(text: str) -> int:
    """Ten thousand, or as many as make a long text: rendering looks at every sign."""
    return max(2, min(10_000, 300_000 // len(text)))


def plain_words(report: Report) -> str:
    """Both texts without escapes, and spaces as one, for looking for sentences in them."""
    whole = markdown(report.compact) + "\n\n" + markdown(report.full)
    return re.sub(r"[ \u00a0\u2002\u2003]+", " ", re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", whole))


def assert_harmless(report: Report) -> None:
    """Small, and nothing in it but text, tables, our own links and our own pictures."""
    for blocks in (report.compact, report.full):
        text = markdown(blocks)
        assert len(text.encode()) <= SIZE_LIMIT
        found = _HARM.search(_OURS.sub("", text))
        assert found is None, text[max(0, found.start() - 80) : found.end() + 80]
