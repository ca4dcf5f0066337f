"""When a notification is tried again, when it is given up, and how it is told from any other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from core.alerting import Retry


def decide(attempts: int, retry: Retry, now: datetime, jitter: Callable[[], float]) -> datetime | None:
    """When to try again after a failed attempt; None: given up, a dead letter.

    The wait doubles with every attempt up to a cap; half of it is drawn at random, so that channels that
    failed together are not all asked again together.

    Args:
        attempts: how many were made so far, with the one that just failed.
        retry: the policy of alerts.yaml.
        now: when the last attempt ended.
        jitter: gives a number from 0 (inclusive) to 1, as random.random does.
    """
    if attempts >= retry.attempts:
        return None
    doubled = retry.first_wait_seconds * 2.0 ** max(attempts - 1, 0)
    wait = min(doubled, retry.longest_wait_seconds)
    return now + timedelta(seconds=wait * (0.5 + jitter() / 2))


def dedupe_key(*, rule: str, subject: str, alert_id: int, sequence: int, channel: str) -> str:
    """The name of one notification: the same however often it is tried, different from any other.

    It goes out with the message, so that a receiver can tell a repetition; hashed, because names of rules
    and channels may hold anything and HTTP headers may not.

    Args:
        rule: the rule that the alert is filed under.
        subject: the author or thread it is about, with the brand: another installation, or one that
            began anew, numbers its alerts from 1 as well.
        alert_id: the alert.
        sequence: the number of the alert's event that is told about.
        channel: the channel's name in alerts.yaml.
    """
    return hashed("earful", json.dumps([rule, subject, alert_id, sequence, channel]))


def hashed(kind: str, named: str) -> str:
    """A key: what it is of, and the hash of what makes it this one and no other."""
    return f"{kind}-{hashlib.sha256(named.encode()).hexdigest()[:32]}"
