"""Reports as lines of plain text: for a message that somebody reads on a telephone.

Strangers' words stay as they are in here: whoever sends the lines makes them harmless (alerts/defuse.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.text import plain
from reports.document import Block, Bullets, Heading, Jump, Line, Link, Paragraph, Strong, Table

LINE_LIMIT = 500
"""Characters of one line."""


def plain_lines(blocks: Sequence[Block]) -> tuple[str, ...]:
    """What blocks say, one line each; pictures and what is folded are left out, as are addresses."""
    return tuple(line for block in blocks for line in map(_one_line, _block(block)) if line)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield text
        case Paragraph(line):
            yield _line(line)
        case Bullets(lines):
            yield from (f"- {_line(line)}" for line in lines)
        case Table():
            yield from (_row(block.header, row) for row in block.rows)
        case _:
            return


def _row(header: Sequence[str], row: Sequence[Line]) -> str:
    """A row of a table as "Mentions: 410 (yesterday: 300; change: up 37 %)"."""
    first, *rest = [plain(_line(cell)) for cell in row]
    names = [plain(name) for name in header[1:]]
    told = [(name, cell) for name, cell in zip(names, rest, strict=False) if cell]
    if not told:
        return first
    (_, value), *others = told
    aside = "; ".join(f"{name[:1].lower()}{name[1:]}: {cell}" if name else cell for name, cell in others)
    return f"{first}: {value}" + (f" ({aside})" if aside else "")


def _line(line: Line) -> str:
    if isinstance(line, str | Strong | Link | Jump):
        return _piece(line)
    return "".join(_piece(piece) for piece in line)


def _piece(piece: str | Strong | Link | Jump) -> str:
    match piece:
        case Strong(text):
            return text
        case Link(label) | Jump(label):
            return label
        case _:
            return piece


def _one_line(text: str) -> str:
    return plain(text, LINE_LIMIT)
