"""A mention, a reading and a message to start from; a receiver of webhooks; hostile texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from core.alert import Message, Priority
from tests.receiver import Receiver, receiving

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "remote image": "![x](http://evil.example/p.png)",
    "html image": '<img src="https://evil.example/p.png">',
    "javascript link": "[click](javascript:alert(1))",
    "channel": "@channel @here @everyone wake up",
    "slack channel": "<!channel> <!here> <!everyone> <@U024BE7LH> <!subteam^S123>",
    "slack link": "<https://evil.example|your invoice>",
    "slack escaped": "&lt;!channel&gt; &#60;b&#62;",
    "discord": "<@123456789> <@&99> ||hidden|| # big",
    "bare host": "see evil.example/login or www.evil.example",
    "address": "http://evil.example https://evil.example HTTPS://EVIL.example ftp://evil.example",
    "mail": "mailto:a@evil.example a@evil.example",
    "emphasis": "*bold* _it_ ~no~ `code` **b** __u__",
    "card function": "{{DATE(2026-01-01T00:00:00Z,SHORT)}}",
    "bidi": "abc\u202egnp.exe\u202c \u2066x\u2069",
    "terminal": "\x1b[31mred\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "rich markup": "[bold red]x[/] [link=http://evil.example]y[/link]",
    "null": "a\x00b",
    "surrogate": "a\ud800b",
    "lines": "one\r\nBcc: all@evil.example\r\n\r\ntwo",
    "spliced": "ht\u200btp://evil.example @\u200bchannel <\u200b!here>",
    "long": "x<@" * 350_000,
}


@pytest.fixture(params=sorted(HOSTILE))
def hostile(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


@pytest.fixture
def message() -> Message:
    return Message(
        alert_id=12,
        headline="Unhappy customer: Larkspur Rail, high priority",
        brand="Larkspur Rail",
        priority=Priority.HIGH,
        reasons=(
            "The text reads as a complaint (93 %, flagged from 80 %)",
            "Rated 1 of 5 stars (flagged up to 2)",
        ),
        excerpt="My train was two hours late and nobody told us.",
        author="Jo Bloggs (jo_b), on x",
        link="https://x.example/jo_b/status/1",
        posted_at=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        mentions=1,
        next_step="earful alerts ack 12",
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as it:
        yield it


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def inert() -> Callable[[str], None]:
    """Fails if a text could still act in a chat, in mail or in a terminal."""

    def check(text: str) -> None:
        for sign in (
            "<",
            "](",
            "![",
            "\x1b",
            "\x00",
            "\u202e",
            "\u2066",
            "\ud800",
            "{{",
            "||",
            "`",
            "*",
            "~",
        ):
            assert sign not in text, sign
        for pattern in (
            r"@(?!\u2060)[^\s…]",
            r"(?i)https?:",
            r"(?i)www\.",
            r"(?i)[a-z]:(?!\u2060)[^\s…]",
            r"(?i)\w\.[a-z]",
            r"&#?\w+;",
            r"(?<![^\W_])_\w+_(?![^\W_])",
        ):
            assert not re.search(pattern, text), pattern

    return check
