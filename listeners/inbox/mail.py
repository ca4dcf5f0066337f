"""The bytes of a mail to its headers and its text, however damaged they are.

Parsed with the oldest of Python's mail policies, which never raises: the newer one does on broken headers.
"""

from __future__ import annotations

import base64
import email
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby

from core.mention import plausible
from listeners.inbox.trim import own_words, own_words_of_html
from listeners.values import storable

LONGEST_TEXT = 20_000
"""Characters that are kept of a mail's text; nobody complains at greater length, but logs are pasted."""
_LONGEST_HEADER = 10_000
_DEEPEST = 20
_FOLDS = re.compile(r"\s*[\r\n]+\s*")
_ENCODED_WORD = re.compile(
    r"=\?(?P<charset>[^?*\s]+)(?:\*[^?\s]*)?\?(?P<encoding>[bBqQ])\?(?P<data>[^?]*)\?="
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,255}")
_MESSAGE_ID = re.compile(r"<\s*([^<>\s]+)\s*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail, parsed."""

    message: Message
    cut: bool = False
    """Whether only its beginning was read."""

    def header(self, name: str) -> str:
        """A header's text, decoded; the first one of that name, empty where there is none."""
        return next(self.headers(name), "")

    def headers(self, name: str) -> Iterator[str]:
        """All headers of a name, decoded."""
        wanted = name.lower()
        for found, value in self.message.raw_items():
            if found.lower() == wanted:
                yield _decoded_header(str(value))

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """The (name, address) pairs of a header; addresses in lower case, and only what looks like one."""
        raw = [_raw(value) for found, value in self.message.raw_items() if found.lower() == name]
        try:
            pairs = getaddresses(raw)
        except (ValueError, IndexError, TypeError, RecursionError):
            pairs = []
        good = [(_decoded_header(who), address.lower()) for who, address in pairs if _is_address(address)]
        return good or [
            ("", found.lower()) for found in _ADDRESS.findall(" ".join(raw)) if _is_address(found)
        ]

    def ids(self, name: str) -> list[str]:
        """The message ids that a header names, without brackets."""
        return _MESSAGE_ID.findall(self.header(name))

    def time(self, value: str) -> datetime | None:
        """A mail's date in UTC; None where it is none, or of a year that no mail is of."""
        try:
            time = parsedate_to_datetime(value)
            time = (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            return None
        return time if plausible(time) else None

    def text(self) -> str:
        """What the sender wrote: of the plain parts, else of the HTML ones."""
        parts = list(_texts(self.message, 0))
        plain = [_decoded_body(part) for part in parts if part.get_content_subtype() != "html"]
        said = own_words("\n\n".join(text.strip() for text in plain if text.strip()))
        if not said:
            markup = [_decoded_body(part) for part in parts if part.get_content_subtype() == "html"]
            said = "\n\n".join(filter(None, map(own_words_of_html, markup)))
        return _limited(storable(said).strip())


def parse(data: bytes, *, cut: bool = False) -> Mail:
    """A mail of these bytes.

    Args:
        data: the mail, or its beginning.
        cut: whether it is only the beginning.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
    except RecursionError:  # parts within parts, hundreds deep: no mail program writes so
        message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(data)
    return Mail(message=message, cut=cut)


def _texts(part: Message, depth: int) -> Iterator[Message]:
    """The parts that hold the mail's text: no attachments, no mails within the mail."""
    if depth > _DEEPEST or part.get_content_maintype() == "message":
        return
    if part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _texts(inner, depth + 1)
        return
    shown_in = str(part.get("Content-Disposition", "")).strip().lower()
    attached = shown_in.startswith("attachment") or "filename" in shown_in
    if not attached and part.get_content_type() in ("text/plain", "text/html", "text/enriched"):
        yield part


def _decoded_body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_param("charset", "")
    name = charset[2] if isinstance(charset, tuple) else str(charset or "")
    return _decoded(payload, name.strip("'\" "))


def _decoded(data: bytes, charset: str) -> str:
    """Text of a charset; of one that is unknown or wrong, what a person would most likely still read."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    known = charset.lower().replace("_", "-")
    if known in ("", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "unknown-8bit", "utf-8"):
        return data.decode("utf-8" if known == "utf-8" else "cp1252", "replace")
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("cp1252", "replace")


def _raw(value: object) -> str:
    """A header as it came; bytes that are no ASCII are taken as UTF-8, which is what is sent today."""
    data = str(value)[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
    return _FOLDS.sub(" ", data.decode("utf-8", "replace")).strip()


def _decoded_header(value: str) -> str:
    """A header with its encoded words (RFC 2047) decoded; what is damaged in it stays as it came."""
    text, said, place = _raw(value), "", 0
    pieces: list[tuple[str, bytes]] = []  # of neighbouring words: one character may be spread over two
    for word in _ENCODED_WORD.finditer(text):
        between = text[place : word.start()]
        if between.strip() or not pieces:
            said, pieces = said + _joined(pieces) + between, []
        pieces.append((word["charset"], _word_bytes(word)))
        place = word.end()
    return storable(said + _joined(pieces) + text[place:]).strip()


def _joined(pieces: list[tuple[str, bytes]]) -> str:
    grouped = groupby(pieces, key=lambda piece: piece[0].lower())
    return "".join(_decoded(b"".join(data for _, data in group), charset) for charset, group in grouped)


def _word_bytes(word: re.Match[str]) -> bytes:
    data = word["data"].encode("ascii", "replace")
    if word["encoding"] in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except ValueError:
        return word[0].encode()


def _is_address(address: str) -> bool:
    name, at, host = address.rpartition("@")
    return bool(name and at and host) and address.isprintable() and " " not in address and len(address) <= 320


def _limited(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()} […]"
