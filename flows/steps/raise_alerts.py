"""Turn readings into alerts: open one, add to one, or leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alerts import lifecycle
from alerts.grouping import subject
from alerts.rules import is_old, judge, written_after
from core.alert import BY_EARFUL, HEADLINE_LIMIT, Event, Flag, Happening, Status
from core.errors import ConfigError
from core.text import plain
from flows.steps.copied import Copied
from flows.steps.outbox import put_alert
from flows.steps.raised import Raised
from flows.steps.thresholds import BrandRules
from flows.wiring import Wiring
from storage import alerts as stored_alerts
from storage import notifications, readings
from storage.alert_files import find_by_mention, find_latest, lock_alert
from storage.copies import spread_of

if TYPE_CHECKING:
    from storage.alert_files import StoredAlert
    from storage.database import Transaction
    from storage.readings import Judgeable

BATCH = 200


@dataclass(slots=True, kw_only=True)
class _Judging:
    """What goes along from post to post of one batch."""

    rules: BrandRules
    copied: Copied
    raised: Raised
    grown: set[int] = field(default_factory=set)
    """Alerts that posts were added to, or that are told after all."""


def raise_alerts(wiring: Wiring, on_judged: Callable[[int], None] = lambda count: None) -> Raised:
    """Judge every reading that the rules have not seen; alert, event and notification are one transaction."""
    raised = Raised(old_after_days=wiring.catalogue.alerting.old_after_days)
    copied = Copied()
    rules = BrandRules(wiring.catalogue.alerting.rules, wiring.clock())
    while True:
        with wiring.database.transaction() as tx:
            batch = readings.claim_unjudged(tx, BATCH)
            judging = _Judging(rules=rules, copied=copied, raised=raised)
            for item in batch:
                _judge(wiring, tx, item, judging)
            _recount(tx, judging.grown)
            readings.mark_judged(tx, [item.sighting_id for item in batch], wiring.clock())
        if not batch:
            return raised
        raised.judged += len(batch)
        on_judged(len(batch))


def _judge(wiring: Wiring, tx: Transaction, item: Judgeable, judging: _Judging) -> None:
    if _nobody_is_told(wiring, item):
        return
    flag = judge(item.mention, item.reading, judging.rules.of(tx, item.brand, item.reading.model))
    if flag is None:
        return
    known = find_by_mention(tx, item.brand, item.mention_id)
    if known is not None:
        _judged_before(wiring, tx, item, flag, known, judging)
        return
    about, raised, old = subject(item.mention), judging.raised, _is_old(wiring, item)
    alert = _belongs_to(tx, item, about, judging.copied, old=old)
    if alert is None or not lifecycle.joinable(alert.status):
        raised.count_opened(_open(wiring, tx, item, flag, about, old=old), old=old)
    elif stored_alerts.join_alert(
        tx,
        alert.id,
        item.mention_id,
        flag.reasons,
        flag.priority,
        wiring.clock(),
        headline=_headline(item),
    ):
        judging.grown.add(alert.id)
        if not old:
            raised.about_old.discard(alert.id)
        if _join(wiring, tx, item, flag, alert, old=old) is Happening.REOPENED:
            raised.reopened += 1
        else:
            raised.joined += 1
            raised.copies += alert.subject != about


def _judged_before(
    wiring: Wiring, tx: Transaction, item: Judgeable, flag: Flag, known: StoredAlert, judging: _Judging
) -> None:
    """An edited text, or one that was gone and is back, is followed up already, unless nobody heard of it."""
    if known.told or _is_old(wiring, item):
        return
    alert = lock_alert(tx, known.id)  # somebody may be resolving it right now
    if not alert.status.open:
        return
    event = stored_alerts.append_event(
        tx,
        alert.id,
        Event(
            what=Happening.NOTED,
            at=wiring.clock(),
            by=BY_EARFUL,
            note="judged again: nobody was told of it before",
            data={"mention": item.mention.key},
        ),
    )
    judging.grown.add(alert.id)
    put_alert(
        wiring,
        tx,
        item,
        flag,
        alert_id=alert.id,
        event=event,
        happening=Happening.OPENED,
        mentions=alert.mentions,
    )


def _belongs_to(
    tx: Transaction, item: Judgeable, about: str, copied: Copied, *, old: bool
) -> StoredAlert | None:
    """The alert that a post may be added to: its author's open one, else its copies', else its author's last.

    A copy reopens nothing, as it is not about the customer whose alert was resolved: where no open alert
    holds another one, it opens its own. Neither does an old post, which says nothing about how it is now; one
    that was written before its author's alert was resolved belongs to that.
    """
    own = find_latest(tx, item.brand, about)
    if own is None or not own.status.open:
        shared = copied.alert(tx, item)
        if shared is not None:
            return shared
    if own is None:
        return None
    alert = lock_alert(tx, own.id)  # somebody may be resolving it right now
    return alert if alert.status.open or not old or _is_late(item, alert) else None


def _recount(tx: Transaction, alerts: set[int]) -> None:
    """Let messages that are not sent yet say how much their alert holds by now."""
    for alert_id in sorted(alerts):
        if notifications.waits_to_be_told(tx, alert_id):
            spread = spread_of(tx, alert_id)
            notifications.recount(
                tx, alert_id, mentions=spread.mentions, copies=spread.copies, authors=spread.authors
            )


def _open(wiring: Wiring, tx: Transaction, item: Judgeable, flag: Flag, about: str, *, old: bool) -> int:
    now = wiring.clock()
    alert_id = stored_alerts.open_alert(
        tx,
        brand=item.brand,
        subject=about,
        rule=flag.rule,
        priority=flag.priority,
        mention_id=item.mention_id,
        reasons=flag.reasons,
        headline=_headline(item),
        now=now,
    )
    change = lifecycle.apply(None, lifecycle.Step.OPEN)
    days = wiring.catalogue.alerting.old_after_days
    event = stored_alerts.append_event(
        tx,
        alert_id,
        Event(
            what=change.happening,
            at=now,
            by=BY_EARFUL,
            note=f"told to nobody: the post is older than {days} days" if old else "",
            data={"mention": item.mention.key, "rule": flag.rule},
        ),
    )
    if not old:
        put_alert(
            wiring, tx, item, flag, alert_id=alert_id, event=event, happening=change.happening, mentions=1
        )
    return alert_id


def _join(
    wiring: Wiring, tx: Transaction, item: Judgeable, flag: Flag, alert: StoredAlert, *, old: bool
) -> Happening:
    now = wiring.clock()
    late = _is_late(item, alert)
    change = lifecycle.apply(alert.status, lifecycle.Step.JOIN_LATE if late else lifecycle.Step.JOIN)
    by_others = {"copy": True} if alert.subject != subject(item.mention) else {}
    reopened = change.happening is Happening.REOPENED
    stored_alerts.set_status(tx, alert.id, change.status, now, outcome=change.outcome, unseen=reopened)
    event = stored_alerts.append_event(
        tx,
        alert.id,
        Event(
            what=change.happening,
            at=now,
            by=BY_EARFUL,
            note="told to nobody: the post was written before the alert was resolved" if late else "",
            data={"mention": item.mention.key, **by_others},
        ),
    )
    if reopened or not (late or old or alert.told):
        # An alert that somebody works on is not told again with every post; one that was done is, and so is
        # one of which nobody has heard: it held old posts only, or its messages were recalled or given up.
        put_alert(
            wiring,
            tx,
            item,
            flag,
            alert_id=alert.id,
            event=event,
            happening=change.happening,
            mentions=alert.mentions + 1,
        )
    return change.happening


def _headline(item: Judgeable) -> str:
    return plain(item.mention.text, HEADLINE_LIMIT)


def _is_late(item: Judgeable, alert: StoredAlert) -> bool:
    """Whether what it says was already said when somebody resolved the alert."""
    done_at = alert.resolved_at if alert.status is Status.RESOLVED else None
    return done_at is not None and not written_after(item.mention, done_at)


def _is_old(wiring: Wiring, item: Judgeable) -> bool:
    return is_old(item.mention, wiring.clock(), wiring.catalogue.alerting.old_after_days)


def _nobody_is_told(wiring: Wiring, item: Judgeable) -> bool:
    """Whether it is the brand's own post, or about a competitor, whose customers are not ours to help."""
    try:
        brand = wiring.brand(item.brand)
    except ConfigError:  # the brand was taken out of the configuration after the mention came in
        return False
    author = item.mention.author
    return brand.competitor or (author is not None and brand.owns(author.handle))
