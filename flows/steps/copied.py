"""Finds the open alert that holds a copy of a mention: a campaign is told once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from alerts.grouping import copy_span
from storage.alert_files import lock_alert
from storage.copies import find_alert_of_group, group_of

if TYPE_CHECKING:
    from storage.alert_files import StoredAlert
    from storage.database import Transaction
    from storage.readings import Judgeable


class Copied:
    """Remembers what it found: a campaign's posts come by the thousand, and a search looks at all of them."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], tuple[int, datetime]] = {}

    def alert(self, tx: Transaction, item: Judgeable) -> StoredAlert | None:
        """The first open alert of the brand that holds a copy from about the same time, locked."""
        group = group_of(tx, item.mention_id)
        if group is None:
            return None
        since, until = copy_span(item.mention)
        key = item.brand, group
        number, posted_at = self._found.get(key, (None, since))
        if number is not None and since <= posted_at <= until:
            alert = lock_alert(tx, number)
            if alert.status.open:
                return alert
        number = find_alert_of_group(tx, item.brand, group, since, until)
        if number is None:
            return None
        alert = lock_alert(tx, number)
        if not alert.status.open:  # somebody resolved it between the two looks
            return None
        self._found[key] = number, item.mention.posted_at
        return alert
