"""Forgets mentions: their words, wherever they were copied to, who wrote them and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from core.alert import EXCERPT_LIMIT, HEADLINE_LIMIT, DeliveryState
from core.link import web_link
from core.mention import Visibility
from core.relevance import Why
from core.text import plain
from storage.changed_hours import mark
from storage.copies import forget_copies
from storage.left_over import forget_asked
from storage.ruling_table import RulingRow
from storage.statements import BULK, hold, in_chunks
from storage.tables import (
    AlertMentionRow,
    AlertRow,
    AuthorRow,
    EventRow,
    MentionRow,
    NotificationRow,
    ReadingRow,
    SightingRow,
)
from storage.verdict_table import VerdictRow
from storage.withdrawals import note_withdrawal


def forget(tx: Session, mention_ids: Sequence[int], now: datetime, visibility: Visibility) -> None:
    """Take words, author, address and readings from mentions, wherever they were copied to.

    The rows stay, so that nothing is counted twice and figures stand.

    Args:
        tx: the open transaction; this is the last that it does.
        mention_ids: of any number.
        now: the present time.
        visibility: what is known of them from now on.
    """
    blank: dict[str, Any] = {
        "text": "",
        "author_id": None,
        "url": "",
        "read_revision": None,
        "visibility": visibility,
    }
    hold_pages(tx, mention_ids)
    for chunk in in_chunks(mention_ids):
        mine = MentionRow.id.in_(chunk)
        wrote = select(MentionRow.author_id).where(mine, MentionRow.author_id.is_not(None))
        authors = {author_id for author_id in tx.scalars(wrote) if author_id is not None}
        tx.execute(update(MentionRow).where(mine).values(blank), execution_options=BULK)
        tx.execute(delete(ReadingRow).where(ReadingRow.mention_id.in_(chunk)), execution_options=BULK)
        nothing_to_judge = update(SightingRow).where(SightingRow.mention_id.in_(chunk)).values(judged_at=now)
        tx.execute(nothing_to_judge, execution_options=BULK)
        forget_words(tx, chunk)
        mark(tx, chunk)
        drop_authors(tx, authors)
    if mention_ids:
        note_withdrawal(tx)


def hold_pages(tx: Session, mention_ids: Collection[int]) -> None:
    """Let nobody store pages of these mentions' sources until the transaction ends.

    Before anything else is changed: a page may name an author whom we take for gone.
    """
    sources: set[str] = set()
    for chunk in in_chunks(mention_ids):
        sources.update(tx.scalars(select(MentionRow.source).where(MentionRow.id.in_(chunk)).distinct()))
    for source in sorted(sources):
        hold(tx, f"pages of {source}")


def drop_authors(tx: Session, author_ids: Collection[int]) -> None:
    """Forget those of these authors of whom nothing is left."""
    standing = select(MentionRow.id).where(MentionRow.author_id == AuthorRow.id).exists()
    for chunk in in_chunks(author_ids):
        unknown = delete(AuthorRow).where(AuthorRow.id.in_(chunk), ~standing)
        tx.execute(unknown, execution_options=BULK)


def forget_words(tx: Session, mention_ids: Collection[int]) -> None:
    """Empty the headlines and messages of the alerts that hold these mentions, and colleagues' words on them.

    What copies of them were found by goes too, unless somebody else said the same, and so does an ignored
    author's handle.

    An alert in which other posts still stand keeps its messages, without quotation and author, leads to the
    oldest of these posts, and is headed by it. Where nothing stands, what was not delivered yet is recalled,
    given up or not: the customer has taken it back. So is what is being sent, unless that succeeds: its
    sender may have died. The log keeps who did what when, but no notes, as these may quote it. What was
    delivered is a copy that only its channel could take back.
    Whoever deletes a mention's row calls this first: a verdict outlives the row.

    Args:
        tx: the transaction in which the mentions' own texts are blanked.
        mention_ids: few enough for one statement.
    """
    holding = select(AlertMentionRow.alert_id).where(AlertMentionRow.mention_id.in_(mention_ids))
    alerts = sorted(set(tx.scalars(holding)))
    standing = {alert_id: _oldest(tx, alert_id) for alert_id in alerts}
    for alert_id, (headline, _) in standing.items():
        changed = update(AlertRow).where(AlertRow.id == alert_id).values(headline=headline)
        tx.execute(changed, execution_options=BULK)
    # A verdict's numbers say nothing about what was written; a colleague's words on it may quote it.
    judged = or_(VerdictRow.mention_id.in_(mention_ids), VerdictRow.alert_id.in_(alerts))
    tx.execute(update(VerdictRow).where(judged).values(why=""), execution_options=BULK)
    ruled = update(RulingRow).where(RulingRow.mention_id.in_(mention_ids)).values(why="")
    tx.execute(ruled, execution_options=BULK)
    named = SightingRow.mention_id.in_(mention_ids), SightingRow.why == Why.AUTHOR  # the detail is a handle
    tx.execute(update(SightingRow).where(*named).values(detail=None), execution_options=BULK)
    empty = [alert_id for alert_id, (headline, _) in standing.items() if not headline]
    noted = update(EventRow).where(EventRow.alert_id.in_(empty), EventRow.note != "").values(note="")
    tx.execute(noted, execution_options=BULK)
    told = select(NotificationRow.id, NotificationRow.alert_id, NotificationRow.message)
    for id_, alert_id, message in tx.execute(told.where(NotificationRow.alert_id.in_(alerts))).all():
        state = NotificationRow.state
        headline, link = standing[alert_id]
        waiting = and_(state != DeliveryState.DELIVERED, literal(not headline))
        emptied = {
            "message": {**message, "excerpt": "", "words": "", "author": "", "post": "", "link": link},
            "state": case((waiting, DeliveryState.RECALLED), else_=state),
            "next_attempt_at": case((waiting, None), else_=NotificationRow.next_attempt_at),
        }
        tx.execute(
            update(NotificationRow).where(NotificationRow.id == id_).values(emptied), execution_options=BULK
        )
    forget_asked(tx, mention_ids)
    forget_copies(tx, mention_ids)


def requote(tx: Session, before: Mapping[int, str]) -> None:
    """Let headlines and messages that quote edited mentions say what these say now.

    An alert whose posts were all gone is headed by one that is back; messages about that one are let be.
    Also messages that were delivered, which nobody reads here: what was taken back is not kept. Reasons stay:
    they are why somebody is told.

    Args:
        tx: the transaction in which the texts were changed.
        before: id of a mention -> the text that it had, empty while it was gone; of any number.
    """
    for chunk in in_chunks(before):
        held = (
            select(AlertMentionRow.alert_id, MentionRow.id, MentionRow.text, MentionRow.url)
            .join(MentionRow, MentionRow.id == AlertMentionRow.mention_id)
            .where(MentionRow.id.in_(chunk))
            .order_by(AlertMentionRow.alert_id, MentionRow.id)
        )
        edited = [found for found in tx.execute(held) if found.text != before[found.id]]
        for alert_id, id_, text, url in edited:
            headline, _ = _oldest(tx, alert_id)
            headed = AlertRow.id == alert_id, AlertRow.headline == plain(before[id_], HEADLINE_LIMIT)
            tx.execute(update(AlertRow).where(*headed).values(headline=headline), execution_options=BULK)
            if before[id_]:
                _requote_messages(tx, alert_id, plain(before[id_], EXCERPT_LIMIT), text, web_link(url))


def _requote_messages(tx: Session, alert_id: int, excerpt: str, text: str, link: str) -> None:
    row = NotificationRow
    told = select(row.id, row.message).where(row.alert_id == alert_id).with_for_update()
    for id_, message in tx.execute(told).all():
        if message["excerpt"] == excerpt and message["link"] == link:  # not another post that says the same
            said = {**message, "excerpt": plain(text, EXCERPT_LIMIT), "words": ""}
            tx.execute(update(row).where(row.id == id_).values(message=said), execution_options=BULK)


def _oldest(tx: Session, alert_id: int) -> tuple[str, str]:
    """How the oldest of an alert's posts that has a text begins, and where it leads to; empty: none has."""
    found = tx.execute(
        select(MentionRow.text, MentionRow.url)
        .join(AlertMentionRow, AlertMentionRow.mention_id == MentionRow.id)
        .where(AlertMentionRow.alert_id == alert_id, MentionRow.text != "")
        .order_by(MentionRow.posted_at, MentionRow.id)
        .limit(1)
    ).first()
    return (plain(found.text, HEADLINE_LIMIT), web_link(found.url)) if found else ("", "")
