"""Mastodon's JSON to mentions. One post that cannot be read is kept as rejected; the others go on.

An id means something on its own server only, so ours begins with the server's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from core.mention import Author, Engagement, Kind, Mention, Rejected, Visibility
from listeners.markup import text_of
from listeners.mastodon.options import TERMS
from listeners.times import from_iso
from listeners.values import Unreadable, count, mapping, needed_text, optional_text, rejected, shown, storable

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
"""Mastodon's ids are digits; servers that speak its language (Pleroma, GoToSocial) have letters in theirs."""
_QUOTE_LINE = re.compile(r'<p class="quote-inline">.*?</p>', re.DOTALL)
"""What clients that know quotes leave out: "RE: https://..."."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


class NotPublic(Unreadable):
    """It is not for everybody, so nothing of it is kept but that there was something."""


def read_statuses(
    statuses: Iterable[object], server: str, fetched_at: datetime, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn statuses into mentions and rejected records; each becomes exactly one of them.

    A status that is not public is rejected with its id and its visibility, and without its text.

    Args:
        statuses: from a timeline, a search, or out of notifications.
        server: who answered.
        fetched_at: when they came.
        place: which call they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, status in enumerate(statuses):
        where, own_id = f"{place} [{index}]", id_of(status)
        external_id = f"{server}/{own_id}" if own_id is not None else None
        try:
            mentions.append(read_status(status, server, fetched_at))
        except NotPublic as error:
            kept = {"id": own_id, "visibility": str(error)}
            reason = f"it is not public ({error}), so its text is not kept"
            unread.append(rejected("mastodon", reason, kept, place=where, external_id=external_id))
        except Unreadable as error:
            unread.append(rejected("mastodon", error, status, place=where, external_id=external_id))
    return tuple(mentions), tuple(unread)


def read_status(status: object, server: str, fetched_at: datetime) -> Mention:
    """Turn one status into a mention.

    Raises:
        NotPublic: its author did not write it for everybody; the text of the error is the visibility.
        Unreadable: it lacks its id, its text or its time.
    """
    if not isinstance(status, dict):
        raise Unreadable(f"a status should be an object, found {shown(status)}")
    visibility = status.get("visibility")
    if visibility != "public":
        raise _not_public(visibility)
    own_id = id_of(status)
    if own_id is None:
        raise Unreadable(f"'id' should be a text of letters and digits, found {shown(status.get('id'))}")
    posted_at, edited_at = time_of(status), from_iso(status.get("edited_at"))
    if posted_at is None:
        raise Unreadable(f"'created_at' should be a time, found {shown(status.get('created_at'))}")
    account = mapping(status.get("account"))
    gone = account.get("suspended") is True
    kind, parent = _place(status)
    parent_id = f"{server}/{parent}" if parent is not None else None
    external_id = f"{server}/{own_id}"
    return Mention(
        source="mastodon",
        external_id=external_id,
        text="" if gone else _text(status),
        posted_at=posted_at,
        fetched_at=fetched_at,
        kind=kind,
        author=None if gone else _author(account, server),
        # There is no name for a conversation: what a reply answers is the nearest to it.
        thread_id=parent_id if kind is Kind.REPLY else external_id,
        parent_id=parent_id,
        url=_address(status, "url") or _address(status, "uri"),
        language=_language(status.get("language")),
        engagement=_engagement(status),
        edited_at=edited_at,
        visibility=Visibility.REMOVED if gone else Visibility.EDITED if edited_at else Visibility.LIVE,
        terms=TERMS,
    )


def _not_public(visibility: object) -> Unreadable:
    if visibility in ("unlisted", "private", "direct", "limited", "local", "list"):
        return NotPublic(str(visibility))
    return NotPublic("of a visibility that we do not know")


def id_of(record: object) -> str | None:
    """A status' or notification's id on its server; None: it has none."""
    own_id = record.get("id") if isinstance(record, dict) else None
    return own_id if isinstance(own_id, str) and _ID.match(own_id) else None


def time_of(record: object) -> datetime | None:
    """When it was made; None: it does not say."""
    return from_iso(mapping(record).get("created_at"))


def _place(status: Mapping[str, Any]) -> tuple[Kind, str | None]:
    """What it is, and the id of what it answers or quotes; one that does both is a reply."""
    parent = id_of({"id": status.get("in_reply_to_id")})
    if parent is not None:
        return Kind.REPLY, parent
    quote = mapping(status.get("quote"))
    if quote:  # it may not say of what: a quote whose author has not agreed yet
        return Kind.QUOTE, id_of(quote.get("quoted_status")) or id_of({"id": quote.get("quoted_status_id")})
    return Kind.POST, None


def _text(status: Mapping[str, Any]) -> str:
    warning = optional_text(status, "spoiler_text").strip()
    content = text_of(_QUOTE_LINE.sub("", optional_text(status, "content")))
    text = storable(f"{warning}\n\n{content}".strip()) or "\n".join(_descriptions(status))
    if not text.strip():
        raise Unreadable("it has no text, and no picture with a description")
    return text


def _descriptions(status: Mapping[str, Any]) -> Iterator[str]:
    """What describes pictures and films, and what a poll asks."""
    attached = status.get("media_attachments")
    options = mapping(status.get("poll")).get("options")
    for part, key in ((attached, "description"), (options, "title")):
        for described in part if isinstance(part, list) else ():
            words = mapping(described).get(key)
            if isinstance(words, str) and words.strip():
                yield storable(words.strip())


def _author(account: Mapping[str, Any], server: str) -> Author | None:
    try:
        called, name = needed_text(account, "acct"), optional_text(account, "display_name")
    except Unreadable:
        return None  # the post stays; its author is then unknown
    own_id = id_of(account)
    url = _address(account, "url")
    # Its address in the network is the same on every server; older servers do not tell it.
    known = _address(account, "uri") or url or (f"{server}/{own_id}" if own_id else "")
    if not known:
        return None
    return Author(
        source="mastodon",
        external_id=known,
        handle=called if "@" in called else f"{called}@{server}",  # a server leaves its own name out
        name=name,
        url=url,
        followers=count(account, "followers_count"),
    )


def _address(record: Mapping[str, Any], key: str) -> str:
    address = record.get(key)
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        return ""
    return storable(address)


def _language(language: object) -> str | None:
    return language if isinstance(language, str) and _LANGUAGE.match(language) else None


def _engagement(status: Mapping[str, Any]) -> Engagement:
    shares = [n for n in (count(status, "reblogs_count"), count(status, "quotes_count")) if n is not None]
    return Engagement(
        likes=count(status, "favourites_count"),
        replies=count(status, "replies_count"),
        shares=sum(shares) if shares else None,
    )
