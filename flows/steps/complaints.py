"""What people complain about, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.steps.opinions import opinion_figures
from reports import complaints as rendered

if TYPE_CHECKING:
    from datetime import datetime

    from flows.wiring import Wiring
    from reports.document import Report


def complaints(wiring: Wiring, brand: str, now: datetime) -> Report:
    """Complaints by topic; days must have been counted before (steps/daily.py)."""
    return rendered.report(opinion_figures(wiring, brand, now, "complaint"))
