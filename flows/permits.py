"""Permits to ask a platform, shared by all who use a key: threads here, workers through the database."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.errors import ConfigError, RateLimited
from core.permits import Bucket, bucket
from storage import permits as shared

if TYPE_CHECKING:
    from core.clock import Clock
    from listeners.base import Source
    from storage.database import Database

LONGEST_BLOCK_SECONDS = 86_400.0


@dataclass(slots=True)
class _Handful:
    lock: threading.Lock = field(default_factory=threading.Lock)
    left: int = 0
    taken_at: float = 0.0


class Permits:
    """Gives permits, and keeps those of a handful that are not used yet.

    Args:
        database: where the buckets are.
        clock: gives the time.
        secret: environment variable name -> its value.
    """

    def __init__(self, database: Database, clock: Clock, secret: Callable[[str], str]) -> None:
        self._database, self._clock, self._secret = database, clock, secret
        self._handfuls: dict[tuple[str, str], _Handful] = {}
        self._lock = threading.Lock()

    def of(self, source: Source, options: Any) -> Callable[[], None]:
        """What a listener asks before every request: see listeners.base.Borrowed."""
        if source.rate is None:
            return lambda: None
        name, key = source.name, self.key(source, options)
        rule = bucket(source.rate.requests, source.rate.seconds)
        with self._lock:
            handful = self._handfuls.setdefault((name, key), _Handful())
        return lambda: self._take(name, key, rule, handful)

    def block(self, source: Source, options: Any, until: datetime) -> None:
        """The platform said that it takes no requests before a time: nobody who shares the key asks."""
        if source.rate is None:
            return
        rule = bucket(source.rate.requests, source.rate.seconds)
        time = min(until.timestamp(), self._clock().timestamp() + LONGEST_BLOCK_SECONDS)
        key = self.key(source, options)
        with self._database.transaction() as tx:
            shared.block(tx, source.name, key, rule, time)
        with self._lock:
            handful = self._handfuls.get((source.name, key))
        if handful is not None:
            with handful.lock:
                handful.left = 0

    def key(self, source: Source, options: Any) -> str:
        """Who is limited together: a hash of where is asked and of the credentials, never themselves."""
        said = [str(getattr(options, "base_url", ""))]
        for variable in source.secrets(options):
            try:
                said.append(self._secret(variable))
            except ConfigError:  # whoever asks without it is told so by the listener
                said.append("")
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    def _take(self, source: str, key: str, rule: Bucket, handful: _Handful) -> None:
        with handful.lock:
            now = self._clock().timestamp()
            if handful.left > 0 and now - handful.taken_at <= rule.keeps_for:
                handful.left -= 1
                return
            handful.left = 0
            retry_at: float | None = None
            for count in dict.fromkeys((rule.handful, 1)):
                with self._database.transaction() as tx:
                    retry_at = shared.take(tx, source, key, rule, count, now)
                if retry_at is None:
                    handful.left, handful.taken_at = count - 1, now
                    return
        at = datetime.fromtimestamp(retry_at or now, UTC)
        raise RateLimited(
            f"{source}: the limit that all who use this key share is reached; goes on at {at:%H:%M:%S} UTC",
            at,
        )
