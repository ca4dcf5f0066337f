"""Making a stranger's text harmless to look at, whatever shows it: the part every channel shares.

What is special to one place is done there: Markdown in reports/markdown.py, chat and e-mail in alerts/.
"""

from __future__ import annotations

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"  # holds family emoji together; harmless
_VARIATION_SELECTOR = "\ufe0f"  # asks for the coloured form of an emoji; harmless
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories: controls (terminal escapes), format (bidi overrides, zero width), surrogates,
private use, unassigned."""


def plain(text: str, limit: int | None = None) -> str:
    """One line of visible characters: no control codes, no direction overrides, no line breaks.

    Args:
        text: anything.
        limit: characters to keep; a cut is marked with an ellipsis.
    """
    cut = limit is not None and bool(text[limit * 8 :].strip())
    if limit is not None:
        text = text[: limit * 8]  # a megabyte of text is not worked through for an excerpt
    visible = "".join(
        c
        for c in text
        if c.isspace()
        or c in (_ZERO_WIDTH_JOINER, _VARIATION_SELECTOR)
        or unicodedata.category(c) not in _HIDDEN
    )
    shown = " ".join(visible.split())
    if limit is not None and (cut or len(shown) > limit):
        return shown[: limit - 1].rstrip() + "…"
    return shown
