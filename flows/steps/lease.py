"""One lease while it is held: who holds it, and since when without a sign of life (storage/leases.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.process import dead, new_holder
from storage import leases

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Transaction

HELD_FOR = timedelta(minutes=15)
"""How long a lease is held without a sign of life; much longer than one page takes."""


@dataclass(slots=True, kw_only=True)
class Lease:
    """Taken, and held for as long as it is renewed."""

    name: str
    holder: str
    renewed_at: datetime
    """Or taken."""

    def due(self, now: datetime) -> bool:
        """Whether it is time for a sign of life."""
        return now - self.renewed_at > HELD_FOR / 4

    def renew(self, tx: Transaction, now: datetime) -> bool:
        """Hold it for longer; False: it ran out, and somebody else has it."""
        self.renewed_at = now
        return leases.renew(tx, self.name, self.holder, now + HELD_FOR)

    def give_back(self, tx: Transaction) -> None:
        """Let others have it."""
        leases.give_back(tx, [self.name], self.holder)


def take(tx: Transaction, name: str, now: datetime) -> Lease | None:
    """Take a lease; None: somebody else has it."""
    holder = new_holder()
    taken = leases.take(tx, [name], holder, now=now, until=now + HELD_FOR, dead=dead)
    return Lease(name=name, holder=holder, renewed_at=now) if taken else None
