"""Which mentions are one alert."""

from __future__ import annotations

from core.mention import Mention


def subject(mention: Mention) -> str:
    """The opaque key under which mentions are one alert: their author, else thread, else the mention.

    It does not name the brand: whoever looks for an open alert does so per brand.
    """
    if mention.author is not None and mention.author.external_id:
        return f"author:{mention.author.source}:{mention.author.external_id}"
    if mention.thread_id:
        return f"thread:{mention.source}:{mention.thread_id}"
    return f"mention:{mention.key}"
