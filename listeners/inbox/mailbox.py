"""A mailbox through IMAP: oldest first, batch by batch, from the last mail that was read.

The checkpoint is the mailbox's UIDVALIDITY and the last uid. Where the mailbox was built anew, all its uids
mean other mails: it is read again from shortly before the newest mail that was read, and what is known is
recognised by its Message-ID.
"""

from __future__ import annotations

import imaplib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.errors import AuthFailed, SchemaChanged
from core.mention import Mention, Page, Rejected
from listeners.base import Borrowed, usable_secret
from listeners.http import from_status
from listeners.inbox.connection import AT_ONCE
from listeners.inbox.imap import Imap, Opened
from listeners.inbox.options import InboxOptions
from listeners.inbox.read import MailReader
from listeners.json_api import JsonApi

_STEP, _LONGEST_STEP = 10_000, 80_000
"""Uids that one search spans: its answer is one line, of which imaplib takes a million characters."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a mailbox has been read."""

    validity: int
    uid: int
    floor: date
    """Mails that arrived before are not asked for."""
    newest: date
    """The latest day at which a mail that was read had arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Portion:
    uids: list[int]
    through: int
    """With these, everything up to this uid was read."""
    more: bool


class Mailbox:
    """Listens to one mailbox.

    Args:
        options: which one, and how to log in.
        borrowed: clock, secrets, permit.
    """

    def __init__(self, options: InboxOptions, borrowed: Borrowed) -> None:
        self._options, self._borrowed, self._clock = options, borrowed, borrowed.clock
        self._log_in = _login(options, borrowed)
        self._reader = MailReader(
            terms=options.terms, own_addresses=options.own_addresses, own_lists=options.own_lists
        )

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what arrived since the checkpoint, oldest first; every page carries one."""
        place = _load(since)
        reach = timedelta(days=self._options.first_reach_days) + _DAY  # servers count days in their own time
        floor = (self._clock() - reach).date()
        told = False
        with self._opened() as imap:
            opened = imap.open(self._options.mailbox)
            place = _valid(place, opened, floor)
            for page in self._pages(imap, opened, place):
                told = True
                yield page
        if not told:
            through = max(place.uid, (opened.next_uid or 1) - 1)
            yield Page(checkpoint=_dump(replace(place, uid=through)))

    def past(self, start: datetime, end: datetime, since: str | None) -> Iterator[Page]:
        """Yield the mails of a past span that are still in the mailbox, in the order of their arrival."""
        floor, before = (start - _DAY).date(), (end + 2 * _DAY).date()
        place = _load(since)
        with self._opened() as imap:
            opened = imap.open(self._options.mailbox)
            if place is None or place.validity != opened.validity:
                place = Place(validity=opened.validity, uid=0, floor=floor, newest=floor)
            for page in self._pages(imap, opened, place, before):
                yield replace(page, mentions=tuple(m for m in page.mentions if start <= m.posted_at < end))

    def _opened(self) -> Imap:
        return Imap(self._options, self._clock, self._borrowed.permit, self._log_in)

    def _pages(self, imap: Imap, opened: Opened, place: Place, before: date | None = None) -> Iterator[Page]:
        """What came after a place, and before a day."""
        for number, portion in enumerate(_portions(imap, opened, place, before, self._options.page_size), 1):
            mentions: list[Mention] = []
            rejected: list[Rejected] = []
            days = [place.newest]
            for found, arrived in self._read(imap, portion.uids):
                (mentions if isinstance(found, Mention) else rejected).append(found)  # type: ignore[arg-type]
                days += [arrived.date()] if arrived is not None else []
            place = replace(place, uid=portion.through, newest=min(max(days), self._clock().date()))
            stopped = portion.more and number == self._options.max_pages
            truncated = f"stopped at page {number}; the next poll reads the newer mails" if stopped else ""
            yield Page(
                mentions=tuple(mentions),
                rejected=tuple(rejected),
                checkpoint=_dump(place),
                truncated=truncated,
            )
            if stopped:
                return

    def _read(self, imap: Imap, uids: list[int]) -> Iterator[tuple[Mention | Rejected, datetime | None]]:
        for first in range(0, len(uids), AT_ONCE):
            for mail in imap.fetch(uids[first : first + AT_ONCE]):
                yield (
                    self._reader.read(
                        mail.data,
                        self._clock(),
                        place=f"{self._options.mailbox}, uid {mail.uid}",
                        arrived=mail.arrived,
                        cut=mail.size > len(mail.data),
                    ),
                    mail.arrived,
                )


