"""A known mention that its source no longer shows: what is left of it."""

from __future__ import annotations

from datetime import datetime

from core.mention import Mention, Terms, Visibility
from core.target import Known


def gone(known: Known, source: str, terms: Terms, now: datetime, visibility: Visibility) -> Mention:
    """The mention without its text and its author; all that is known of it otherwise stays as it was.

    Args:
        known: what was asked for.
        source: who was asked.
        terms: the source's.
        now: when it was asked.
        visibility: how it is gone.
    """
    return Mention(
        source=source,
        external_id=known.external_id,
        text="",
        posted_at=known.posted_at,
        fetched_at=now,
        kind=known.kind,
        thread_id=known.thread_id,
        url=known.url,
        visibility=visibility,
        terms=terms,
    )
