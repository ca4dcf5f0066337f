"""What of a mention may not leave Earful in a file: its words and who wrote them, never its figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from core.mention import Visibility


class Withheld(StrEnum):
    """Why a mention's words, and who wrote them, stay out of a file."""

    GONE = "gone"
    """Its author or the platform took it away."""
    TERMS = "terms"
    """The terms of its source, or of its target, do not allow it."""
    EXPIRED = "expired"
    """It may not be kept any longer; the next `earful revisit` forgets it."""


def why_withheld(
    *,
    visibility: Visibility,
    may_export_text: bool,
    keep_for: float | None,
    fetched_at: datetime,
    now: datetime,
) -> Withheld | None:
    """Why a mention's words may not be exported; None: they may.

    Args:
        visibility: what the public sees of it.
        may_export_text: what its source's terms say.
        keep_for: seconds that its text may be kept after it was fetched; None: no limit.
        fetched_at: when it was seen last.
        now: the present time.
    """
    if visibility.gone:
        return Withheld.GONE
    if not may_export_text:
        return Withheld.TERMS
    if keep_for is not None and fetched_at + timedelta(seconds=keep_for) <= now:
        return Withheld.EXPIRED
    return None
