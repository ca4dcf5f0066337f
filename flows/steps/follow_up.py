"""What a person does: acknowledge, resolve, dismiss, reopen an alert or note something; judge a mention."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from alerts import lifecycle, verdicts
from core.alert import Event, Outcome
from core.errors import NotAllowed
from core.relevance import Ruling
from core.verdict import Said, Verdict
from storage import alerts as stored_alerts
from storage import notifications, rulings
from storage import verdicts as stored_verdicts
from storage.alert_files import lock_alert
from storage.database import Database

if TYPE_CHECKING:
    from storage.database import Transaction


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
    """Take a step with an alert; status, event and what it says about the reading are one transaction.

    Where that settles it, messages about it that were not delivered yet are recalled.

    Raises:
        NotFound: there is no such alert.
        NotAllowed: not from where it stands; says what is.
    """
    with database.transaction() as tx:
        alert = lock_alert(tx, alert_id)  # a colleague may be taking another step right now
        change = lifecycle.apply(alert.status, step, note=note, outcome=outcome)
        stored_alerts.set_status(tx, alert_id, change.status, now, outcome=change.outcome)
        known = {"outcome": outcome} if outcome else {}  # the alert's own is forgotten when it is reopened
        happened = Event(what=change.happening, at=now, by=by, note=note, data=known)
        stored_alerts.append_event(tx, alert_id, happened)
        if verdicts.speaks(step):
            said = verdicts.implied(step, note)
            stored_verdicts.judge_alert(tx, alert_id, said, by=by, now=now, why=note)
        if not change.status.open:
            notifications.recall(tx, alert_id)  # a channel that works again shall not tell what is settled
    return change


def judge(
    database: Database, mention_id: int, brand: str | None, *, said: Said, by: str, now: datetime, why: str
) -> Verdict:
    """Say what a mention is, whatever the model made of it.

    Args:
        database: where it is stored.
        mention_id: the mention's number.
        brand: for whom; None: for the only brand that it was found for.
        said: what it is.
        by: who says so.
        now: the present time.
        why: in their words.

    Raises:
        NotFound: there is no such mention, or it was not found for this brand.
        NotAllowed: it was found for several brands and none is named, or there is no reading to judge.
    """
    with database.transaction() as tx:
        of = brand or _only_brand(tx, mention_id)
        return stored_verdicts.judge_mention(tx, mention_id, of, said=said, by=by, now=now, why=why)


def rule(
    database: Database,
    mention_id: int,
    brand: str | None,
    *,
    relevant: bool,
    by: str,
    now: datetime,
    why: str = "",
) -> Ruling:
    """Say whether a mention is about a brand, whatever its words say.

    Args:
        database: where it is stored.
        mention_id: the mention's number.
        brand: which; None: the only brand that it was found for.
        relevant: whether it is about it.
        by: who says so.
        now: the present time.
        why: in their words.

    Raises:
        NotFound: there is no such mention, or it was not found for this brand.
        NotAllowed: it was found for several brands and none is named.
    """
    with database.transaction() as tx:
        of = brand or _only_brand(tx, mention_id)
        return rulings.rule(tx, mention_id, of, relevant=relevant, by=by, now=now, why=why)


def _only_brand(tx: Transaction, mention_id: int) -> str:
    found_for = stored_verdicts.find_brands(tx, mention_id)
    if len(found_for) > 1:
        raise NotAllowed(f"mention {mention_id} was found for {', '.join(found_for)}: say for which")
    return next(iter(found_for), "any brand")
