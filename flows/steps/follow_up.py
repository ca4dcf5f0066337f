"""What a person does to an alert: acknowledge, resolve, dismiss, reopen, note."""

from __future__ import annotations

from datetime import datetime

from alerts import lifecycle
from core.alert import Event, Outcome
from storage import alerts as stored_alerts
from storage.alert_files import lock_alert
from storage.database import Database


def act(
    database: Database,
    alert_id: int,
    step: lifecycle.Step,
    *,
    by: str,
    now: datetime,
    note: str = "",
    outcome: Outcome | None = None,
) -> lifecycle.Change:
    """Take a step with an alert; status and event are one transaction.

    Raises:
        NotFound: there is no such alert.
        NotAllowed: not from where it stands; says what is.
    """
    with database.transaction() as tx:
        alert = lock_alert(tx, alert_id)  # a colleague may be taking another step right now
        change = lifecycle.apply(alert.status, step, note=note, outcome=outcome)
        stored_alerts.set_status(tx, alert_id, change.status, now, outcome=change.outcome)
        stored_alerts.append_event(tx, alert_id, Event(what=change.happening, at=now, by=by, note=note))
    return change
