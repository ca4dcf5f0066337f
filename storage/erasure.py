"""Forgets the words of mentions whose text is gone, wherever they were copied to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from core.alert import DeliveryState
from storage.statements import BULK
from storage.tables import AlertMentionRow, AlertRow, NotificationRow

_WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)


def forget_words(tx: Session, mention_ids: Collection[int]) -> None:
    """Empty the headlines and messages of the alerts that hold these mentions.

    What was not delivered yet is recalled: the customer has taken it back. What was delivered is a copy
    that only its channel could take back.

    Args:
        tx: the transaction in which the mentions' own texts are blanked.
        mention_ids: few enough for one statement.
    """
    holding = select(AlertMentionRow.alert_id).where(AlertMentionRow.mention_id.in_(mention_ids))
    alerts = sorted(set(tx.scalars(holding)))
    tx.execute(update(AlertRow).where(AlertRow.id.in_(alerts)).values(headline=""), execution_options=BULK)
    told = select(NotificationRow.id, NotificationRow.message).where(NotificationRow.alert_id.in_(alerts))
    for id_, message in tx.execute(told).all():
        state = NotificationRow.state
        waiting = state.in_(_WAITING)
        emptied = {
            "message": {**message, "excerpt": "", "author": ""},
            "state": case((waiting, DeliveryState.RECALLED), else_=state),
            "next_attempt_at": case((waiting, None), else_=NotificationRow.next_attempt_at),
        }
        tx.execute(
            update(NotificationRow).where(NotificationRow.id == id_).values(emptied), execution_options=BULK
        )
