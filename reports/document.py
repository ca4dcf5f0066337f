"""What a report says, before it is Markdown (reports/markdown.py) or a page (reports/page.py).

Every `str` in here is taken for a stranger's: renderers show exactly its characters, whatever they are. What
is more than text is a piece or a block of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that matter."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Leads out to the web under our own label; where the address does not, `otherwise` stands there."""

    label: str
    url: str
    otherwise: str = "no link"


@dataclass(frozen=True, slots=True)
class Jump:
    """Leads to another report by its key."""

    label: str
    key: str


Piece = str | Strong | Link | Jump
Line = Piece | Sequence[Piece]
"""A line of text. A sequence is joined without spaces."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part. Level 1 is the report's own title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """One short line each."""

    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures, the most important first; a renderer with little room leaves out the last ones."""

    header: Sequence[str]
    rows: Sequence[Sequence[Line]]
    right: Sequence[int] = ()
    """Columns of figures, set to the right."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart; the table beneath it holds the same figures."""

    svg: str
    """Made by reports/charts/: it loads nothing, runs nothing, and names its own width and height."""
    alt: str
    """What it shows, in one sentence."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What only some want to see: closed until it is asked for, where that is possible."""

    summary: str
    blocks: Sequence[Block]


Block = Heading | Paragraph | Bullets | Table | Picture | Folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One subject: what stands in the Prefect UI under one key, and a part of the report page."""

    key: str
    """Of the artifact: lower case, digits and dashes, always the same."""
    title: str
    compact: Sequence[Block]
    """The short view, shown on the key's page at a fixed address: what one looks at every day."""
    full: Sequence[Block]
    """Everything behind it, without what `compact` says already."""
