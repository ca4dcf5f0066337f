"""Forgets the words of mentions whose text is gone, wherever they were copied to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, case, literal, or_, select, update
from sqlalchemy.orm import Session

from core.alert import HEADLINE_LIMIT, DeliveryState
from core.text import plain
from storage.copies import forget_copies
from storage.left_over import forget_asked
from storage.ruling_table import RulingRow
from storage.statements import BULK
from storage.tables import AlertMentionRow, AlertRow, MentionRow, NotificationRow
from storage.verdict_table import VerdictRow

_WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)


def forget_words(tx: Session, mention_ids: Collection[int]) -> None:
    """Empty the headlines and messages of the alerts that hold these mentions, and verdicts' words.

    What copies of them were found by goes too, unless somebody else said the same.

    An alert in which other posts still stand keeps its messages, without quotation and author, and is
    headed by the oldest of these posts. Where nothing stands, what was not delivered yet is recalled: the
    customer has taken it back. What was delivered is a copy that only its channel could take back.
    Whoever deletes a mention's row calls this first: a verdict outlives the row.

    Args:
        tx: the transaction in which the mentions' own texts are blanked.
        mention_ids: few enough for one statement.
    """
    holding = select(AlertMentionRow.alert_id).where(AlertMentionRow.mention_id.in_(mention_ids))
    alerts = sorted(set(tx.scalars(holding)))
    standing = {alert_id: _headline(tx, alert_id) for alert_id in alerts}
    for alert_id, headline in standing.items():
        changed = update(AlertRow).where(AlertRow.id == alert_id).values(headline=headline)
        tx.execute(changed, execution_options=BULK)
    # A verdict's numbers say nothing about what was written; a colleague's words on it may quote it.
    judged = or_(VerdictRow.mention_id.in_(mention_ids), VerdictRow.alert_id.in_(alerts))
    tx.execute(update(VerdictRow).where(judged).values(why=""), execution_options=BULK)
    ruled = update(RulingRow).where(RulingRow.mention_id.in_(mention_ids)).values(why="")
    tx.execute(ruled, execution_options=BULK)
    told = select(NotificationRow.id, NotificationRow.alert_id, NotificationRow.message)
    for id_, alert_id, message in tx.execute(told.where(NotificationRow.alert_id.in_(alerts))).all():
        state = NotificationRow.state
        waiting = and_(state.in_(_WAITING), literal(not standing[alert_id]))
        emptied = {
            "message": {**message, "excerpt": "", "words": "", "author": ""},
            "state": case((waiting, DeliveryState.RECALLED), else_=state),
            "next_attempt_at": case((waiting, None), else_=NotificationRow.next_attempt_at),
        }
        tx.execute(
            update(NotificationRow).where(NotificationRow.id == id_).values(emptied), execution_options=BULK
        )
    forget_asked(tx, mention_ids)
    forget_copies(tx, mention_ids)


def _headline(tx: Session, alert_id: int) -> str:
    """By the oldest of an alert's posts that has a text; empty: none has."""
    text = tx.scalar(
        select(MentionRow.text)
        .join(AlertMentionRow, AlertMentionRow.mention_id == MentionRow.id)
        .where(AlertMentionRow.alert_id == alert_id, MentionRow.text != "")
        .order_by(MentionRow.posted_at, MentionRow.id)
        .limit(1)
    )
    return plain(text or "", HEADLINE_LIMIT)
