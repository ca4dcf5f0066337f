"""Markup to text: what a person would read, with line breaks where a browser makes them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import CData, NavigableString, PageElement, Tag

_BLOCKS = ("p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
_UNSEEN = ("script", "style", "template", "head", "title")
_TEXTS = (NavigableString, CData)
"""Not comments and the like, which are kinds of NavigableString, too."""
_COMMENT, _TAG = re.compile("<!--"), re.compile(r"<[A-Za-z/!?]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[^\S\n]+")


def text_of(markup: str, without: str = "") -> str:
    """The visible text of HTML or of a text with entities; entities are resolved once.

    Args:
        markup: the HTML.
        without: a CSS selector of elements that are left out with all that is in them.
    """
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a post may be nothing but a link
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(_complete(markup), "html.parser")
    for unseen in [*soup(_UNSEEN), *(soup.select(without) if without else ())]:
        unseen.decompose()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(_pieces(soup)).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _pieces(soup: Tag) -> Iterator[str]:
    """The texts in their order, with a break before and after each block.

    Breaks are not put into the tree: that takes as long as the tree is deep, and a stranger decides how deep.
    """
    open_tags: list[tuple[Tag, Iterator[PageElement]]] = [(soup, iter(soup.contents))]
    at_start = True
    while open_tags:
        tag, children = open_tags[-1]
        child = next(children, None)
        if isinstance(child, Tag):
            if child.name in _BLOCKS and not at_start:  # one that was never closed holds those after it
                yield _break(child)
                at_start = True
            open_tags.append((child, iter(child.contents)))
        elif type(child) in _TEXTS:
            if not at_start or str(child).strip():
                yield str(child)
                at_start = False
        elif child is None:
            open_tags.pop()
            if tag.name == "br" or (tag.name in _BLOCKS and not at_start):
                yield _break(tag)
                at_start = True


def _break(tag: Tag) -> str:
    return "\n\n" if tag.name == "p" else "\n"


def _complete(markup: str) -> str:
    """Without a comment or a tag that never ends: Python's parser tries each of them anew, up to the end."""
    for begin, end in ((_COMMENT, "-->"), (_TAG, ">")):
        after = markup.rfind(end) + len(end) if end in markup else 0
        if unfinished := begin.search(markup, after):
            markup = markup[: unfinished.start()]
    return markup
