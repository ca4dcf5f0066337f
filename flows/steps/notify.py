"""Deliver what waits in the outbox; what fails is tried again later, then given up visibly."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from alerts.channels import Channel
from alerts.delivery import decide
from core.alert import BY_EARFUL, Event, Happening
from core.errors import ChannelError, ChannelRejected, ChannelRetryable, ConfigError
from flows.wiring import Wiring
from storage import alerts as stored_alerts
from storage import notifications
from storage.notifications import Outgoing

LEASE = timedelta(minutes=5)
"""How long a claimed notification is left alone before another worker takes it for orphaned: much longer than
one delivery takes, which is why they are claimed one by one."""


@dataclass(slots=True, kw_only=True)
class Delivered:
    """What became of the notifications that were due."""

    delivered: int = 0
    failed: int = 0
    """Will be tried again."""
    dead: int = 0
    """Given up; `earful status` shows them."""

    @property
    def words(self) -> str:
        """For a run's state; with where to look, if that is needed."""
        said = f"{self.delivered} delivered, {self.failed} to be tried again, {self.dead} given up"
        return f"{said} (earful status)" if self.dead else said

    @property
    def all_told(self) -> bool:
        """Whether nothing failed."""
        return not self.failed and not self.dead


def notify(
    wiring: Wiring,
    jitter: Callable[[], float] = random.random,
    on_sent: Callable[[int], None] = lambda count: None,
) -> Delivered:
    """Deliver everything that is due now. At least once: a kill between sending and noting it sends again,
    with the same idempotency key.
    """
    total = Delivered()
    channels = Channels(wiring)
    while True:
        with wiring.database.transaction() as tx:
            claimed = notifications.claim_due(tx, wiring.clock(), 1, LEASE)
        if not claimed:
            return total
        _deliver(wiring, channels, claimed[0], jitter, total)
        on_sent(1)


class Channels:
    """Built when they are needed: a channel whose secret is not set holds up nothing but itself."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._built: dict[str, Channel] = {}

    def get(self, name: str) -> Channel:
        """The channel of this name.

        Raises:
            ChannelRejected: alerts.yaml no longer has it.
            ChannelRetryable: it is not configured to the end; somebody may mend that in time.
        """
        if name not in self._wiring.channel_names:
            raise ChannelRejected(f"channel '{name}' is no longer in alerts.yaml")
        if name not in self._built:
            try:
                self._built[name] = self._wiring.channel(name)
            except ConfigError as error:
                raise ChannelRetryable(str(error)) from None
        return self._built[name]


def _deliver(
    wiring: Wiring, channels: Channels, outgoing: Outgoing, jitter: Callable[[], float], total: Delivered
) -> None:
    try:
        channels.get(outgoing.channel).send(outgoing.message, outgoing.dedupe_key, wiring.clock())
    except ChannelError as error:
        _failed(wiring, outgoing, error, jitter, total)
        return
    now = wiring.clock()
    with wiring.database.transaction() as tx:
        notifications.mark_delivered(tx, outgoing.id, now)
        if outgoing.alert_id is not None:
            told = Event(what=Happening.NOTIFIED, at=now, by=BY_EARFUL, data={"channel": outgoing.channel})
            stored_alerts.append_event(tx, outgoing.alert_id, told)
    total.delivered += 1


def _failed(
    wiring: Wiring,
    outgoing: Outgoing,
    error: ChannelError,
    jitter: Callable[[], float],
    total: Delivered,
) -> None:
    again = decide(outgoing.attempts, wiring.catalogue.alerting.retry, wiring.clock(), jitter)
    with wiring.database.transaction() as tx:
        if again is None or isinstance(error, ChannelRejected):
            notifications.mark_dead(tx, outgoing.id, str(error))
            total.dead += 1
        else:
            notifications.mark_failed(tx, outgoing.id, str(error), again)
            total.failed += 1
