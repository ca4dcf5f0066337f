"""Making a stranger's text harmless to look at, whatever shows it: the part every channel shares.

What is special to one place is done there: Markdown in reports/markdown.py, chat and e-mail in alerts/.
"""

from __future__ import annotations

import re
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


def folded(text: str) -> str:
    """For comparing: without capitals, accents, invisible characters and ways of writing one thing twice."""
    if not text.isascii():
        # Fullwidth letters and ligatures are taken apart by NFKD; a second time, as folding makes new ones.
        text = unicodedata.normalize("NFKD", text).casefold()
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return " ".join(text.casefold().split())


_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
"""Accents of Latin, Greek and Cyrillic letters, and what is invisible; elsewhere marks tell words apart."""
_ALIKE = dict.fromkeys((0x2018, 0x2019, 0x2BC), "'")
"""Apostrophes that word processors and telephones write."""
