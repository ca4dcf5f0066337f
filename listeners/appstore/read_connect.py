"""App Store Connect's JSON to mentions. An unreadable review is kept as rejected; the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import SchemaChanged
from core.mention import Author, Engagement, Kind, Mention, Rejected
from listeners.appstore.fields import address, joined, stars, utc_time
from listeners.appstore.options import TERMS
from listeners.appstore.territories import SHORT
from listeners.values import Unreadable, mapping, needed_text, optional_text, rejected, shown

_PUBLISHED = "PUBLISHED"
"""State of an answer that customers can see; before, it is PENDING_PUBLISH."""

Answers = Mapping[str, Mapping[str, Any]]
"""A review's id -> the developer's public answer to it."""


def reviews_of(body: object) -> list[Any]:
    """The reviews of a page of the API.

    Raises:
        SchemaChanged: it is no such page.
    """
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        raise SchemaChanged(f"App Store Connect: expected a list 'data', found {shown(body)}")
    return data


def answers_of(body: object) -> Answers:
    """The developer's answers that customers can see, of those that a page of the API includes."""
    included, data = mapping(body).get("included"), mapping(body).get("data")
    answers: dict[object, Mapping[str, Any]] = {}
    for record in included if isinstance(included, list) else []:
        said, own_id = mapping(mapping(record).get("attributes")), mapping(record).get("id")
        if isinstance(own_id, str) and said.get("state") == _PUBLISHED:
            answers[own_id] = record
    found: dict[str, Mapping[str, Any]] = {}
    for review in data if isinstance(data, list) else [data]:
        review_id, answer_id = mapping(review).get("id"), _answer_id(review)
        if isinstance(review_id, str) and answer_id in answers:
            found[review_id] = answers[answer_id]
    return found


def _answer_id(review: object) -> str:
    response = mapping(mapping(mapping(review).get("relationships")).get("response"))
    own_id = mapping(response.get("data")).get("id")
    return own_id if isinstance(own_id, str) else ""


def read_reviews(
    reviews: Iterable[object], answers: Answers, fetched_at: datetime, place: str, *, app: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn the API's reviews into mentions and rejected records; each becomes exactly one of them.

    Args:
        reviews: the page's `data`.
        answers: what `answers_of` gives; they are counted here, and read by `replies_to`.
        fetched_at: when they came.
        place: which request they came from, for rejected records.
        app: the app's number.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for index, review in enumerate(reviews):
        try:
            mentions.append(_read_review(review, answers, fetched_at, app))
        except Unreadable as error:
            unread.append(rejected("appstore", error, review, place=f"{place} data[{index}]"))
    return tuple(mentions), tuple(unread)


def _read_review(review: object, answers: Answers, fetched_at: datetime, app: str) -> Mention:
    if not isinstance(review, dict):
        raise Unreadable(f"expected an object, found {shown(review)}")
    own_id = needed_text(review, "id")
    said = mapping(review.get("attributes"))
    nickname = optional_text(said, "reviewerNickname").strip()
    return Mention(
        source="appstore",
        external_id=own_id,
        text=joined(optional_text(said, "title"), optional_text(said, "body")),
        posted_at=utc_time(said, "createdDate"),
        fetched_at=fetched_at,
        kind=Kind.REVIEW,
        author=Author(source="appstore", external_id=nickname, handle=nickname) if nickname else None,
        thread_id=own_id,
        url=address(app, SHORT.get(optional_text(said, "territory"), "")),
        rating=stars(said.get("rating")),
        engagement=Engagement(replies=int(own_id in answers)),
        terms=TERMS,
    )


def _read_answer(answer: Mapping[str, Any], review: Mention, handle: str) -> Mention:
    said = mapping(answer.get("attributes"))
    return Mention(
        source="appstore",
        external_id=needed_text(answer, "id"),
        text=needed_text(said, "responseBody"),
        posted_at=utc_time(said, "lastModifiedDate"),
        fetched_at=review.fetched_at,
        kind=Kind.REPLY,
        author=Author(source="appstore", external_id=handle, handle=handle),
        thread_id=review.thread_id,
        parent_id=review.external_id,
        url=review.url,
        terms=TERMS,
    )


def replies_to(
    reviews: Sequence[Mention], answers: Answers, handle: str, place: str
) -> tuple[tuple[Mention, ...], tuple[Rejected, ...]]:
    """Turn the developer's answers to these reviews into replies.

    Args:
        reviews: as they were read.
        answers: what `answers_of` gives.
        handle: whose answers they are: one of the brand's own.
        place: which request they came from, for rejected records.
    """
    mentions: list[Mention] = []
    unread: list[Rejected] = []
    for review in reviews:
        answer = answers.get(review.external_id)
        if answer is None:
            continue
        try:
            mentions.append(_read_answer(answer, review, handle))
        except Unreadable as error:
            unread.append(rejected("appstore", error, answer, place=f"{place} included"))
    return tuple(mentions), tuple(unread)
