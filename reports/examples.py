"""Texts in their authors' own words, each with where and when it was said."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from reports.document import Block, Line, Link, Paragraph, Table
from reports.figures import Example
from reports.wording import moment


def example_table(examples: Sequence[Example], zone: ZoneInfo, *, authors: bool = False) -> Block:
    """One row each.

    Args:
        examples: the clearest first.
        zone: of the times.
        authors: whether to say who wrote them.
    """
    if not examples:
        return Paragraph("None to show.")
    header = ("In their words", *(("By",) if authors else ()), "Posts", "Source", "Posted", "Post")
    rows: list[list[Line]] = [
        [
            example.text,
            *([example.author or "unknown"] if authors else []),
            f"{example.posts:,}",
            example.source,
            moment(example.posted_at, zone),
            Link("open", example.link),
        ]
        for example in examples
    ]
    return Table(header, rows, right=(2,) if authors else (1,))
