"""What the contract suite needs of a source: a small platform that answers in the source's own wire shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from core.errors import RateLimited
from core.target import Listener
from listeners.base import Borrowed
from listeners.registry import SOURCES
from tests.replay import Answer, Replay, Seen

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-that-must-not-be-seen"
PER_PAGE = 3
RETRY_SECONDS = 600


def posted(number: int) -> datetime:
    """Record `number` is 20 minutes younger than the one before: further than any overlap reaches."""
    return NOW - timedelta(hours=40) + timedelta(minutes=20 * number)


class Scenario(ABC):
    """What the suite needs of a source."""

    source: str
    network = True
    idle_requests = 1
    """How many requests it takes to learn that there is nothing new."""
    login_requests = 0
    """How many requests come before, where there is something like a login."""
    needs_secret = True
    paged = True
    """Whether a listing has pages; else one answer holds all there is."""
    tells_deletions = True
    """Whether a record can say that it was deleted."""
    follows_redirects = False
    """Whether it may be sent on within one host; never where a key is sent along."""
    many = 2_000
    """How many items the platform lists at most, of those that it takes to be called many."""
    short_timeout = 0.5
    """Seconds that an answer may take, where a test has it take too long."""

    def __init__(self, server: Replay, folder: Path, http: httpx.Client) -> None:
        self.server = server
        self.folder = folder
        self.http = http
        self.now = NOW
        self.permits = 0
        """How many requests were asked leave for."""
        self.closed = False
        """Whether the key's allowance is used up."""
        self.records: dict[int, Any] = {}
        self.failure: tuple[Answer, int] | None = None
        self.pages_served = 0

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """A target of this source that points at the server."""

    @abstractmethod
    def record(self, number: int, kind: str) -> Any:
        """A record in the source's shape; kind is `good`, `broken` or `deleted`."""

    @abstractmethod
    def external_id(self, number: int) -> str: ...

    def too_many(self) -> Answer:
        """What it says when it wants us to wait for RETRY_SECONDS."""
        raise NotImplementedError

    def looping(self) -> Answer:
        """A page whose next page is always the same."""
        raise NotImplementedError

    def publish(self, *numbers: int, kind: str = "good") -> None:
        for number in numbers:
            self.records[number] = self.record(number, kind)

    def fail(self, answer: Answer, after_pages: int = 0) -> None:
        """From now on answer so, after so many good pages."""
        self.failure, self.pages_served = (answer, after_pages), 0

    def heal(self) -> None:
        self.failure = None

    @property
    def timeout_seconds(self) -> float:
        """Long, but where slowness is the trouble: a busy machine is slow at times, too."""
        slow = self.failure is not None and self.failure[0].fault in ("slow", "drip")
        return self.short_timeout if slow else 20.0

    def secret(self, _name: str) -> str:
        """What an environment variable holds that the source asks for."""
        return SECRET

    def listener(self, **options: Any) -> Listener:
        source = SOURCES[self.source]
        checked = source.options.model_validate(
            {**self.options(), **options}, context={"folder": self.folder}
        )
        borrowed = Borrowed(clock=lambda: self.now, secret=self.secret, http=self.http, permit=self._permit)
        return source.build(checked, borrowed)

    def _permit(self) -> None:
        if self.closed:
            raise RateLimited("the allowance of this key is used up", self.now + timedelta(minutes=1))
        self.permits += 1

    def serve(self, seen: Seen) -> Answer:
        if self.failure is not None and self.pages_served >= self.failure[1]:
            return self.failure[0]
        self.pages_served += 1
        return Answer(body=self.page(seen))

    def page(self, seen: Seen) -> Any:
        """The answer to one request for a page."""
        raise NotImplementedError
