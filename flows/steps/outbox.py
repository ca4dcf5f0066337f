"""Puts what is to be told into the outbox, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from storage import notifications

if TYPE_CHECKING:
    from core.alert import Message
    from flows.wiring import Wiring
    from storage.database import Transaction


def put(wiring: Wiring, tx: Transaction, message: Message, keys: Mapping[str, str]) -> int:
    """Put a message there once for each channel; gives how many were not there before.

    Args:
        wiring: everything.
        tx: the open transaction.
        message: what to tell.
        keys: channel -> the message's key there (alerts/delivery.py).
    """
    now, alert_id = wiring.clock(), message.alert_id
    return sum(
        notifications.enqueue(
            tx, dedupe_key=key, alert_id=alert_id, channel=channel, message=message, now=now
        )
        for channel, key in keys.items()
    )
