from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from alerts.apprise_channel import AppriseChannel
from alerts.channels import ConsoleChannel
from alerts.digest import name_of
from alerts.message import render
from core.alert import Message
from core.errors import ChannelRetryable, NotWritten

PAGE = "s3://bucket/pages/larkspur-rail/2026-W47.html"


@pytest.fixture
def digest(message: Message) -> Message:
    return replace(
        message,
        alert_id=None,
        headline="Larkspur Rail: the week of 16 to 22 November 2026",
        reasons=(),
        excerpt="",
        author="",
        link="",
        digest=("Larkspur Rail was mentioned 41 times.", "Mentions: 41 (change: up 37 %)"),
        attachment=PAGE,
    )


def test_in_a_chat(digest: Message, now: datetime) -> None:
    text = render(digest, now=now)
    assert text.title == "Larkspur Rail: the week of 16 to 22 November 2026"
    assert text.body == (
        f"Larkspur Rail was mentioned 41 times.\nMentions: 41 (change: up 37 %)\nThe whole report: {PAGE}"
    )


def test_where_the_page_is_attached(digest: Message, now: datetime) -> None:
    body = render(digest, now=now, attached=True).body
    assert body.endswith(f"The whole report is attached; it also lies at {PAGE}")


def test_strangers_words_do_nothing(
    hostile: str, digest: Message, now: datetime, inert: Callable[[str], None]
) -> None:
    body = render(replace(digest, digest=(hostile, f"About {hostile}")), now=now).body
    *lines, where = body.split("\n")
    assert where == f"The whole report: {PAGE}"
    assert len(lines) == 2
    for line in lines:
        inert(line.removeprefix("About "))


def test_a_channel_with_little_room_still_says_where_the_rest_is(digest: Message, now: datetime) -> None:
    long = replace(digest, digest=tuple(f"line {n} of many" for n in range(100)))
    body = render(long, now=now, body_limit=160).body
    assert len(body) <= 160
    assert body.startswith("line 0 of many\n")
    assert body.endswith(f"\n…\nThe whole report: {PAGE}")


def test_on_a_terminal(digest: Message, now: datetime) -> None:
    out = io.StringIO()
    ConsoleChannel(Console(file=out, width=100)).send(digest, "k", now)
    assert "Larkspur Rail was mentioned 41 times." in out.getvalue()


def test_a_webhook_is_not_sent_the_file(digest: Message, now: datetime, receiver: Any) -> None:
    read: list[str] = []

    def reading(address: str) -> bytes:
        read.append(address)
        return b"<p>"

    AppriseChannel(f"json://127.0.0.1:{receiver.port}/x", read=reading).send(digest, "k", now)
    assert read == []
    assert PAGE in receiver.received[0].body.decode()


def test_a_page_that_cannot_be_read_is_waited_for(digest: Message, now: datetime) -> None:
    def reading(address: str) -> bytes:
        raise NotWritten(f"{address} cannot be read: FileNotFoundError")

    channel = AppriseChannel("mailto://127.0.0.1:9?from=a@b.example&to=c@b.example", read=reading)
    with pytest.raises(ChannelRetryable, match=r"2026-W47.html cannot be read"):
        channel.send(digest, "k", now)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (PAGE, "larkspur-rail-2026-W47.html"),
        ("/var/reports/acme/2026-11.html", "acme-2026-11.html"),
        ("C:\\reports\\acme\\2026-11.html", "acme-2026-11.html"),
    ],
)
def test_what_the_file_is_called(address: str, name: str) -> None:
    assert name_of(address) == name
