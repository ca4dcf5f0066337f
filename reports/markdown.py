"""Reports as Markdown. Strangers' words show exactly as written in Prefect's artifacts, and do nothing.

Prefect renders descriptions and bodies as GitHub-flavoured Markdown with HTML; a picture in a post would be
fetched from its author's server whenever a colleague opens the page. So every character that Markdown or
HTML gives a meaning is escaped, and addresses, which are linked even when escaped, are broken by a character
that nobody sees. Not for code spans, fences or diagrams: there escapes show; keep strangers' words out.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

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
    Strong,
    Table,
)

_LINKED = re.compile(r"\]\((https?://[^)\s]+)\)")
"""A link as `_piece` writes it: `web_link` leaves no parenthesis and no space in an address."""

SIZE_LIMIT = 48_000
"""Bytes of one text: larger ones open slowly in the Prefect UI."""

_JOINER = "\u2060"
_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in string.punctuation} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_ADDRESS = re.compile(r"h(?=ttps?:)|f(?=tp:)|w(?=ww\.)|(?=@)|@", re.IGNORECASE)
"""Where a joiner breaks what GitHub-flavoured Markdown links by itself."""
_BREAK = "\u200b"
_LONG = re.compile(r"[!-~]{16}(?=[!-~])")
"""Where a line may end: Prefect breaks no word, so that an address makes a table wider than its page."""


def escape(text: str, limit: int = 280) -> str:
    """A stranger's words as one line of Markdown that shows exactly them.

    Args:
        text: anything.
        limit: characters to keep, before escaping; a cut is marked with an ellipsis.
    """
    breakable = _LONG.sub(rf"\g<0>{_BREAK}", plain(text, limit))
    return _ADDRESS.sub(rf"\g<0>{_JOINER}", breakable).translate(_ESCAPES)


def linked(text: str) -> frozenset[str]:
    """The addresses on the web that a text of `markdown` leads to; page_lines.py has the same for pages."""
    return frozenset(_LINKED.findall(text))


@dataclass(frozen=True, slots=True)
class _Room:
    """What is left out, and what is added for the place."""

    rows: int = 1_000
    pictures: bool = True
    spaced: bool = False


def markdown(blocks: Sequence[Block], limit: int = SIZE_LIMIT, *, spaced: bool = False) -> str:
    """Blocks as GitHub-flavoured Markdown for the Prefect UI.

    Args:
        blocks: what to show.
        limit: bytes that the whole may take; pictures, then the last rows of tables give way.
        spaced: for an artifact's description: above a version's body Prefect sets no space between the
            columns of a table, so that it has to be in the cells.
    """
    room = _Room(spaced=spaced)
    while True:
        text = "\n\n".join(_block(block, room) for block in blocks)
        if len(text.encode()) <= limit:
            return text
        if room.rows > _FEW_ROWS:
            room = replace(room, rows=min(room.rows, _longest(blocks)) * 2 // 3)
        elif room.pictures:
            room = _Room(pictures=False, spaced=spaced)
        else:
            return _cut(text, limit)


_FEW_ROWS = 5


def _longest(blocks: Sequence[Block]) -> int:
    """Rows of the longest table."""
    lengths = [_FEW_ROWS]
    for block in blocks:
        if isinstance(block, Table):
            lengths.append(len(block.rows))
        elif isinstance(block, Folded):
            lengths.append(_longest(block.blocks))
    return max(lengths)


def _cut(text: str, limit: int) -> str:
    """Whole parts only: half a table or link is none; what is folded is closed."""
    said = "\n\n… the rest is left out here: it is too long."
    folded = text.count("<details>")  # ours: strangers' are escaped
    room = limit - len(said.encode()) - folded * len(_END)
    kept = text.encode()[: max(0, room)].decode(errors="ignore").rpartition("\n\n")[0]
    return kept + _END * (kept.count("<details>") - kept.count("</details>")) + said


_END = "\n\n</details>"


def _block(block: Block, room: _Room) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {escape(text, _LINE)}"
        case Paragraph(line):
            return _line(line)
        case Bullets(lines):
            return "\n".join(f"- {_line(line)}" for line in lines)
        case Table():
            return _table(block, room)
        case Picture(svg, alt):
            return _picture(svg, alt) if room.pictures else f"({escape(alt, _LINE)})"
        case Folded(summary, blocks):
            # The old UI shows the inside below an open line, and that reads well enough.
            inner = "\n\n".join(_block(each, room) for each in blocks)
            return f"<details><summary>{_in_html(summary)}</summary>\n\n{inner}\n\n</details>"


_LINE = 2_000


_ENTITIES = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>*_[]()`~!|\\#"})


def _in_html(text: str) -> str:
    """Escaped for a line that begins with a tag: what Markdown escapes would show there, sign for sign."""
    return _ADDRESS.sub(rf"\g<0>{_JOINER}", plain(text, _LINE)).translate(_ENTITIES)


def _line(line: Line) -> str:
    if isinstance(line, str | Strong | Link | Jump):
        return _piece(line)
    return "".join(_piece(piece) for piece in line)


def _piece(piece: str | Strong | Link | Jump) -> str:
    match piece:
        case Strong(text):
            return f"**{_words(text)}**" if text.strip() else ""
        case Link(label, url, otherwise):
            address = web_link(url)
            return f"[{escape(label)}]({address})" if address else escape(otherwise)
        case Jump(label, key):
            return f"[{escape(label)}](/v2/artifacts/key/{key})"
        case _:
            return _words(piece)


def _words(text: str) -> str:
    """Escaped, with the space around them that tells pieces apart."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escape(text, _LINE)}{after}"


