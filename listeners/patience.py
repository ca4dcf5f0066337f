"""Things that are asked for one by one: one that fails keeps no other from being asked for.

A platform may answer 500 for a single post for months. The others have their turn, and then the first trouble
is raised, so that it is told. Where several fail one after the other, it is the platform, and nothing more is
asked.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from core.errors import SchemaChanged, SourceUnavailable
from core.mention import Lost

Item = TypeVar("Item")

IN_A_ROW = 3
"""So many failures one after the other are the platform's."""
LASTS = timedelta(days=3)
"""What has failed for so long is given up, where nothing else would ever end it."""

PASSING = SourceUnavailable, SchemaChanged
"""Troubles that may be a single one's. The others (a limit, a key) are everybody's."""


class Patience:
    """What single ones of many met."""

    def __init__(self) -> None:
        self._first: SourceUnavailable | SchemaChanged | None = None
        self._in_a_row = 0

    @property
    def over(self) -> bool:
        """Whether it is of no use to ask for more."""
        return self._in_a_row >= IN_A_ROW

    def until_over(self, known: Sequence[Item]) -> Iterator[Item]:
        """Those that are to be looked at again, the last one first, as long as it is of use.

        Args:
            known: those longest unseen first (storage/revisits.py). Those that always fail are among the
                first before long, and would end every look before the others have had their turn.
        """
        for one in reversed(known):
            if self.over:
                return
            yield one

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """Around what is asked for one; ends quietly where that fails, and is told later.

        Args:
            name: what it is called, for the message.
        """
        try:
            yield
        except PASSING as error:
            self.failed(name, error)
        else:
            self.answered()

    def failed(self, name: str, error: SourceUnavailable | SchemaChanged) -> None:
        """As `one` does it where one fails."""
        self._first = self._first or type(error)(f"{name}: {error}")
        self._in_a_row += 1

    def answered(self) -> None:
        """As `one` does it where the platform answers."""
        self._in_a_row = 0

    def tell(self) -> None:
        """To be called at the end.

        Raises:
            SourceUnavailable, SchemaChanged: the first trouble, if there was any.
        """
        if self._first is not None:
            raise self._first


def given_up(failing: MutableMapping[str, float], name: str, now: datetime) -> Lost | None:
    """All the time in which one has failed that fails once more, where that is too long; None: it is not.

    Args:
        failing: name -> since when, in Unix seconds; part of a checkpoint. Whoever does not fail any more, or
            is given up, has to be taken out.
        name: the one's.
        now: the present time.
    """
    began = datetime.fromtimestamp(failing.setdefault(name, now.timestamp()), UTC)
    return Lost(since=began, until=now) if now - began >= LASTS else None
