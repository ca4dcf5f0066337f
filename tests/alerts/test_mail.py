"""Against real receivers on loopback: nothing of Apprise, HTTP or SMTP is replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from alerts.apprise_channel import AppriseChannel
from core.alert import Message
from core.errors import ChannelRejected, ChannelRetryable
from tests.ports import free_port

SECRET = "s3cr3t-t0ken"
PLACE = "environment variable HOOK"
MEND_IT = f"; the address, its token or its password may be wrong: see {PLACE}"
KEY = "earful-0123456789abcdef"


class Mailbox:
    """What a mail server got; `answer` is what it says after the text."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return self.answer


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_channel(mailbox: Mailbox) -> Iterator[AppriseChannel]:
    port = free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    yield AppriseChannel(f"mailto://127.0.0.1:{port}?from=earful@larkspur.example&to=help@larkspur.example")
    server.stop()


def test_mail(mail_channel: AppriseChannel, mailbox: Mailbox, message: Message, now: datetime) -> None:
    mail_channel.send(message, KEY, now)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Unhappy customer: Larkspur Rail, high priority"
    assert mail["To"] == "help@larkspur.example"
    assert mail["X-Idempotency-Key"] == KEY
    assert mail.get_content_type() == "text/plain"
    assert "“My train was two hours late and nobody told us.”" in mail.get_content()


def test_hostile_over_mail(
    hostile: str,
    mail_channel: AppriseChannel,
    mailbox: Mailbox,
    message: Message,
    now: datetime,
    inert: Callable[[str], None],
) -> None:
    mail_channel.send(replace(message, excerpt=hostile, author=hostile, headline=hostile), KEY, now)
    (mail,) = mailbox.mails
    assert [part.get_content_type() for part in mail.walk()] == ["text/plain"]
    assert mail["Bcc"] is None
    assert sorted(mail.keys()) == sorted(set(mail.keys()))
    for line in mail.get_content().splitlines():
        if line.startswith(("“", "Who: ")):
            inert(line.removeprefix("Who: "))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 try later", ChannelRetryable),
        ("550 no such mailbox", ChannelRetryable),
        ("552 too large", ChannelRejected),
    ],
)
def test_mail_refused(
    mail_channel: AppriseChannel,
    mailbox: Mailbox,
    message: Message,
    now: datetime,
    answer: str,
    kind: type[Exception],
) -> None:
    mailbox.answer = answer
    with pytest.raises(kind, match=f"answered {answer[:3]}"):
        mail_channel.send(message, KEY, now)
