"""Reports as one HTML file that can be read anywhere, for years, and does nothing but be read.

No script, no request, no frame: the content security policy inside the file refuses all of them, should a
mistake of ours let one through. Strangers' words are escaped, lose what hides or turns text around, and are
set apart where they are written from right to left. Pictures lie in the file as data addresses.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.link import web_link
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
    Report,
    Strong,
    Table,
)

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser lets the page do: show pictures that lie in it, and use its own style."""

TEXT_LIMIT = 2_000
"""Characters of one piece of text; a cut is marked."""

_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})
"""Directions (Unicode) of letters that would drag what stands around them along."""
_SIZE = re.compile(r'<svg\b[^>]*?\swidth="(\d{1,4})[^>]*?\sheight="(\d{1,4})', re.DOTALL)
_DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says about itself."""

    title: str
    """The brand."""
    period: str
    """The days that it is about, in words."""
    as_of: str
    """When its figures were true, with the time zone."""
    reports: Sequence[Report]
    origin: str = ""
    """Tells the database that it was made from; no address of it."""


def page(content: Page) -> str:
    """A whole HTML document.

    Args:
        content: what to show; a report's compact view comes first, then what stands behind it.
    """
    keys = [report.key for report in content.reports]
    entries = "".join(
        f'<li><a href="#{html.escape(report.key)}">{_text(_title(report, content))}</a></li>'
        for report in content.reports
    )
    sections = "\n".join(_section(report, _title(report, content), keys) for report in content.reports)
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="earful-origin" content="{html.escape(content.origin)}">
<title>{html.escape(plain(content.title, 200))}: {html.escape(plain(content.period, 200))}</title>
<style>
{_style()}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>{_text(content.title)}</h1>
<p class="period">{_text(content.period)}</p>
<p class="as-of">As of {_text(content.as_of)}</p>
</header>
<div class="columns">
<nav aria-label="Contents"><ol>{entries}</ol></nav>
<main id="content">
{sections}
</main>
</div>
<footer><p>Made by Earful. This file holds everything that it shows: it loads nothing and sends nothing.
Posts are shown as they were when it was made.</p></footer>
</body>
</html>
"""


@cache
def _style() -> str:
    return resources.files("reports").joinpath("page.css").read_text(encoding="utf-8")


@dataclass(slots=True)
class _Place:
    """Where on the page something is rendered."""

    keys: Collection[str]
    """Of the reports on the page."""
    depth: int = 2
    """Of the heading above, so that none is skipped."""
    heading: str = ""
    """The heading above, which names a table for those who do not see it."""


def _title(report: Report, content: Page) -> str:
    """A report's title without the brand, which stands on top of the page."""
    title = report.title.removeprefix(f"{content.title}: ")
    return title[:1].upper() + title[1:]


def _section(report: Report, title: str, keys: Collection[str]) -> str:
    place = _Place(keys, heading=title)
    key = html.escape(report.key)
    compact, full = (_blocks(_untitled(blocks, report), place) for blocks in (report.compact, report.full))
    return (
        f'<section id="{key}" aria-labelledby="{key}-title">\n<h2 id="{key}-title">{_text(title)}</h2>\n'
        f'<div class="compact">\n{compact}\n</div>\n{full}\n</section>'
    )


def _untitled(blocks: Sequence[Block], report: Report) -> list[Block]:
    """Without the report's own title, which stands above them."""
    title = Heading(report.title, 1)
    return [block for block in blocks if block != title]


def _blocks(blocks: Sequence[Block], place: _Place) -> str:
    return "\n".join(_block(block, place) for block in blocks)


def _block(block: Block, place: _Place) -> str:
    match block:
        case Heading():
            return _heading(block, place)
        case Paragraph(line):
            return f"<p>{_line(line, place)}</p>"
        case Bullets(lines):
            points = "\n".join(f"<li>{_line(line, place)}</li>" for line in lines)
            return f"<ul>\n{points}\n</ul>"
        case Table():
            return _table(block, place)
        case Picture():
            return _picture(block)
        case Folded(summary, blocks):
            return (
                f"<details><summary>{_text(summary)}</summary>\n<div>{_blocks(blocks, place)}</div></details>"
            )


def _heading(heading: Heading, place: _Place) -> str:
    place.depth = max(3, min(heading.level + 1, place.depth + 1, _DEEPEST))
    place.heading = heading.text
    return f"<h{place.depth}>{_text(heading.text)}</h{place.depth}>"


def _table(table: Table, place: _Place) -> str:
    if not table.rows:
        return '<p class="none">Nothing to show.</p>'
    right = set(table.right)
    header = "".join(_header(name, column in right) for column, name in enumerate(table.header))
    rows = "\n".join(_row(row, right, place) for row in table.rows)
    name = html.escape(plain(place.heading, 200))
    # It can be reached with the keyboard, so that a table wider than the screen can be scrolled.
    return (
        f'<div class="table" role="region" aria-label="{name}" tabindex="0"><table>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _header(name: str, right: bool) -> str:
    mark = ' class="n"' if right else ""
    return f'<th scope="col"{mark}>{_text(name)}</th>' if name.strip() else f"<td{mark}></td>"


def _row(row: Sequence[Line], right: Collection[int], place: _Place) -> str:
    cells = []
    for column, cell in enumerate(row):
        mark = ' class="n"' if column in right else ""
        line = _line(cell, place)
        cells.append(f"<td{mark}>{line}</td>" if column else f'<th scope="row"{mark}>{line}</th>')
    return f"<tr>{''.join(cells)}</tr>"


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.svg.encode()).decode()
    size = _SIZE.search(picture.svg)
    room = f' width="{size[1]}" height="{size[2]}"' if size else ""
    alt = html.escape(plain(picture.alt, TEXT_LIMIT))
    return f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{alt}"{room}></figure>'


def _line(line: Line, place: _Place) -> str:
    if isinstance(line, str | Strong | Link | Jump):
        return _piece(line, place)
    return "".join(_piece(piece, place) for piece in line)


def _piece(piece: str | Strong | Link | Jump, place: _Place) -> str:
    match piece:
        case Strong(text):
            return f"<strong>{_text(text)}</strong>" if text.strip() else ""
        case Link(label, url, otherwise):
            address = html.escape(web_link(url))
            if not address:
                return _text(otherwise)
            return (
                f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{_text(label)}</a>'
            )
        case Jump(label, key):
            return f'<a href="#{html.escape(key)}">{_text(label)}</a>' if key in place.keys else _text(label)
        case _:
            return _text(piece)


def _text(text: str) -> str:
    """Escaped, with the space around it that tells pieces apart."""
    shown = html.escape(plain(text, TEXT_LIMIT))
    if not shown.isascii() and any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT for sign in shown):
        shown = f"<bdi>{shown}</bdi>"
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and shown else ""
    return f"{before}{shown}{after}"