def _picture(svg: str, alt: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    return f"![{escape(alt, _LINE)}](data:image/svg+xml;base64,{data})"


def _table(table: Table, room: _Room) -> str:
    figures = set(table.right)
    rules = ["---:" if column in figures else ":---" for column in range(len(table.header))]
    rows = [[escape(name) for name in table.header]]
    rows += [[_line(cell) for cell in row] for row in table.rows[: room.rows]]
    if room.spaced:
        apart = _long_beside_long(rows, figures)
        rows = [_with_gaps(_spaced(row, figures), apart, _GAP) for row in rows]
        rules = _with_gaps(rules, apart, ":---")
    lines = [_row(rows[0]), _row(rules), *(_row(row) for row in rows[1:])]
    if len(table.rows) > room.rows:
        lines += ["", f"… and {len(table.rows) - room.rows:,} more, left out here."]
    return "\n".join(lines)


_MOMENT = re.compile(r"\d{4}\\-\d\d\\-\d\d [\d:\\]+( \w+)?$")
_FIRM = "\u00a0"
"""A space where no line ends, and which stays at the end of a cell."""
_GAP = _FIRM * 3
_LONG_CELL = 24
"""Signs of Markdown; a time has 23."""


def _on_one_line(cell: str) -> str:
    return cell.replace(" ", _FIRM).replace("\\-", f"\\-{_JOINER}")


def _spaced(cells: Sequence[str], figures: Collection[int]) -> list[str]:
    """With space between them. Figures and times stand on one line, as only the first and last have space."""
    spaced = []
    for column, cell in enumerate(cells):
        firm = _on_one_line(cell) if column in figures or _MOMENT.match(cell) else cell
        before = _FIRM * 2 if column else ""
        after = _GAP if column < len(cells) - 1 else ""
        spaced.append(f"{before}{firm}{after}")
    return spaced


def _long_beside_long(rows: Sequence[Sequence[str]], figures: Collection[int]) -> list[int]:
    """Columns before which a gap has to be a column of its own: only the first and last lines of a cell have
    space, and the others would run together. Not before every column: each makes the table wider."""
    long = [
        column not in figures and any(len(cell) > _LONG_CELL for cell in cells)
        for column, cells in enumerate(zip(*rows, strict=True))
    ]
    return [column for column in range(1, len(long)) if long[column - 1] and long[column]]


def _with_gaps(cells: Sequence[str], apart: Collection[int], gap: str) -> list[str]:
    return [piece for column, cell in enumerate(cells) for piece in [gap] * (column in apart) + [cell]]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
