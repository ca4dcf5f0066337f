"""One IMAP connection (RFC 3501), which only reads: EXAMINE and BODY.PEEK change no flag.

What the server says is not repeated in errors, as some quote the command, and with it the password.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NoReturn

from core.clock import Clock
from core.errors import AuthFailed, RateLimited, SchemaChanged, SourceError, SourceGone, SourceUnavailable
from listeners.http import DEFAULT_WAIT
from listeners.inbox.connection import Connection, connected
from listeners.inbox.options import InboxOptions

_CODE = re.compile(rb"\[([A-Z]+)")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_ARRIVED = re.compile(
    rb'INTERNALDATE "\s*(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"', re.ASCII
)
_BEGINS = re.compile(rb"\d+ \(")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,18})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WAIT_CODES = frozenset({"LIMIT", "OVERQUOTA", "INUSE", "THROTTLED"})
_AUTH_CODES = frozenset(
    {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "NOPERM"}
)
_PASSING_CODES = frozenset({"UNAVAILABLE", "SERVERBUG", "CONTACTADMIN"})
"""Response codes of RFC 5530; THROTTLED is Microsoft's."""
_WAIT_WORDS = re.compile(r"too many (simultaneous )?connections|bandwidth", re.IGNORECASE)
_PASSING_WORDS = re.compile(r"server unavailable", re.IGNORECASE)
_NO_RIGHT_WORDS = re.compile(r"authenticated but not connected", re.IGNORECASE)
"""What Gmail and Microsoft say without a code that would tell it apart from a wrong password."""
_BAD = re.compile(r"[A-Z]+ command error: BAD ")
"""How imaplib tells a BAD, which refuses the command and not what it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One mail as the mailbox has it."""

    uid: int
    data: bytes
    """The mail, or its beginning."""
    arrived: datetime | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mailbox that was opened for reading."""

    validity: int
    """Another one than before: all uids mean other mails than before."""
    next_uid: int | None
    """No mail has this uid or a greater one yet; None: the server does not tell."""


class Imap:
    """Use as a context manager: it connects and logs in, and logs out at the end.

    Args:
        options: server, limits.
        clock: gives the time.
        permit: asked before every command that reads.
        log_in: (connection) -> None: how to log in.
    """

    def __init__(
        self,
        options: InboxOptions,
        clock: Clock,
        permit: Callable[[], None],
        log_in: Callable[[imaplib.IMAP4], None],
    ) -> None:
        self._options, self._clock, self._permit, self._log_in = options, clock, permit, log_in
        self._connection: Connection | None = None

    def __enter__(self) -> Imap:
        self._permit()
        with self._named("connecting"):
            self._connection = connected(self._options)
        try:
            with self._named(
                "logging in",
                refused=AuthFailed(
                    "inbox: the mail server refused the login; check the secrets, and that IMAP is allowed"
                ),
            ):
                self._log_in(self._connection)
        except BaseException:
            self.__exit__(Exception)
            raise
        return self

    def __exit__(self, error: type[BaseException] | None = None, *_: object) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with suppress(imaplib.IMAP4.error, OSError, EOFError):
            connection.begin()
            if error is None:
                connection.logout()  # which also hangs up
                return
        with suppress(OSError):
            connection.shutdown()

    def open(self, mailbox: str) -> Opened:
        """Open a mailbox for reading only."""
        gone = SourceGone(f"inbox: there is no mailbox {mailbox}, or it cannot be opened; check 'mailbox'")
        connection = self._ready("opening the mailbox")
        with self._named("opening the mailbox", refused=gone):
            status, said = connection.select(quoted(mailbox), readonly=True)
            self._good(status, said)
            validity, following = self._told("UIDVALIDITY"), self._told("UIDNEXT")
        if validity is None:
            raise SchemaChanged(
                "inbox: the mail server names no UIDVALIDITY, without which no mail is known again"
            )
        return Opened(validity=validity, next_uid=following)

    def search(self, first: int, last: int | None, *, since: date, before: date | None = None) -> list[int]:
        """The uids from `first` to `last` (None: to the end) of mails that arrived in these days, rising."""
        criteria = f"UID {first}:{'*' if last is None else last} SINCE {_day(since)}"
        if before is not None:
            criteria += f" BEFORE {_day(before)}"
        connection = self._ready("searching")
        with self._named("searching"):
            status, said = connection.uid("SEARCH", criteria)
            self._good(status, said)
            found = {int(word) for line in said if isinstance(line, bytes) for word in line.split()}
        # `n:*` always names the last mail, even where its uid is below n.
        return sorted(uid for uid in found if first <= uid and (last is None or uid <= last))

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """The beginnings of these mails, by rising uids; one that is gone meanwhile is left out."""
        connection = self._ready("fetching")
        with self._named("fetching"):
            status, said = connection.uid(
                "FETCH",
                ",".join(map(str, uids)),
                f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{self._options.max_bytes}>)",
            )
            self._good(status, said)
        wanted = set(uids)
        found = {mail.uid: mail for mail in _mails(said) if mail.uid in wanted}
        return [found[uid] for uid in sorted(found)]

    def _ready(self, doing: str) -> Connection:
        assert self._connection is not None, doing  # noqa: S101 - used within `with`
        self._permit()
        self._connection.begin()
        return self._connection

    def _told(self, name: str) -> int | None:
        assert self._connection is not None  # noqa: S101
        _, said = self._connection.response(name)
        word = said[0] if said else None
        return int(word) if isinstance(word, bytes) and word.isdigit() else None

    def _good(self, status: str, said: Sequence[Any]) -> None:
        if status != "OK":
            first = said[0] if said and isinstance(said[0], bytes) else b""
            raise imaplib.IMAP4.error(first.decode("ascii", "replace"))

    @contextmanager
    def _named(self, doing: str, refused: SourceError | None = None) -> Iterator[None]:
        """What goes wrong, by what to do about it."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise SourceUnavailable(
                f"inbox: the mail server's certificate is not trusted ({error.verify_message}); check "
                "'host', or name its certificate in 'ca_file'"
            ) from None
        except imaplib.IMAP4.abort as error:
            _raise_cut_off(error, doing, self._clock())
        except imaplib.IMAP4.error as error:
            raise _refused(str(error), doing, self._clock(), refused) from None
        except (OSError, EOFError) as error:
            raise SourceUnavailable(
                f"inbox: no complete answer from the mail server when {doing} ({type(error).__name__}); "
                "it is tried again later"
            ) from None


