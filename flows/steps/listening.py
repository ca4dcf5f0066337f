"""How each target is heard, gathered from the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.listening import SPANS, WEEKS, Health, Signs, Volume, comparable, judge
from storage import standings, volumes, windows

if TYPE_CHECKING:
    from storage.database import Transaction
    from storage.windows import CoverageWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """One target."""

    window: CoverageWindow
    """Its last poll."""
    health: Health
    lag: timedelta | None
    """Since a poll last came to its end; None: none ever did."""
    day: Volume
    """The last 24 hours against the same hours of earlier weeks."""
    not_before: datetime | None
    waits_for: str

    @property
    def note(self) -> str:
        """What its last poll said; of one that waits, until when and why."""
        if self.not_before is not None:
            return f"until {self.not_before:%Y-%m-%d %H:%M} UTC: {self.waits_for}"
        return self.window.note


def listening(tx: Transaction, now: datetime) -> dict[str, Listening]:
    """Every target that was ever asked, by name."""
    known = standings.standings(tx)
    every = [(span, week) for span in SPANS for week in range(WEEKS + 1)]
    ends = [now - timedelta(weeks=week) for _, week in every]
    found = volumes.volumes(tx, [(end - span, end) for (span, _), end in zip(every, ends, strict=True)])
    result = {}
    for window in windows.latest_windows(tx):
        standing = known[window.target]
        begun = standing.first_asked_at
        counts = dict(zip(every, found.get(window.target, [0] * len(every)), strict=True))
        by_span = {
            span: Volume(
                heard=counts[span, 0],
                before=tuple(
                    counts[span, week] for week in range(1, WEEKS + 1) if comparable(span, week, now, begun)
                ),
            )
            for span in SPANS
        }
        at = standing.succeeded_at
        signs = Signs(state=window.state, succeeded_at=at, not_before=standing.not_before, volumes=by_span)
        result[window.target] = Listening(
            window=window,
            health=judge(signs, now),
            lag=None if at is None else now - at,
            day=by_span[SPANS[-1]],
            not_before=standing.not_before if standing.not_before and standing.not_before > now else None,
            waits_for=standing.waits_for,
        )
    return result
