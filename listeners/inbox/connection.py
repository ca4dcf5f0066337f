"""A connection to a mail server whose answers have a largest size and a last moment, encrypted or not.

imaplib reads a literal of any size, and waits for each piece on its own.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from contextlib import suppress

from core.errors import SchemaChanged
from listeners.inbox.options import InboxOptions

AT_ONCE = 10
"""Mails that are fetched with one command: so many beginnings of mails are held in memory."""
_PIECE = 64 * 1024
_LONGEST_LINE = 1_000_000


def connected(options: InboxOptions) -> Connection:
    """Connect; encrypted, unless the target says otherwise."""
    if options.encryption == "none":
        return Connection(options)
    context = ssl.create_default_context(cafile=options.ca_file)
    if options.encryption == "tls":
        return TlsConnection(options, context)
    connection = Connection(options)
    try:
        connection.encrypt(context)
    except BaseException:
        with suppress(OSError):
            connection.shutdown()
        raise
    return connection


class Connection(imaplib.IMAP4):
    """Reads from the socket itself, so that an answer has a largest size and a last moment."""

    def __init__(self, options: InboxOptions) -> None:
        self._prepare(options)
        super().__init__(str(options.host), options.port, options.timeout_seconds)

    def _prepare(self, options: InboxOptions) -> None:
        self._received = bytearray()
        self._from: socket.socket | None = None
        self._seconds = 2 * options.timeout_seconds
        self._largest = options.max_bytes + _PIECE
        self.begin()

    def begin(self) -> None:
        """A new answer is waited for."""
        self._left = 2 * AT_ONCE * self._largest
        self._deadline = time.monotonic() + self._seconds  # a duration, so not the borrowed clock

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Go on encrypted, before any secret is sent."""
        if "STARTTLS" not in self.capabilities:
            raise SchemaChanged("inbox: the mail server offers no STARTTLS; most offer 'encryption: tls'")
        self.starttls(context)

    def read(self, size: int) -> bytes:
        """So many bytes of a literal; each has the whole time."""
        self._left -= size
        if size > self._largest or self._left < 0:
            raise self.abort("more than what was asked for")
        self._deadline = time.monotonic() + self._seconds
        while len(self._received) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        """A line with its end."""
        if self._from is not self.sock:
            if self._received:  # said before encryption began, so anybody may have said it
                raise self.abort("unexpected response: words before encryption")
            self._from = self.sock
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > _LONGEST_LINE:
                raise self.abort("a line that has no end")
            self._receive()
        return self._taken(end + 1)

    def _receive(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError("the answer came too slowly")
        piece = self.sock.recv(_PIECE)
        if not piece:
            raise EOFError("the connection ended")
        self._received += piece

    def _taken(self, size: int) -> bytes:
        data = bytes(self._received[:size])
        del self._received[:size]
        return data


class TlsConnection(Connection, imaplib.IMAP4_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, options: InboxOptions, context: ssl.SSLContext) -> None:
        self._prepare(options)
        imaplib.IMAP4_SSL.__init__(
            self, str(options.host), options.port, ssl_context=context, timeout=options.timeout_seconds
        )
