"""Which alerts there are to announce."""

from __future__ import annotations

from datetime import timedelta

from core.alert import Priority
from storage.announced import Announceable, opened_since
from storage.database import Database
from storage.notifications import claim_due, enqueue, mark_dead
from tests.storage.making import NOW, mention, message, new_alert, store


def test_alerts_are_announced_by_when_they_were_opened_and_whose_they_are(database: Database) -> None:
    store(database, *(mention(n) for n in "12345"))
    with database.transaction() as tx:
        first = new_alert(tx, "1", now=NOW - timedelta(hours=7), subject="author:a")
        second = new_alert(tx, "2", now=NOW, subject="author:b", priority=Priority.URGENT, rule="complaint")
        other = new_alert(tx, "3", now=NOW, subject="author:c", brand="Umbra")
        new_alert(tx, "4", now=NOW, subject="author:d")  # about an old post: told to nobody
        given_up = new_alert(tx, "5", now=NOW, subject="author:e")
        for alert_id in (first, second, other, given_up):
            told = {"dedupe_key": str(alert_id), "alert_id": alert_id, "channel": "chat", "now": NOW}
            enqueue(tx, message=message(alert_id), **told)
        *_, last = claim_due(tx, NOW, 10, timedelta(minutes=5))
        mark_dead(tx, last.id, "gone")
    with database.reading() as tx:
        found = opened_since(tx, ["Acme"], NOW - timedelta(hours=6))
        both = opened_since(tx, ["Acme", "Umbra"], NOW - timedelta(hours=6))
        nobody = opened_since(tx, [], NOW - timedelta(hours=6))
    assert found == [
        Announceable(id=second, brand="Acme", priority=Priority.URGENT, rule="complaint", opened_at=NOW)
    ]
    assert [alert.id for alert in both] == [second, other]
    assert nobody == []
