"""What the tests of mailboxes share: a mailbox on a real IMAP server over a real socket."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.errors import SourceError
from core.mention import Page
from listeners.base import Borrowed
from listeners.inbox.options import InboxOptions
from listeners.registry import SOURCES
from tests.imap_server import ImapServer
from tests.listeners.scenarios.base import PER_PAGE, SECRET, posted
from tests.listeners.scenarios.inbox import InboxScenario
from tests.replay import Replay

USER = "care@acme.test"


class ImapScenario(InboxScenario):
    """The same mails, in a mailbox."""

    imap: ImapServer

    def options(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": self.imap.port,
            "encryption": "none",
            "page_size": PER_PAGE,
            "timeout_seconds": 0.5,
        }

    def publish(self, *numbers: int, kind: str = "good") -> None:
        for number in numbers:
            mail = self.records[number] = self.record(number, kind)
            data = bytes(mail) if isinstance(mail, EmailMessage) else b""
            self.imap.inbox.add(data, posted(number))

    def listener(self, **options: Any) -> Any:
        checked = InboxOptions.model_validate({**self.options(), **options}, context={"folder": self.folder})
        borrowed = Borrowed(
            clock=lambda: self.now,
            secret=lambda name: {"IMAP_USER": USER}.get(name, SECRET),
            http=self.http,
            permit=self._permit,
        )
        return SOURCES["inbox"].build(checked, borrowed)

    def poll(self, since: str | None = None, **options: Any) -> list[Page]:
        return list(self.listener(**options).poll(since))

    def fails(self, **options: Any) -> str:
        """All that is told when a poll fails, traceback and all."""
        with pytest.raises(SourceError) as raised:
            self.poll(**options)
        return "".join(traceback.format_exception(raised.value)) + repr(raised.value)


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer(user=USER, password=SECRET) as server:
        yield server


@pytest.fixture
def scenario(server: Replay, tmp_path: Path, http: httpx.Client, imap: ImapServer) -> ImapScenario:
    made = ImapScenario(server, tmp_path, http)
    made.imap = imap
    return made
