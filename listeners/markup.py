"""Markup to text: what a person would read, with line breaks where a browser makes them."""

from __future__ import annotations

import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

_BREAKS = ("br", "p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
_UNSEEN = ("script", "style", "template", "head", "title")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[^\S\n]+")


def text_of(markup: str) -> str:
    """The visible text of HTML or of a text with entities; entities are resolved once."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a post may be nothing but a link
        soup = BeautifulSoup(markup, "html.parser")
    for unseen in soup(_UNSEEN):
        unseen.decompose()
    for block in soup(_BREAKS):
        block.append("\n\n" if block.name == "p" else "\n")
    lines = (_SPACES.sub(" ", line).strip() for line in soup.get_text().split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
