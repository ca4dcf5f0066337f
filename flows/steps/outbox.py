"""Puts what is to be told into the outbox, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from alerts.delivery import dedupe_key
from alerts.grouping import subject
from alerts.message import compose
from storage import notifications

if TYPE_CHECKING:
    from core.alert import Flag, Happening, Message
    from flows.wiring import Wiring
    from storage.database import Transaction
    from storage.readings import Judgeable


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


def put_alert(
    wiring: Wiring,
    tx: Transaction,
    item: Judgeable,
    flag: Flag,
    *,
    alert_id: int,
    event: int,
    happening: Happening,
    mentions: int,
) -> None:
    """Put what there is to say about an alert there, for every channel.

    Args:
        wiring: everything.
        tx: the open transaction.
        item: the mention that is told of now.
        flag: why it was flagged.
        alert_id: the alert's number.
        event: the number of the line in its log that this is told of.
        happening: opened, joined or reopened: what the message begins with.
        mentions: how many the alert holds now.
    """
    message = compose(
        alert_id=alert_id,
        brand=item.brand,
        mention=item.mention,
        reading=item.reading,
        flag=flag,
        happening=happening,
        mentions=mentions,
    )
    about = f"{item.brand} {subject(item.mention)}"
    keys = {
        to: dedupe_key(rule=flag.rule, subject=about, alert_id=alert_id, sequence=event, channel=to)
        for to in wiring.channel_names
    }
    put(wiring, tx, message, keys)
