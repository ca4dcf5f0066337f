"""Says in a run's log, every so often, how far long work is. A line a batch would be a page of them.

Lines, not a progress artifact: Prefect's UI shows that one as a bare number, without a bar.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.clock import Clock

EVERY = timedelta(seconds=15)


class Pace:
    """Counts batches, and says the sum when some time has passed.

    Args:
        clock: gives the time.
        say: writes a line.
        words: with `{count}` for the sum, such as `{count} mentions read so far.`
    """

    def __init__(self, clock: Clock, say: Callable[[str], None], words: str) -> None:
        self._clock, self._say, self._words = clock, say, words
        self._said_at = clock()
        self.count = 0

    def __call__(self, count: int) -> None:
        """So many more are done."""
        self.count += count
        now = self._clock()
        if now - self._said_at >= EVERY:
            self._said_at = now
            self._say(self._words.format(count=f"{self.count:,}"))
