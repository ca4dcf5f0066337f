"""What a target listens to and cannot be asked: told once, and asked again once a day, without another word.

Comments that are switched off may be switched on, and a private video may be published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.errors import SourceGone
from core.mention import Page
from listeners.several import Places
from listeners.times import from_iso
from listeners.values import mapping

_RESTS = timedelta(days=1)


class ClosedOnes:
    """Those of one target.

    Args:
        places: of the target; remembers when each was asked last.
        names: of all that the target listens to.
        now: the present time.
        chosen: whether the target itself names them, and is gone without them; else a search found them.
    """

    def __init__(self, places: Places, names: Sequence[str], now: datetime, *, chosen: bool) -> None:
        asked = mapping(places.more.get("closed"))
        self._asked = places.more["closed"] = {name: str(asked[name]) for name in names if name in asked}
        self._names, self._now, self._chosen = names, now, chosen
        self._why: list[str] = []
        # Where all are closed, all are asked, so that it shows at once when one no longer is.
        self._resting = {name for name, at in self._asked.items() if self._early(at) and not self._gone}

    @property
    def all_rest(self) -> bool:
        """Whether nothing of the target is asked this time."""
        return self._resting.issuperset(self._names)

    def rests(self, name: str) -> bool:
        """Whether it is not asked this time."""
        return name in self._resting

    def opened(self, name: str) -> None:
        """It was asked and answered."""
        self._asked.pop(name, None)

    def refused(self, name: str, why: str) -> Page:
        """It was asked and cannot be: the page that tells it where that is new."""
        self._why.append(why)
        new = name not in self._asked
        self._asked[name] = self._now.isoformat()
        return Page(truncated=why if new else "")

    def tell(self) -> None:
        """To be called at the end.

        Raises:
            SourceGone: nothing of a target that names what it listens to can be asked.
        """
        if self._gone:
            raise SourceGone(f"YouTube: {'; '.join(self._why[:3])}; nothing of this target can be asked")

    @property
    def _gone(self) -> bool:
        return self._chosen and len(self._asked) == len(self._names)

    def _early(self, asked: str) -> bool:
        at = from_iso(asked)
        return at is not None and self._now - at < _RESTS
