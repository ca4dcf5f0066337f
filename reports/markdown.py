"""Markdown that holds strangers' words: in Prefect's artifacts they show exactly as written, and do nothing.

Prefect renders descriptions and bodies as GitHub-flavoured Markdown with HTML; a picture in a post would be
fetched from its author's server whenever a colleague opens the page. So every character that Markdown or
HTML gives a meaning is escaped, and addresses, which are linked even when escaped, are broken by a character
that nobody sees. Not for code spans, fences or diagrams: there escapes show; keep strangers' words out.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from core.link import web_link
from core.text import plain

Row = TypeVar("Row")

_JOINER = "\u2060"
_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in string.punctuation} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_ADDRESS = re.compile(r"h(?=ttps?:)|f(?=tp:)|w(?=ww\.)|(?=@)|@", re.IGNORECASE)
"""Where a joiner breaks what GitHub-flavoured Markdown links by itself."""


def escape(text: str, limit: int = 280) -> str:
    """A stranger's words as one line of Markdown that shows exactly them.

    Args:
        text: anything.
        limit: characters to keep, before escaping; a cut is marked with an ellipsis.
    """
    return _ADDRESS.sub(rf"\g<0>{_JOINER}", plain(text, limit)).translate(_ESCAPES)


def link(label: str, url: str, otherwise: str = "no link") -> str:
    """A link under our own label; the words in `otherwise` where the address does not lead to the web."""
    address = web_link(url)
    return f"[{escape(label)}]({address})" if address else escape(otherwise)


def table(
    header: Sequence[str],
    rows: Sequence[Row],
    cells: Callable[[Row], Sequence[str]],
    *,
    budget: int,
    right: Iterable[int] = (),
) -> str:
    """A table of the first rows that fit; the others are counted.

    Args:
        header: our own words.
        rows: what there is one line about each, the most important first.
        cells: makes a row's cells, escaped; asked for no row that is left out.
        budget: bytes that the table may take.
        right: columns of figures, set to the right.
    """
    figures = set(right)
    rules = ["---:" if column in figures else ":---" for column in range(len(header))]
    lines = [_row(header), _row(rules)]
    used = sum(len(line.encode()) + 1 for line in lines)
    for shown, row in enumerate(rows):
        line = _row(cells(row))
        used += len(line.encode()) + 1
        if used > budget:
            lines += ["", f"… and {len(rows) - shown:,} more, left out here."]
            break
        lines.append(line)
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
