"""What is new in a feed: the entries that its last document did not have, or had with another text.

A feed is one document with the newest entries, mostly in no reliable order and with dates that may be
missing. So what was seen is remembered entry by entry (as hashes, in the checkpoint), not as a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from core.errors import SchemaChanged
from core.mention import Kind, Lost, Mention, Page, Rejected
from listeners.base import Borrowed
from listeners.feed import read
from listeners.feed.document import Document, parse
from listeners.feed.fetch import Validators, fetch
from listeners.feed.options import FeedOptions
from listeners.values import rejected

REMEMBERED = 1_000
"""Entries that a feed no longer shows are remembered up to so many: some come back."""
PER_PAGE = 1_000
"""Mentions that are stored at a time."""
BELIEVED = timedelta(days=1)
"""So long "nothing changed" is believed; then the whole document is asked for, as caches may be stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The checkpoint."""

    validators: Validators = field(default_factory=Validators)
    read_at: datetime | None = None
    """When a whole document came last."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """Hash of an id -> hash of the text; with "@" and the time where the entry has none of its own."""


class Feed:
    """Listens to one feed.

    Args:
        options: which one.
        borrowed: client, clock and permit.
    """

    def __init__(self, options: FeedOptions, borrowed: Borrowed) -> None:
        self._options, self._borrowed = options, borrowed

    def poll(self, since: str | None) -> Iterator[Page]:
        """Yield what is new or has changed; the checkpoint is on the last page."""
        known, now = _load(since, self._options), self._borrowed.clock()
        fresh = known.read_at is not None and now - known.read_at < BELIEVED
        fetched = fetch(self._options, self._borrowed, known.validators if fresh else Validators())
        if fetched is None:
            yield Page(checkpoint=since)
            return
        document = parse(fetched, "feed")
        readable, unread = read.read_document(document, self._feed(), now)
        mentions, doubled = _one_each(readable)
        news, seen = _compared(mentions, known.seen)
        after = _Known(
            # Of half a document, "unchanged" must not be an answer.
            validators=Validators() if document.cut else fetched.validators,
            read_at=now,
            seen=dict(islice({**seen, **known.seen, **seen}.items(), len(seen) + REMEMBERED)),
        )
        missing = _missing(document, seen, known.seen)
        oldest = min([now, *(mention.posted_at for mention in news)])
        last = Page(
            rejected=(*unread, *doubled),
            checkpoint=_text(after, self._options),
            truncated=missing,
            lost=Lost(until=oldest) if missing and not document.cut else None,
        )
        for start in range(0, max(len(news) - PER_PAGE, 0), PER_PAGE):
            yield Page(mentions=tuple(news[start : start + PER_PAGE]))
        yield replace(last, mentions=tuple(news[(max(len(news) - 1, 0) // PER_PAGE) * PER_PAGE :]))

    def _feed(self) -> read.Feed:
        return read.Feed(
            address=_address(self._options.url),
            kind=Kind(self._options.kind),
            language=self._options.language,
            terms=self._options.terms,
        )


def _address(url: str) -> str:
    """Tells this feed from others; it is stored and exported, and a query may hold its reader's token."""
    parts = urlsplit(url)
    return parts.netloc + (parts.path or "/") + (f"~{_hash(parts.query)}" if parts.query else "")


def _one_each(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Rejected]]:
    """The newest version of every entry; another text under the same id is kept as rejected."""
    newest: dict[str, Mention] = {}
    doubled = []
    for mention in mentions:
        other = newest.setdefault(mention.external_id, mention)
        if other is mention:
            continue
        older = mention
        if _version(mention) > _version(other):
            newest[mention.external_id], older = mention, other
        if older.text != newest[mention.external_id].text:
            reason = "another entry of this document has the same id"
            doubled.append(rejected("feed", reason, older.text, place="GET", external_id=older.external_id))
    return list(newest.values()), doubled


def _version(mention: Mention) -> datetime:
    return mention.edited_at or mention.posted_at


def _compared(mentions: Sequence[Mention], known: Mapping[str, str]) -> tuple[list[Mention], dict[str, str]]:
    """Those that are new or have changed, and what was seen of all of them."""
    news, seen = [], {}
    for mention in mentions:
        key, digest = _hash(mention.external_id), _hash(mention.text)
        before, _, since = known.get(key, "").partition("@")
        if mention.posted_at == mention.fetched_at:  # it has no time, or one to come: the first sight counts
            first = datetime.fromisoformat(since) if since else mention.posted_at
            seen[key] = f"{digest}@{first.isoformat()}"
        else:
            first, seen[key] = mention.posted_at, digest
        if before != digest:
            news.append(replace(mention, posted_at=first))
    return news, seen


def _missing(document: Document, seen: Mapping[str, str], known: Mapping[str, str]) -> str:
    """Why entries may have passed unseen."""
    if document.cut:
        return "the feed's document ends before its end; what was in the rest is read when it is whole again"
    if seen and known and known.keys().isdisjoint(seen):
        return (
            f"none of the feed's {len(seen)} entries is known: older ones may have come and gone since the "
            "last poll. Poll more often (or the site has given its entries new ids)"
        )
    return ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(known: _Known, options: FeedOptions) -> str:
    stored = {
        "asked": _hash(options.url),
        "etag": known.validators.etag,
        "modified": known.validators.modified,
        "read_at": known.read_at.isoformat() if known.read_at else None,
        "seen": dict(known.seen),
    }
    return json.dumps(stored, separators=(",", ":"))


def _load(text: str | None, options: FeedOptions) -> _Known:
    """What was known; nothing where the target now names another feed."""
    if text is None:
        return _Known()
    try:
        stored = json.loads(text)
        if stored["asked"] != _hash(options.url):
            return _Known()
        return _Known(
            validators=Validators(etag=str(stored["etag"]), modified=str(stored["modified"])),
            read_at=datetime.fromisoformat(stored["read_at"]).astimezone(UTC) if stored["read_at"] else None,
            seen={key: _remembered(value) for key, value in stored["seen"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SchemaChanged(
            "feed: the stored checkpoint of this target cannot be read; rename the target to start anew"
        ) from error


def _remembered(value: str) -> str:
    if "@" in value:
        datetime.fromisoformat(value.partition("@")[2])
    return value
