from __future__ import annotations

from reports.document import Bullets, Folded, Heading, Jump, Link, Paragraph, Picture, Strong, Table
from reports.plain_lines import LINE_LIMIT, plain_lines


def test_every_block_is_lines() -> None:
    found = plain_lines(
        [
            Heading("Today"),
            Paragraph(
                [Strong("Acme"), " was mentioned ", Jump("often", "k"), ", see ", Link("here", "https://x")]
            ),
            Table(
                ("", "Today", "Yesterday", "Change"),
                [("Mentions", "410", "300", "up 37 %"), ("Unread", "3", "", "")],
            ),
            Bullets(["one", ["two ", Strong("three")]]),
            Picture("<svg/>", "a chart"),
            Folded("more", [Paragraph("hidden")]),
        ]
    )
    assert found == (
        "Today",
        "Acme was mentioned often, see here",
        "Mentions: 410 (yesterday: 300; change: up 37 %)",
        "Unread: 3",
        "- one",
        "- two three",
    )


def test_each_is_one_visible_line() -> None:
    (line,) = plain_lines([Paragraph("a\r\nBcc: all@evil.example\x1b[31m \u202e" + "x" * 5_000)])
    assert "\n" not in line
    assert len(line) == LINE_LIMIT
    assert not set(line) & {"\x1b", "\u202e", "\r"}