def _portions(
    imap: Imap, opened: Opened, place: Place, before: date | None, page_size: int
) -> Iterator[_Portion]:
    """The uids after a place, rising, a page's worth at a time."""
    last = opened.next_uid - 1 if opened.next_uid is not None else None
    for uids, through in _found(imap, place, last, before):
        for first in range(0, len(uids), page_size):
            some = uids[first : first + page_size]
            ended = first + page_size >= len(uids)
            reached = through if ended else some[-1]
            yield _Portion(
                uids=some, through=reached, more=not ended or (last is not None and reached < last)
            )


def _found(
    imap: Imap, place: Place, last: int | None, before: date | None
) -> Iterator[tuple[list[int], int]]:
    """The uids of one search after the other, each with the uid up to which it tells all."""
    if last is None:
        uids = imap.search(place.uid + 1, None, since=place.floor, before=before)
        yield uids, max(uids, default=place.uid)
        return
    first, step = place.uid + 1, _STEP
    while first <= last:
        through = min(first + step - 1, last)
        uids = imap.search(first, through, since=place.floor, before=before)
        yield uids, through
        first, step = through + 1, _STEP if uids else min(2 * step, _LONGEST_STEP)


def _valid(place: Place | None, opened: Opened, floor: date) -> Place:
    """The place, if the mailbox is still the one we know; else where to begin."""
    if place is not None and place.validity == opened.validity:
        return place
    if place is not None:
        floor = max(place.floor, place.newest - 2 * _DAY)
    return Place(validity=opened.validity, uid=0, floor=floor, newest=floor)


def _login(options: InboxOptions, borrowed: Borrowed) -> Callable[[imaplib.IMAP4], None]:
    """How to log in: secrets are asked for now, so that a missing one is told before anything is sent."""
    user = usable_secret(options.user_env, borrowed.secret(options.user_env))
    if options.token_url is None:
        password = usable_secret(options.password_env, borrowed.secret(options.password_env))

        def with_password(connection: imaplib.IMAP4) -> None:
            connection.login(user, password)

        return with_password
    client = usable_secret(options.client_id_env, borrowed.secret(options.client_id_env))
    secret = usable_secret(options.client_secret_env, borrowed.secret(options.client_secret_env))

    def with_token(connection: imaplib.IMAP4) -> None:
        token = _token(options, borrowed, client, secret)
        answers = iter([f"user={user}\x01auth=Bearer {token}\x01\x01".encode()])
        # Asked a second time, the server has refused and wants an empty line before it says so.
        connection.authenticate("XOAUTH2", lambda _challenge: next(answers, b""))

    return with_token


def _token(options: InboxOptions, borrowed: Borrowed, client: str, secret: str) -> str:
    """A token for the mailbox by client credentials (RFC 6749, section 4.4)."""
    api = JsonApi("inbox", borrowed, base_url=str(options.token_url), timeout=options.timeout_seconds)
    form = {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": secret,
        "scope": options.scope,
    }
    status, headers, body = api.send("POST", "", data=form)
    if status in (400, 401, 403):
        raise AuthFailed(
            "inbox: the token was refused; check client id, client secret, 'scope' and 'token_url'"
        )
    if not 200 <= status < 300:
        raise from_status("inbox", status, headers, borrowed.clock())
    try:
        return usable_secret(str(options.token_url), str(json.loads(body)["access_token"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SchemaChanged("inbox: the answer of 'token_url' holds no access_token") from error


def _dump(place: Place) -> str:
    return json.dumps(
        {
            "validity": place.validity,
            "uid": place.uid,
            "floor": place.floor.isoformat(),
            "newest": place.newest.isoformat(),
        },
        separators=(",", ":"),
    )


def _load(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        stored = json.loads(text)
        return Place(
            validity=abs(int(stored["validity"])),
            uid=abs(int(stored["uid"])),
            floor=date.fromisoformat(stored["floor"]),
            newest=date.fromisoformat(stored["newest"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise SchemaChanged(
            "inbox: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error