def _raise_cut_off(error: Exception, doing: str, now: datetime) -> NoReturn:
    said = str(error)
    if "unexpected response" in said:
        raise SchemaChanged(
            f"inbox: what answered when {doing} is no IMAP server; check 'host', 'port' and 'encryption'"
        ) from None
    if reason := _reason(said, _WAIT_CODES, _WAIT_WORDS):
        raise RateLimited(f"inbox: the mail server asks us to wait ({reason})", now + DEFAULT_WAIT) from None
    raise SourceUnavailable(
        f"inbox: the mail server ended the connection when {doing}; it is tried again later"
    ) from None


def _refused(said: str, doing: str, now: datetime, otherwise: SourceError | None) -> SourceError:
    if (code := _code(said)) in _AUTH_CODES:
        return AuthFailed(
            f"inbox: the mail server refused when {doing} ({code}); check user, password and rights"
        )
    if reason := _reason(said, _WAIT_CODES, _WAIT_WORDS):
        return RateLimited(f"inbox: the mail server asks us to wait ({reason})", now + DEFAULT_WAIT)
    if _NO_RIGHT_WORDS.search(said):
        return AuthFailed(
            f"inbox: the mail server took the login, but gave no access when {doing}; check the account's "
            "rights to the mailbox, and the permissions (scopes) of its token"
        )
    if reason := _reason(said, _PASSING_CODES, _PASSING_WORDS):
        return SourceUnavailable(
            f"inbox: the mail server could not when {doing} ({reason}); it is tried again later"
        )
    if otherwise is None or (isinstance(otherwise, SourceGone) and _BAD.match(said)):
        return SourceUnavailable(f"inbox: the mail server refused when {doing}; it is tried again later")
    return otherwise


def _reason(said: str, codes: Set[str], words: re.Pattern[str]) -> str:
    """Which of these the server said, as no other of its words is repeated; empty: none."""
    code, found = _code(said), words.search(said)
    return code if code in codes else found[0].lower() if found else ""


def _code(said: str) -> str:
    found = _CODE.search(said.upper().encode("ascii", "replace"))
    return found[1].decode() if found else ""


def _mails(said: Sequence[Any]) -> Iterator[Fetched]:
    """The mails of a FETCH answer, whatever the order of its parts; other news among them is passed over."""
    head, body = b"", b""
    for part in [*said, b"0 ("]:
        begins = part[0] if isinstance(part, tuple) else part
        if not isinstance(begins, bytes):
            continue
        if _BEGINS.match(begins):
            uid = _UID.search(head)
            if uid and b"BODY[" in head:
                yield Fetched(uid=int(uid[1]), data=body, arrived=_arrived(head), size=_size(head, body))
            head, body = b"", b""
        head += begins
        if isinstance(part, tuple):
            body = part[1]


def _arrived(head: bytes) -> datetime | None:
    found = _ARRIVED.search(head)
    if not found:
        return None
    day, month, year, *clock, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        number = _MONTHS.index(month.decode().capitalize()) + 1
        hour, minute, second = map(int, clock)
        zone = timezone(offset)
        return datetime(int(year), number, int(day), hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _size(head: bytes, body: bytes) -> int:
    found = _SIZE.search(head)
    return int(found[1]) if found else len(body)


def _day(day: date) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def quoted(mailbox: str) -> str:
    """A mailbox's name as IMAP wants it: modified UTF-7 (RFC 3501, section 5.1.3), in quotes."""
    name = _NOT_ASCII.sub(lambda found: _utf7(found[0]), mailbox.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(text: str) -> str:
    coded = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{coded}-"
