"""Tells whoever runs Earful, once, what nothing will bring back and what money is about to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alerts.delivery import hashed
from core.alert import HEADLINE_LIMIT, Message, Priority
from core.budget import month_of
from core.text import plain
from flows import money
from flows.steps.outbox import put
from storage import holes
from storage.holes import BEGINNING, StoredHole

if TYPE_CHECKING:
    from datetime import datetime

    from flows.wiring import Wiring
    from storage.database import Transaction

HOLES_NAMED = 10
DETAILS_LIMIT = 500


def tell_operator(wiring: Wiring) -> int:
    """Put what is new into the outbox; gives how many messages. Telling again tells nothing again."""
    told = 0
    with wiring.database.transaction() as tx:
        found = holes.untold(tx)
        if found:
            told += tell(
                wiring, tx, "holes " + " ".join(str(hole.id) for hole in found), _of_holes(wiring, found)
            )
            holes.mark_told(tx, [hole.id for hole in found], wiring.clock())
    purse = money.purse(wiring)
    mark = purse.told_at
    if mark is not None:
        month = month_of(wiring.clock())
        about = f"budget {month:%Y-%m} {purse.monthly_usd} {mark}"
        with wiring.database.transaction() as tx:
            told += tell(wiring, tx, about, _of_money(wiring, mark))
    return told


def tell_trouble(
    wiring: Wiring, about: str, headline: str, *, details: str = "", link: str = "", next_step: str = ""
) -> int:
    """Put what an automation noticed into the outbox; gives how many messages are new.

    Args:
        wiring: everything.
        about: what makes it this message and no other; the same again tells nothing.
        headline: what is the matter, in a few words.
        details: the reason.
        link: where to look; empty: nowhere.
        next_step: what to do; empty: look at `earful status`.
    """
    message = Message(
        headline=plain(f"Earful: {headline}", HEADLINE_LIMIT),
        brand="",
        priority=Priority.HIGH,
        reasons=(plain(details, DETAILS_LIMIT),) if details.strip() else (),
        link=link,
        posted_at=wiring.clock(),
        next_step=plain(next_step, DETAILS_LIMIT) or "earful status",
    )
    with wiring.database.transaction() as tx:
        return tell(wiring, tx, about, message)


def tell(wiring: Wiring, tx: Transaction, about: str, message: Message) -> int:
    """One message to each of the operator's channels, unless it was told already."""
    channels = wiring.catalogue.alerting.operator_channels
    return put(wiring, tx, message, {to: hashed("earful-operator", f"{about}\n{to}") for to in channels})


def _of_holes(wiring: Wiring, found: Sequence[StoredHole]) -> Message:
    lines = [hole_in_words(hole) for hole in found[:HOLES_NAMED]]
    if len(found) > HOLES_NAMED:
        lines.append(f"… and {len(found) - HOLES_NAMED:,} more")
    return Message(
        headline=f"Earful: {len(found):,} hole{'' if len(found) == 1 else 's'} that nothing will fill",
        brand=", ".join(sorted({hole.brand for hole in found}))[:100],
        priority=Priority.HIGH,
        reasons=tuple(lines),
        posted_at=wiring.clock(),
        next_step="earful status",
    )


def hole_in_words(hole: StoredHole) -> str:
    """One line: whose, from when to when, and why."""
    start = "the beginning" if hole.start == BEGINNING else _time(hole.start)
    return plain(f"{hole.target}: something is missing from {start} to {_time(hole.until)}: {hole.why}", 500)


def _of_money(wiring: Wiring, mark: float) -> Message:
    purse = money.purse(wiring)
    spent = f"{purse.spent_usd:.2f} of {purse.monthly_usd:.2f} USD are spent this month"
    what = (
        "no target that costs money is asked until the month ends"
        if mark >= 1
        else "only essential targets that cost money (own mentions) are still asked"
    )
    return Message(
        headline=f"Earful: {mark:.0%} of the month's budget is spent",
        brand="",
        priority=Priority.HIGH,
        reasons=(f"{spent}: {what}.",),
        posted_at=wiring.clock(),
        next_step="raise budget: monthly_usd in brands.yaml, or wait for the next month",
    )


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
