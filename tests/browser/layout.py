"""What is wrong with how a page looks, measured in the browser that shows it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from playwright.sync_api import Browser, Page

SLACK = 1.5
"""Pixels that rounding may take."""

_HERE = Path(__file__).parent
_PAGE = (_HERE / "measure_page.js").read_text(encoding="utf-8")
_CHART = (_HERE / "measure_chart.js").read_text(encoding="utf-8")
_SVG = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


def faults(page: Page, content: str) -> list[str]:
    """Pictures that have not loaded, what is cut, what lies on something else.

    Args:
        page: open and settled.
        content: selector of what is ours on it.
    """
    found: list[str] = page.evaluate(_PAGE, [content, SLACK])
    return found


def charts(page: Page) -> list[str]:
    """The charts of a page as SVG, each once."""
    sources: list[str] = page.evaluate("[...document.querySelectorAll('img')].map(e => e.src)")
    inline: list[str] = page.evaluate("[...document.querySelectorAll('svg[role=img]')].map(e => e.outerHTML)")
    coded = (match[1] for source in sources if (match := _SVG.fullmatch(source)))
    return list(dict.fromkeys([*(base64.b64decode(code).decode() for code in coded), *inline]))


def chart_faults(opened: Browser, svg: str) -> list[str]:
    """Words of a chart that lie outside it or on each other, with the browser's own fonts."""
    page = opened.new_page()
    try:
        page.set_content(f"<!doctype html><body style='margin:40px'>{svg}</body>")
        found: list[str] = page.evaluate(_CHART, SLACK)
        return found
    finally:
        page.close()
