"""Which mentions are one alert."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.mention import Mention

COPY_WINDOW = timedelta(days=14)
"""How far apart, by their posting times, a text and its copy by somebody else may be to be one alert. A
campaign is over after days; the same text next year is news."""


def subject(mention: Mention) -> str:
    """The opaque key under which mentions are one alert: their author, else thread, else the mention.

    It does not name the brand: whoever looks for an open alert does so per brand.
    """
    if mention.author is not None and mention.author.external_id:
        return author_subject(mention.author.source, mention.author.external_id)
    if mention.thread_id:
        return f"thread:{mention.source}:{mention.thread_id}"
    return f"mention:{mention.key}"


def author_subject(source: str, external_id: str) -> str:
    """The key of everything that an author wrote."""
    return f"author:{source}:{external_id}"


def copy_span(mention: Mention) -> tuple[datetime, datetime]:
    """From when to when posts were made that a mention may be a copy of: one open alert is enough for all.

    Each author's own alert comes first: who has an open one stays in it. Everybody who posted a copy is
    listed in the alert, and gets one of their own with the next post that says something else.
    """
    return mention.posted_at - COPY_WINDOW, mention.posted_at + COPY_WINDOW
