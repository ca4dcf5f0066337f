"""A mail to a mention, or to a record that is kept with the reason why it is none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.mention import RAW_LIMIT, Author, Kind, Mention, Rejected, Terms
from listeners.inbox.mail import Mail, parse
from listeners.inbox.noise import why_noise
from listeners.values import Unreadable, rejected, storable

_LONGEST_ID = 250
_CLOCKS_DIFFER = timedelta(days=1)
_REPLY = re.compile(r"^\s*(re|aw|sv|antw|fwd?|wg|tr|rif|res|enc)\s*(\[\d+\])?\s*[:\uff1a]", re.IGNORECASE)
_ANY_MAIL_HAS = ("From", "Date", "Message-ID", "Received", "Subject")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReader:
    """How the mails of one target are read."""

    terms: Terms
    own_addresses: Collection[str] = ()
    own_lists: Collection[str] = ()

    def read(
        self,
        data: bytes,
        fetched_at: datetime,
        *,
        place: str,
        arrived: datetime | None = None,
        cut: bool = False,
    ) -> Mention | Rejected:
        """Read one mail.

        Args:
            data: its bytes, or the beginning of them.
            fetched_at: now.
            place: where it lies, for rejected records.
            arrived: when the mailbox got it, where that is known.
            cut: whether `data` is only its beginning.
        """
        mail = parse(data, cut=cut)
        own_id = _own_id(mail, data)
        try:
            return self._mention(mail, own_id, fetched_at, arrived)
        except Unreadable as error:
            raw = data[: RAW_LIMIT * 4].decode("utf-8", "replace") or "(an empty file)"
            return rejected("inbox", error, raw, place=place, external_id=own_id)

    def _mention(self, mail: Mail, own_id: str, fetched_at: datetime, arrived: datetime | None) -> Mention:
        if not any(mail.header(name) for name in _ANY_MAIL_HAS):
            raise Unreadable(f"this is no mail: it has no {', '.join(_ANY_MAIL_HAS)}")
        if noise := why_noise(mail, self.own_lists):
            raise Unreadable(noise)
        parents = [_as_id(each) for each in mail.ids("In-Reply-To")]
        ancestors = [_as_id(each) for each in mail.ids("References")]
        parent = next(iter(parents or ancestors[-1:]), None)
        return Mention(
            source="inbox",
            external_id=own_id,
            text=_text(mail, is_reply=parent is not None),
            posted_at=_posted_at(mail, fetched_at, arrived),
            fetched_at=fetched_at,
            kind=Kind.POST if parent is None else Kind.REPLY,
            author=self._author(mail),
            thread_id=(ancestors or parents or [own_id])[0],
            parent_id=parent,
            language=_language(mail),
            terms=self.terms,
        )

    def _author(self, mail: Mail) -> Author | None:
        senders = mail.addresses("from")
        own = {address.lower() for address in self.own_addresses}
        if senders and senders[0][1] in own:
            forwarded = [*mail.addresses("x-original-from"), *mail.addresses("reply-to")]
            senders = [sender for sender in forwarded if sender[1] not in own] or senders
        if not senders:
            return None
        name, address = senders[0]
        return Author(source="inbox", external_id=address, handle=address, name=name[:200])


def _text(mail: Mail, *, is_reply: bool) -> str:
    """What was written; the subject in front of it where it opens the conversation, as it says what about."""
    subject, body = mail.header("Subject"), mail.text()
    if is_reply or _REPLY.match(subject):
        subject = ""
    text = "\n\n".join(filter(None, (subject, body)))
    if not text.strip():
        where = "in the part of the mail that is read; see 'max_bytes'" if mail.cut else "in the mail"
        raise Unreadable(f"there is no text {where}")
    return text


def _posted_at(mail: Mail, fetched_at: datetime, arrived: datetime | None) -> datetime:
    """When it was sent; where that is not told, or lies in the future, when it arrived."""
    received = next(mail.headers("Received"), "").rpartition(";")[2].strip()
    arrived = arrived or (mail.time(received) if received else None) or fetched_at
    sent = mail.time(mail.header("Date")) if mail.header("Date") else None
    return sent if sent is not None and sent <= arrived + _CLOCKS_DIFFER else arrived


def _language(mail: Mail) -> str | None:
    tag = mail.header("Content-Language").split(",")[0].strip()
    return tag if _TAG.match(tag) else None


def _own_id(mail: Mail, data: bytes) -> str:
    """The Message-ID; of a mail without one, a digest of what does not change on its way."""
    found = mail.ids("Message-ID")
    if found:
        return _as_id(found[0])
    body = data.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    told = "\n".join([*(mail.header(name) for name in ("Date", "From", "To", "Subject")), ""]).encode()
    return f"sha256-{hashlib.sha256(told + body).hexdigest()[:40]}"


def _as_id(message_id: str) -> str:
    """An id that a database takes: a very long one is replaced by its digest."""
    message_id = storable(message_id)
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return f"sha256-{hashlib.sha256(message_id.encode()).hexdigest()[:40]}"
