"""Takes posts that are gone off pages that were written: a row, point or paragraph of a page is a line."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

_LINKED = re.compile(r'<a href="(https?://[^"]*)" rel="noopener noreferrer nofollow" target="_blank">')
_ORIGIN = re.compile(r'<meta name="earful-origin" content="([^"]*)">')


def origin(document: str) -> str:
    """The database that a page was made from, as Page.origin says it; empty: that is not known."""
    found = _ORIGIN.search(document.partition("<body>")[0])
    return html.unescape(found[1]) if found else ""


def linked(document: str) -> frozenset[str]:
    """The addresses that a page of reports/page.py leads to."""
    return frozenset(html.unescape(address) for address in _LINKED.findall(document))


def without(document: str, gone: Collection[str]) -> str:
    """A page without every line that leads to one of these addresses, whatever else the line says.

    Args:
        document: as reports/page.py makes it.
        gone: addresses of posts, as `linked` gives them.
    """
    signs = [f'<a href="{html.escape(address)}" rel=' for address in gone]
    lines = document.split("\n")
    return "\n".join(line for line in lines if not any(sign in line for sign in signs))
