"""Count what has changed since the last time, day by day: what every report begins with."""

from __future__ import annotations

from flows.wiring import Wiring
from storage import daily


def count_days(wiring: Wiring) -> None:
    """Bring the daily figures up to date, a few days at a time, so that others may write in between."""
    while True:
        with wiring.database.transaction() as tx:
            if not daily.refresh(tx, wiring.catalogue.zone):
                return
