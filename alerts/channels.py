"""Where alerts are told: what every channel promises, the console, and building what is configured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from alerts.message import render
from core import alerting
from core.alert import Message, Priority
from core.errors import ChannelRetryable
from core.text import plain

_COLOURS = {Priority.LOW: "dim", Priority.NORMAL: "cyan", Priority.HIGH: "yellow", Priority.URGENT: "red"}


class Channel(Protocol):
    """Takes messages to where people read them."""

    def send(self, message: Message, key: str, now: datetime) -> None:
        """Hand over one message; returning means that the channel took it.

        Args:
            message: what to say.
            key: names this notification; the same on every attempt, so that a receiver can drop repeats.
            now: for "2 hours ago".

        Raises:
            ChannelRetryable: it may be taken later.
            ChannelRejected: it will never be taken as it is.
        """
        ...


class ConsoleChannel:
    """Prints a card for each alert."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def send(self, message: Message, key: str, now: datetime) -> None:
        """Print the message; strangers' words are never read as markup (see Channel.send)."""
        card = render(message, now=now, show=plain)
        panel = Panel(
            Text(self._writable(card.body)),
            title=Text(self._writable(card.title)),
            title_align="left",
            border_style=_COLOURS[message.priority],
        )
        try:
            self._console.print(panel)
        except OSError as error:
            raise ChannelRetryable(f"the console cannot be written to: {error.strerror}") from None

    def _writable(self, text: str) -> str:
        """What the terminal's character set has: an emoji must not keep an alert from being told."""
        encoding = self._console.encoding
        return text.encode(encoding, "replace").decode(encoding, "replace")


Read = Callable[[str], bytes]
"""Gives what lies at the address of a report page; raises EarfulError where it cannot."""


def build_channels(
    configs: Sequence[alerting.Channel],
    secret: Callable[[str], str],
    console: Console,
    read: Read | None = None,
) -> dict[str, Channel]:
    """Build the configured channels.

    Args:
        configs: as read from alerts.yaml.
        secret: gives the value of an environment variable (core.settings.secret).
        console: where console channels print.
        read: fetches report pages that are to be attached; None: their address is said instead.

    Returns:
        The channels by name.

    Raises:
        ConfigError: naming the environment variable, never its value.
    """
    return {each.name: _build(each, secret, console, read) for each in configs}


def _build(
    each: alerting.Channel, secret: Callable[[str], str], console: Console, read: Read | None
) -> Channel:
    if each.url_env is None:
        return ConsoleChannel(console)
    # Costs a quarter of a second, and a console needs none of it.
    from alerts.apprise_channel import AppriseChannel

    return AppriseChannel(secret(each.url_env), place=f"environment variable {each.url_env}", read=read)
