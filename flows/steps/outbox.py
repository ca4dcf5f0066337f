"""Puts what is to be told into the outbox, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from storage import notifications

if TYPE_CHECKING:
    from core.alert import Message
    from flows.wiring import Wiring
    from storage.database import Transaction


def put(
    wiring: Wiring, tx: Transaction, message: Message, channels: Iterable[str], key: Callable[[str], str]
) -> int:
    """Put a message there once for each channel, unless it was before; gives how many are new.

    Args:
        wiring: everything.
        tx: the open transaction.
        message: what to tell.
        channels: names of alerts.yaml.
        key: gives the message's key for a channel (alerts/delivery.py).
    """
    return sum(
        notifications.enqueue(
            tx,
            dedupe_key=key(channel),
            alert_id=message.alert_id,
            channel=channel,
            message=message,
            now=wiring.clock(),
        )
        for channel in channels
    )
