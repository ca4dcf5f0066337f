"""A record of somebody's file to a mention."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, TypeVar

from core.mention import Author, Engagement, Kind, Mention, Visibility
from listeners.archive.options import ArchiveOptions, Column
from listeners.values import Unreadable, shown, storable

_EPOCH = datetime.fromtimestamp(0, UTC)
_ISO = re.compile(r"\d{4}-?(\d\d|W)")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_UTC_BY_NAME = re.compile(r"\s*(UTC|GMT)$")
_NUMBER = re.compile(r"-?\d{9,}(\.\d+)?\Z")  # shorter ones are dates such as 20150224
_FIRST_MILLISECONDS = 100_000_000_000  # as seconds, that would be the year 5138
_LARGEST = 2**63 - 1

Word = TypeVar("Word", bound=StrEnum)


class Reader:
    """Turns the records of one target's file into mentions."""

    def __init__(self, options: ArchiveOptions) -> None:
        self._options = options
        self._terms = options.terms

    def wanted(self, record: Mapping[str, Any]) -> bool:
        """Whether the record is one of those that the target asks for.

        Raises:
            Unreadable: it has no such column.
        """
        for column, value in self._options.where.items():
            if column not in record:
                raise Unreadable(f"has no '{column}', which the target's 'where' asks for")
            if _as_text(record[column], column).strip() != value.strip():
                return False
        return True

    def read_record(self, record: Mapping[str, Any], fetched_at: datetime) -> Mention:
        """Turn one record into a mention.

        Raises:
            Unreadable: it lacks its id or its text, or a field of it makes no sense.
        """
        visibility = self._word(record, "visibility", Visibility, Visibility.LIVE)
        rating = self._rating(record)
        posted_at = self._time(record, "posted_at")
        return Mention(
            source="archive",
            external_id=self._external_id(self._needed(record, "id")),
            text="" if visibility.gone else self._needed(record, "text"),
            posted_at=fetched_at if posted_at is None else posted_at,
            fetched_at=fetched_at,
            kind=self._word(record, "kind", Kind, Kind.POST if rating is None else Kind.REVIEW),
            author=None if visibility.gone else self._author(record),
            thread_id=self._external_id(self._text(record, "thread_id")) or None,
            parent_id=self._external_id(self._text(record, "parent_id")) or None,
            url=self._text(record, "url"),
            rating=rating,
            language=self._text(record, "language") or None,
            engagement=Engagement(
                likes=self._count(record, "likes"),
                replies=self._count(record, "replies"),
                shares=self._count(record, "shares"),
                views=self._count(record, "views"),
            ),
            edited_at=self._time(record, "edited_at"),
            visibility=visibility,
            terms=self._terms,
        )

    def known_id(self, record: Mapping[str, Any]) -> str | None:
        """The external id of a record that cannot be read otherwise, if it has one."""
        try:
            return self._external_id(self._text(record, "id")) or None
        except Unreadable:
            return None

    def _external_id(self, their_id: str) -> str:
        return f"{self._options.dataset}:{their_id}" if their_id else ""

    def _text(self, record: Mapping[str, Any], field: Column) -> str:
        column = self._options.column(field)
        return _as_text(record.get(column), column).strip()

    def _needed(self, record: Mapping[str, Any], field: Column) -> str:
        value = self._text(record, field)
        if not value:
            raise Unreadable(f"'{self._options.column(field)}' is missing or empty")
        return value

    def _number(self, record: Mapping[str, Any], field: Column) -> float | None:
        try:
            number = float(self._text(record, field))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def _count(self, record: Mapping[str, Any], field: Column) -> int | None:
        number = self._number(record, field)
        return int(number) if number is not None and 0 <= number < _LARGEST else None

    def _rating(self, record: Mapping[str, Any]) -> float | None:
        number = self._number(record, "rating")
        if number is None:
            return None
        low, high = self._options.rating_scale or (1.0, 5.0)
        if not low <= number <= high:
            raise Unreadable(f"the rating {number:g} is not within {low:g} to {high:g}; see 'rating_scale'")
        return 1 + (number - low) * 4 / (high - low)

    def _author(self, record: Mapping[str, Any]) -> Author | None:
        handle = self._text(record, "author")
        if not handle:
            return None
        return Author(
            source="archive",
            external_id=self._external_id(handle),
            handle=handle,
            name=self._text(record, "author_name"),
            url=self._text(record, "author_url"),
            followers=self._count(record, "followers"),
        )

    def _word(self, record: Mapping[str, Any], field: Column, words: type[Word], otherwise: Word) -> Word:
        value = self._text(record, field).lower()
        try:
            return words(value) if value else otherwise
        except ValueError as error:
            known = ", ".join(words)
            raise Unreadable(
                f"'{self._options.column(field)}' should be one of {known}, found {shown(value)}"
            ) from error

    def _time(self, record: Mapping[str, Any], field: Column) -> datetime | None:
        value = self._text(record, field)
        if not value:
            return None
        try:
            return read_time(value, self._options.date_format)
        except (ValueError, OverflowError, TypeError) as error:
            column = self._options.column(field)
            raise Unreadable(
                f"'{column}' should be a date, found {shown(value)}; see 'date_format'"
            ) from error


def read_time(value: str, date_format: str | None = None) -> datetime:
    """A date in one of the usual forms; one without an offset is taken as UTC.

    Args:
        value: ISO 8601, RFC 2822, or seconds or milliseconds since 1970.
        date_format: the form it has instead, as in strptime.

    Raises:
        ValueError, OverflowError, TypeError: it is none of these.
    """
    if date_format is not None:
        time = datetime.strptime(value, date_format)  # noqa: DTZ007 - made aware below
    elif _NUMBER.match(value):
        number = float(value)
        time = _EPOCH + timedelta(seconds=number / 1000 if abs(number) >= _FIRST_MILLISECONDS else number)
    elif _ISO.match(value):
        time = datetime.fromisoformat(_UTC_BY_NAME.sub("+00:00", _SPACED_OFFSET.sub("", value)))
    else:
        time = parsedate_to_datetime(value)
    return time.astimezone(UTC) if time.tzinfo is not None else time.replace(tzinfo=UTC)


def _as_text(value: object, column: str) -> str:
    """A field as text; files hold numbers as numbers and as text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(f"'{column}' should be a text or a number, found {shown(value)}")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
