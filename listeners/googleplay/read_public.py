"""What Google Play's own pages are told (`batchexecute`) to mentions.

Nothing is named, all has a place: [id, [name, picture], stars, _, text, [seconds, nanoseconds],
thumbs up, [name, text, [seconds, _]] of the answer, _, [author's id, ...], version, _, _, _, [edited, _]].
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged, SourceUnavailable
from core.mention import Author, Engagement, Mention, Rejected
from listeners.googleplay.fields import reply, review, stars, utc_time
from listeners.values import Unreadable, count, needed_text, optional_text, rejected, shown

CALLS = frozenset({"oCPfdb", "UsvDTd"})
"""The call that lists reviews, and the one before it, which still answers in the same shape."""
_PREFIX = ")]}'"
_GATEWAY = "PlayGatewayError"


class Refused(SourceUnavailable):
    """An error inside of an answer that is otherwise good."""


def answer_of(text: str) -> tuple[list[Any], str | None, bool]:
    """The reviews of an answer, what names the next page, and whether the answer was altogether empty.

    Altogether empty is how Google answers for an app that it does not know, for one that has no review, and
    at times for no reason at all.

    Raises:
        Refused: it holds an error of Google's own.
        SourceUnavailable: it is a page for people (a consent form, a captcha), or breaks off.
        SchemaChanged: it is something else.
    """
    row = _row(_envelope(text))
    payload = row[2] if len(row) > 2 else None
    if payload is None:
        raise _refusal(row)
    try:
        inner = json.loads(payload) if isinstance(payload, str) else None
    except (ValueError, RecursionError):
        inner = None
    reviews = inner[0] if isinstance(inner, list) and inner else []
    reviews = [] if reviews is None else reviews
    if not isinstance(inner, list) or not isinstance(reviews, list):
        raise SchemaChanged(f"Google Play: expected a list of reviews, found {shown(payload)}")
    return reviews, _token(inner), not inner


def _envelope(text: str) -> object:
    guarded = text.startswith(_PREFIX)
    try:
        found, _ = json.JSONDecoder().raw_decode(text.removeprefix(_PREFIX).lstrip())
    except (ValueError, RecursionError) as error:
        raise SourceUnavailable("Google Play: the answer is not data; it is tried again later") from error
    return found if guarded else None


def _row(envelope: object) -> list[Any]:
    for row in envelope if isinstance(envelope, list) else []:
        if isinstance(row, list) and len(row) > 1 and row[0] == "wrb.fr" and row[1] in CALLS:
            return row
    raise SchemaChanged(f"Google Play: expected an answer to the call for reviews, found {shown(envelope)}")


def _refusal(row: list[Any]) -> SourceUnavailable | SchemaChanged:
    problem = row[5] if len(row) > 5 else None
    if _GATEWAY in json.dumps(problem):
        return Refused("Google Play: refused to list reviews just now (PlayGatewayError); tried again later")
    return SchemaChanged(
        f"Google Play: does not understand the call for reviews any more, said {shown(problem)}"
    )


def _token(inner: list[Any]) -> str | None:
    """It is the last thing in the first list after the reviews that ends with a text."""
    ends = [part[-1] for part in inner[1:] if isinstance(part, list) and part]
    return next((end for end in ends if isinstance(end, str) and end), None)


def read_rows(
    rows: Iterable[object],
    fetched_at: datetime,
    place: str,
    *,
    app: str,
    language: str | None,
    own_handle: str = "",
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...], tuple[Mention, ...]]:
    """Turn reviews into mentions and rejected records.

    Each becomes exactly one of them, but for versions of one review (its history): the newest stands for all.

    Args:
        rows: what `answer_of` gives.
        fetched_at: when they came.
        place: which request they came from, for rejected records.
        app: the package name.
        language: whose reviews were asked for.
        own_handle: whose the developer's answers are; empty: they are counted only.

    Returns:
        The reviews, what could not be read, and the answers.
    """
    mentions: dict[str, Mention] = {}
    unread: list[Rejected] = []
    replies: dict[str, Mention] = {}
    for index, row in enumerate(rows):
        try:
            mention = _read_row(_named(row), fetched_at, app, language)
        except Unreadable as error:
            unread.append(rejected("googleplay", error, row, place=f"{place} reviews[{index}]"))
            continue
        other = mentions.get(mention.external_id)
        if other is None or other.posted_at < mention.posted_at:
            mentions[mention.external_id] = mention
        answer = _answer(_named(row))
        if own_handle and answer is not None:
            replies[mention.external_id] = reply(mention, *answer, own_handle)
    return tuple(mentions.values()), tuple(unread), tuple(replies.values())


def _named(row: object) -> dict[str, Any]:
    if not isinstance(row, list):
        raise Unreadable(f"expected a list, found {shown(row)}")
    places = {
        "id": (0,),
        "name": (1, 0),
        "stars": (2,),
        "text": (4,),
        "seconds": (5, 0),
        "thumbs up": (6,),
        "answer": (7, 1),
        "answer seconds": (7, 2, 0),
        "author": (9, 0),
        "edited": (14, 0),
    }
    return {name: _at(row, *place) for name, place in places.items()}


def _at(value: Any, *place: int) -> Any:
    for index in place:
        if not isinstance(value, list) or len(value) <= index:
            return None
        value = value[index]
    return value


def _read_row(named: Mapping[str, Any], fetched_at: datetime, app: str, language: str | None) -> Mention:
    own_id, text = needed_text(named, "id"), needed_text(named, "text").strip()
    changed_at = utc_time(named["seconds"])
    if changed_at is None:
        raise Unreadable(f"the time should be seconds since 1970, found {shown(named['seconds'])}")
    name, author_id = optional_text(named, "name").strip(), optional_text(named, "author").strip()
    author = Author(source="googleplay", external_id=author_id or own_id, handle=name) if name else None
    return review(
        own_id,
        text,
        app=app,
        changed_at=changed_at,
        edited=named["edited"] is True,
        fetched_at=fetched_at,
        author=author,
        rating=stars(named["stars"]),
        language=language,
        engagement=Engagement(likes=count(named, "thumbs up"), replies=int(_answer(named) is not None)),
    )


def _answer(named: Mapping[str, Any]) -> tuple[str, datetime] | None:
    text, answered_at = named["answer"], utc_time(named["answer seconds"])
    if not isinstance(text, str) or not text.strip() or answered_at is None:
        return None
    return optional_text(named, "answer").strip(), answered_at
