"""A record of somebody's file to a mention, column by column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Literal, TypeVar, get_args

from core.mention import Author, Engagement, Kind, Mention, Terms, Visibility, plausible
from listeners.values import Unreadable, shown, storable

Column = Literal[
    "id",
    "text",
    "posted_at",
    "author",
    "author_name",
    "author_url",
    "followers",
    "url",
    "rating",
    "language",
    "thread_id",
    "parent_id",
    "kind",
    "likes",
    "replies",
    "shares",
    "views",
    "visibility",
    "edited_at",
]
COLUMNS: tuple[Column, ...] = get_args(Column)

_EPOCH = datetime.fromtimestamp(0, UTC)
_ISO = re.compile(r"\d{4}-?(\d\d|W)")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_UTC_BY_NAME = re.compile(r"\s*(UTC|GMT)$")
_NUMBER = re.compile(r"-?\d{9,}(\.\d+)?\Z")  # shorter ones are dates such as 20150224
_FIRST_MILLISECONDS = 100_000_000_000  # as seconds, that would be the year 5138
_LARGEST = 2**63 - 1

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How the records of one target are read: the shared part of what files, webhooks and surveys need."""

    source: str
    dataset: str
    """Put before every id, so that two files' ids never meet: `dataset:id`."""
    names: Mapping[Any, str] = field(default_factory=dict)
    """Our field -> their column. One that is not named is looked for under its own name."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Only records whose column has this value are wanted."""
    date_format: str | None = None
    terms: Terms = field(default_factory=Terms)

    def name(self, field: str) -> str:
        """The name that a field of ours has in the file."""
        return self.names.get(field, field)

    def wanted(self, record: Mapping[str, Any]) -> bool:
        """Whether the record is one of those that the target asks for.

        Raises:
            Unreadable: it has no such column.
        """
        for column, value in self.where.items():
            if column not in record:
                raise Unreadable(f"has no '{column}', which the target's 'where' asks for")
            if as_text(record[column], column).strip() != value.strip():
                return False
        return True

    def mention(
        self,
        record: Mapping[str, Any],
        fetched_at: datetime,
        *,
        external_id: str,
        text: str,
        rating: float | None,
        kind: Kind,
    ) -> Mention:
        """The mention that a record makes with these parts, which sources see differently.

        Raises:
            Unreadable: a field of it makes no sense.
        """
        visibility = self.visibility(record)
        posted_at = self.time(record, "posted_at")
        return Mention(
            source=self.source,
            external_id=external_id,
            text="" if visibility.gone else text,
            posted_at=fetched_at if posted_at is None else posted_at,
            fetched_at=fetched_at,
            kind=self.word(record, "kind", Kind, kind),
            author=None if visibility.gone else self._author(record),
            thread_id=self.prefixed(self.text(record, "thread_id")) or None,
            parent_id=self.prefixed(self.text(record, "parent_id")) or None,
            url=self.text(record, "url"),
            rating=rating,
            language=self.text(record, "language") or None,
            engagement=Engagement(
                likes=self.count(record, "likes"),
                replies=self.count(record, "replies"),
                shares=self.count(record, "shares"),
                views=self.count(record, "views"),
            ),
            edited_at=self.time(record, "edited_at"),
            visibility=visibility,
            terms=self.terms,
        )

    def known_id(self, record: Mapping[str, Any]) -> str | None:
        """The external id of a record that cannot be read otherwise, if it has one."""
        try:
            return self.prefixed(self.text(record, "id")) or None
        except Unreadable:
            return None

    def prefixed(self, their_id: str) -> str:
        """An id of theirs as an external id; none stays none."""
        return f"{self.dataset}:{their_id}" if their_id else ""

    def visibility(self, record: Mapping[str, Any]) -> Visibility:
        """What the record says about who may still see it."""
        return self.word(record, "visibility", Visibility, Visibility.LIVE)

    def text(self, record: Mapping[str, Any], field: str) -> str:
        """A field as text; empty where it is missing."""
        column = self.name(field)
        return as_text(record.get(column), column).strip()

    def needed(self, record: Mapping[str, Any], field: str) -> str:
        """A field without which the record means nothing."""
        value = self.text(record, field)
        if not value:
            raise Unreadable(f"'{self.name(field)}' is missing or empty")
        return value

    def number(self, record: Mapping[str, Any], field: str) -> float | None:
        """A number; None where there is none."""
        try:
            number = float(self.text(record, field))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def count(self, record: Mapping[str, Any], field: str) -> int | None:
        """A public count; None where there is none."""
        number = self.number(record, field)
        return int(number) if number is not None and 0 <= number < _LARGEST else None

    def rating(self, record: Mapping[str, Any], scale: tuple[float, float] | None) -> float | None:
        """The rating on our scale of 1 to 5.

        Args:
            record: the record.
            scale: their lowest and highest rating; None: 1 to 5 as well.
        """
        number = self.number(record, "rating")
        if number is None:
            return None
        low, high = scale or (1.0, 5.0)
        if not low <= number <= high:
            raise Unreadable(f"the rating {number:g} is not within {low:g} to {high:g}; see 'rating_scale'")
        return 1 + (number - low) * 4 / (high - low)

    def word(self, record: Mapping[str, Any], field: str, words: type[Word], otherwise: Word) -> Word:
        """One of a set of words; `otherwise` where the field is missing."""
        value = self.text(record, field).lower()
        try:
            return words(value) if value else otherwise
        except ValueError as error:
            known = ", ".join(words)
            raise Unreadable(
                f"'{self.name(field)}' should be one of {known}, found {shown(value)}"
            ) from error

    def time(self, record: Mapping[str, Any], field: str) -> datetime | None:
        """A date; None where there is none."""
        value = self.text(record, field)
        if not value:
            return None
        try:
            return read_time(value, self.date_format)
        except (ValueError, OverflowError, TypeError) as error:
            column = self.name(field)
            raise Unreadable(
                f"'{column}' should be a date, found {shown(value)}; see 'date_format'"
            ) from error

    def _author(self, record: Mapping[str, Any]) -> Author | None:
        handle = self.text(record, "author")
        if not handle:
            return None
        return Author(
            source=self.source,
            external_id=self.prefixed(handle),
            handle=handle,
            name=self.text(record, "author_name"),
            url=self.text(record, "author_url"),
            followers=self.count(record, "followers"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A record of texts with ratings: a file of the team's own, or what another program hands over."""

    columns: Columns
    scale: tuple[float, float] | None = None
    """Their lowest and highest rating; None: 1 to 5."""

    def wanted(self, record: Mapping[str, Any]) -> bool:
        """Whether the target asks for it."""
        return self.columns.wanted(record)

    def known_id(self, record: Mapping[str, Any]) -> str | None:
        """Its external id, where it has one."""
        return self.columns.known_id(record)

    def read(self, record: Mapping[str, Any], fetched_at: datetime) -> Mention:
        """Turn one record into a mention.

        Raises:
            Unreadable: it lacks its id or its text, or a field of it makes no sense.
        """
        columns = self.columns
        rating = columns.rating(record, self.scale)
        return columns.mention(
            record,
            fetched_at,
            external_id=columns.prefixed(columns.needed(record, "id")),
            text="" if columns.visibility(record).gone else columns.needed(record, "text"),
            rating=rating,
            kind=Kind.POST if rating is None else Kind.REVIEW,
        )


def read_time(value: str, date_format: str | None = None) -> datetime:
    """A date in one of the usual forms; one without an offset is taken as UTC.

    Args:
        value: ISO 8601, RFC 2822, or seconds or milliseconds since 1970.
        date_format: the form it has instead, as in strptime.

    Raises:
        ValueError, OverflowError, TypeError: it is none of these, or of a year that no mention is of.
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
    time = time.astimezone(UTC) if time.tzinfo is not None else time.replace(tzinfo=UTC)
    if not plausible(time):
        raise ValueError(f"no mention is of the year {time.year}")
    return time


def as_text(value: object, column: str) -> str:
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
