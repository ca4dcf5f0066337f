"""The public feed's JSON to mentions. An unreadable review is kept as rejected; the others go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged
from core.mention import Author, Engagement, Kind, Mention, Rejected
from listeners.appstore.fields import address, joined, number, stars, utc_time
from listeners.appstore.options import TERMS
from listeners.markup import text_of
from listeners.values import Unreadable, mapping, needed_text, optional_text, rejected, shown

_REVIEWER = re.compile(r"/id([0-9]+)")


def entries_of(body: object) -> list[Any]:
    """The reviews of a page of the feed.

    A single one comes without a list, none without the key. The app itself, which older feeds put first, is
    no review: those have `im:rating`.

    Raises:
        SchemaChanged: it is no such feed.
    """
    feed = body.get("feed") if isinstance(body, dict) else None
    entries = feed.get("entry", []) if isinstance(feed, dict) else None
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        raise SchemaChanged(f"App Store: expected a feed with 'entry', found {shown(body)}")
    return [entry for entry in entries if not _is_the_app(entry)]


def _is_the_app(entry: object) -> bool:
    return isinstance(entry, dict) and "im:rating" not in entry and "im:name" in entry


def read_feed(
    entries: Iterable[object], fetched_at: datetime, place: str, *, app: str, country: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn the feed's reviews into mentions and rejected records; each becomes exactly one of them.

    Args:
        entries: what `entries_of` gives.
        fetched_at: when they came.
        place: which page they came from, for rejected records.
        app: the app's number.
        country: whose feed it is, in two letters.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, entry in enumerate(entries):
        try:
            mentions.append(_read_entry(entry, fetched_at, address(app, country)))
        except Unreadable as error:
            unread.append(rejected("appstore", error, entry, place=f"{place} entry[{index}]"))
    return tuple(mentions), tuple(unread)


def _read_entry(entry: object, fetched_at: datetime, url: str) -> Mention:
    if not isinstance(entry, dict):
        raise Unreadable(f"expected an object, found {shown(entry)}")
    labels = {key: mapping(value).get("label") for key, value in entry.items()}
    own_id = needed_text(labels, "id")
    content = optional_text(labels, "content")
    if mapping(mapping(entry.get("content")).get("attributes")).get("type") == "html":
        content = text_of(content)
    return Mention(
        source="appstore",
        external_id=own_id,
        text=joined(optional_text(labels, "title"), content),
        posted_at=utc_time(labels, "updated"),
        fetched_at=fetched_at,
        kind=Kind.REVIEW,
        author=_reviewer(mapping(entry.get("author"))),
        thread_id=own_id,
        url=url,
        rating=stars(labels.get("im:rating")),
        engagement=Engagement(likes=number(labels.get("im:voteSum"))),
        terms=TERMS,
    )


def _reviewer(author: Mapping[str, Any]) -> Author | None:
    name = optional_text(mapping(author.get("name")), "label").strip()
    address = optional_text(mapping(author.get("uri")), "label").strip()
    found = _REVIEWER.search(address)
    if not name and found is None:
        return None
    own_id = found[1] if found else name
    return Author(source="appstore", external_id=own_id, handle=name or own_id, url=address if found else "")
