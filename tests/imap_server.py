"""A mail server on the loopback interface: enough of IMAP4rev1 (RFC 3501) for imaplib, and real faults."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
_PARTIAL = re.compile(rb"BODY(\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?")


@dataclass
class Stored:
    uid: int
    data: bytes
    arrived: datetime
    seen: bool = False


@dataclass
class Mailbox:
    validity: int = 1
    next_uid: int = 1
    mails: list[Stored] = field(default_factory=list)

    def add(self, data: bytes, arrived: datetime, uid: int | None = None) -> int:
        uid = self.next_uid if uid is None else uid
        self.mails.append(Stored(uid, data, arrived))
        self.next_uid = uid + 1
        return uid

    def build_anew(self) -> None:
        """As after a repair or a move to another server: the same mails under other uids."""
        self.validity += 1
        for uid, mail in enumerate(self.mails, 101):
            mail.uid = uid
        self.next_uid = 101 + len(self.mails)


@dataclass
class ImapServer:
    """Use as a context manager.

    `fault(command, number)` is asked before each command is answered, with its name and how many of that name
    came before; what it gives is sent instead of the answer: bytes to send (`%(tag)s` is put in), after which
    the connection ends if they do not end the command, or None for a good answer.
    """

    user: str = "care@acme.test"
    password: str = "secret"
    token: str = ""
    tls: ssl.SSLContext | None = None
    starttls: bool = False
    """`tls` only after the client asks for it."""
    injected: bytes = b""
    """What somebody on the way adds to the answer to STARTTLS."""
    greeting: bytes = b"* OK ready\r\n"
    tells_next_uid: bool = True
    mailboxes: dict[str, Mailbox] = field(default_factory=lambda: {"INBOX": Mailbox()})
    fault: Callable[[str, int], bytes | None] = lambda _command, _number: None
    pause: float = 0.0
    """Seconds before each byte of what a fault sends."""
    commands: list[str] = field(default_factory=list)
    """What was asked, without tags and secrets."""

    def __enter__(self) -> ImapServer:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.imap = self
        self.port = self._server.server_address[1]
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def inbox(self) -> Mailbox:
        return self.mailboxes["INBOX"]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    imap: ImapServer


class _Handler(socketserver.BaseRequestHandler):
    """One connection."""

    def setup(self) -> None:
        self.server: _Server
        self.imap = self.server.imap
        self.socket: socket.socket = self.request
        self.socket.settimeout(5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.mailbox: Mailbox | None = None
        self.read_only = True
        self.logged_in = False

    def handle(self) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            if self.imap.tls is not None and not self.imap.starttls:
                self._encrypt()
            self._send(self.imap.greeting)
            while (line := self._line()) and self._answered(line):
                pass
        with contextlib.suppress(OSError):
            self.socket.close()

    def _encrypt(self) -> None:
        assert self.imap.tls is not None
        self.socket = self.imap.tls.wrap_socket(self.socket, server_side=True)
        self.socket.settimeout(5)

    def _send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def _send_instead(self, data: bytes) -> None:
        if not self.imap.pause:
            self._send(data)
            return
        for place in range(len(data)):
            self._send(data[place : place + 1])
            if self.imap.over.wait(self.imap.pause):
                return

    def _line(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                return b""
            line += byte
        return bytes(line[:-2])

    def _answered(self, line: bytes) -> bool:
        """Answer a command; whether the connection goes on."""
        tag, _, rest = line.partition(b" ")
        words = [quoted or bracketed or word for quoted, bracketed, word in _WORDS.findall(rest)]
        name = words[0].decode().upper()
        if name == "UID":
            name = f"UID {words.pop(1).decode().upper()}"
        before = sum(asked.startswith(name) for asked in self.imap.commands)
        told = rest if name not in ("LOGIN", "AUTHENTICATE") else name.encode()
        self.imap.commands.append(told.decode("utf-8", "replace"))
        instead = self.imap.fault(name, before)
        if instead is not None:
            self._send_instead(instead.replace(b"%(tag)s", tag))
            if instead == b"":
                self.imap.over.wait(5)
            return tag in instead.replace(b"%(tag)s", tag)
        method = getattr(self, f"_do_{name.lower().replace(' ', '_')}", None)
        if method is None:
            self._send(tag + b" BAD unknown command\r\n")
            return True
        self._send(
            tag + b" " + method(words[1:]) + b"\r\n" + (self.imap.injected if name == "STARTTLS" else b"")
        )
        if name == "STARTTLS":
            self._encrypt()
        return name != "LOGOUT"

    def _do_capability(self, _words: list[bytes]) -> bytes:
        offers = b" STARTTLS" if self.imap.starttls else b""
        self._send(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2" + offers + b"\r\n")
        return b"OK done"

    def _do_starttls(self, _words: list[bytes]) -> bytes:
        return b"OK begin"

    def _do_noop(self, _words: list[bytes]) -> bytes:
        return b"OK done"

    def _do_logout(self, _words: list[bytes]) -> bytes:
        self._send(b"* BYE until later\r\n")
        return b"OK done"

    def _do_login(self, words: list[bytes]) -> bytes:
        given = [re.sub(rb"\\(.)", rb"\1", word).decode() for word in words]
        self.logged_in = given == [self.imap.user, self.imap.password]
        return b"OK welcome" if self.logged_in else b"NO [AUTHENTICATIONFAILED] no: " + words[-1]

    def _do_authenticate(self, _words: list[bytes]) -> bytes:
        self._send(b"+ \r\n")
        said = base64.b64decode(self._line()).decode()
        self.logged_in = said == f"user={self.imap.user}\x01auth=Bearer {self.imap.token}\x01\x01"
        if not self.logged_in:
            self._send(b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")
            self._line()
        return b"OK welcome" if self.logged_in else b"NO AUTHENTICATE failed."

    def _do_examine(self, words: list[bytes]) -> bytes:
        return self._open(words[0], read_only=True)

    def _do_select(self, words: list[bytes]) -> bytes:
        return self._open(words[0], read_only=False)

    def _open(self, name: bytes, *, read_only: bool) -> bytes:
        if not self.logged_in:
            return b"BAD log in first"
        self.mailbox = self.imap.mailboxes.get(re.sub(rb"\\(.)", rb"\1", name).decode())
        self.read_only = read_only
        if self.mailbox is None:
            return b"NO there is no such mailbox"
        self._send(b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n" % len(self.mailbox.mails))
        self._send(b"* OK [UIDVALIDITY %d] uids\r\n" % self.mailbox.validity)
        if self.imap.tells_next_uid:
            self._send(b"* OK [UIDNEXT %d] next\r\n" % self.mailbox.next_uid)
        return b"OK [READ-ONLY] open" if read_only else b"OK [READ-WRITE] open"

    def _do_uid_search(self, words: list[bytes]) -> bytes:
        assert self.mailbox is not None
        found = list(self.mailbox.mails)
        keys = iter(words)
        for key in keys:
            value = next(keys).decode()
            if key == b"UID":
                uids = self._in_set(value)
                found = [mail for mail in found if mail.uid in uids]
            elif key == b"SINCE":
                found = [mail for mail in found if mail.arrived.date() >= _day(value)]
            elif key == b"BEFORE":
                found = [mail for mail in found if mail.arrived.date() < _day(value)]
            else:
                return b"BAD unknown key"
        self._send(b"* SEARCH" + b"".join(b" %d" % mail.uid for mail in found) + b"\r\n")
        return b"OK done"

    def _in_set(self, text: str) -> set[int]:
        """The uids that a set names; `*` is the last mail's."""
        assert self.mailbox is not None
        have = [mail.uid for mail in self.mailbox.mails]
        named: set[int] = set()
        for part in text.split(","):
            ends = [max(have, default=0) if end == "*" else int(end) for end in part.split(":")]
            named |= {uid for uid in have if min(ends) <= uid <= max(ends)}
        return named

    def _do_uid_fetch(self, words: list[bytes]) -> bytes:
        assert self.mailbox is not None
        wanted = self._in_set(words[0].decode())
        for number, mail in enumerate(self.mailbox.mails, 1):
            if mail.uid in wanted:
                self._send(self._fetched(number, mail, b" ".join(words[1:])))
        return b"OK done"

    def _fetched(self, number: int, mail: Stored, items: bytes) -> bytes:
        asked = _PARTIAL.search(items)
        assert asked is not None
        if not asked[1] and not self.read_only:
            mail.seen = True
        part = mail.data
        label = b"BODY[]"
        if asked[2] is not None:
            first, size = int(asked[2]), int(asked[3])
            part, label = mail.data[first : first + size], b"BODY[]<%d>" % first
        time = mail.arrived.astimezone(UTC) + timedelta(hours=1)
        arrived = f"{time.day:2}-{MONTHS[time.month - 1]}-{time.year} {time:%H:%M:%S} +0100".encode()
        head = b'* %d FETCH (INTERNALDATE "%s" RFC822.SIZE %d %s {%d}\r\n' % (
            number,
            arrived,
            len(mail.data),
            label,
            len(part),
        )
        return head + part + b" UID %d)\r\n* %d FETCH (FLAGS ())\r\n" % (mail.uid, number)


def _day(text: str) -> object:
    day, month, year = text.split("-")
    return datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC).date()
