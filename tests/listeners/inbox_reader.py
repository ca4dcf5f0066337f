"""What the tests of mails share: a reader, and what it makes of a mail."""

from __future__ import annotations

from email.message import Message
from typing import Any

from core.mention import Mention, Rejected, Terms
from listeners.inbox.read import MailReader
from tests.listeners.scenarios.base import NOW

READER = MailReader(terms=Terms())


def read(mail: Message | bytes, reader: MailReader = READER, **options: Any) -> Mention | Rejected:
    data = mail if isinstance(mail, bytes) else bytes(mail)
    return reader.read(data, NOW, place="a.eml", **options)


def mention(mail: Message | bytes, reader: MailReader = READER) -> Mention:
    found = read(mail, reader)
    assert isinstance(found, Mention), found
    return found


def reason(mail: Message | bytes, reader: MailReader = READER) -> str:
    found = read(mail, reader)
    assert isinstance(found, Rejected), found
    assert found.raw
    return found.reason


def raw(*lines: str | bytes) -> bytes:
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)
