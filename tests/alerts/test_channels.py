from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import pytest
from rich.console import Console

from alerts.channels import ConsoleChannel, build_channels
from core import alerting
from core.alert import Message
from core.errors import ChannelRetryable, ConfigError


def printed(message: Message, now: datetime) -> str:
    out = io.StringIO()
    ConsoleChannel(Console(file=out, width=100)).send(message, "k", now)
    return out.getvalue()


def test_a_card(message: Message, now: datetime) -> None:
    card = printed(message, now)
    assert "─ Unhappy customer: Larkspur Rail, high priority ─" in card
    assert "“My train was two hours late and nobody told us.”" in card
    assert "Next: earful alerts ack 12" in card


def test_markup_is_not_interpreted(message: Message, now: datetime) -> None:
    text = "[bold red]x[/bold red] [link=http://evil.example]y[/link] :smile: [/]"
    assert text in printed(replace(message, excerpt=text, author="[bold]a"), now)


def test_no_escape_reaches_the_terminal(hostile: str, message: Message, now: datetime) -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system=None)
    ConsoleChannel(console).send(
        replace(message, excerpt=hostile, author=hostile, headline=hostile), "k", now
    )
    written = out.getvalue()
    assert not [c for c in written if ord(c) < 32 and c != "\n"]
    assert not set(written) & set("\x7f\x9b\u202e\u2066\ud800")


def test_a_poor_terminal_still_gets_the_alert(message: Message, now: datetime) -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as out:
        ConsoleChannel(Console(file=out, width=100)).send(replace(message, excerpt="late 😠"), "k", now)
        out.flush()
        assert b"late ?" in raw.getvalue()


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_console_that_fails_is_tried_again(message: Message, now: datetime) -> None:
    with pytest.raises(ChannelRetryable, match="No space left"):
        ConsoleChannel(Console(file=Full(), width=100)).send(message, "k", now)


def test_built_by_name() -> None:
    configs = [alerting.Channel(name="here", type="console"), alerting.Channel(name="hook", url_env="HOOK")]
    built = build_channels(configs, lambda name: "json://127.0.0.1/x", Console())
    assert list(built) == ["here", "hook"]
    assert isinstance(built["here"], ConsoleChannel)


def test_a_missing_secret_is_told() -> None:
    def secret(name: str) -> str:
        raise ConfigError(f"environment variable {name}", "is not set")

    with pytest.raises(ConfigError, match="HOOK"):
        build_channels([alerting.Channel(name="hook", url_env="HOOK")], secret, Console())


def test_apprise_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, rich.console, alerts.channels, alerts.message, alerts.rules, core.alerting as c;"
        "alerts.channels.build_channels([c.Channel(name='c', type='console')], str, rich.console.Console());"
        "sys.exit('apprise' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
