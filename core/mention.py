"""What was captured: mentions, their authors, and the records that could not be read.

All times are aware and in UTC. Nothing here is derived by a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between which every time of a stored mention lies: its days, here and in any zone, can be counted then."""


def plausible(time: datetime) -> bool:
    """Whether a mention may be of this time, which may be an author's claim: the year 1, or 9999."""
    return EARLIEST <= time < LATEST


class Kind(StrEnum):
    """What sort of text a mention is."""

    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    REVIEW = "review"
    QUOTE = "quote"
    ARTICLE = "article"
    SURVEY_ANSWER = "survey_answer"


class Visibility(StrEnum):
    """What the public sees of a mention today, as far as we know."""

    LIVE = "live"
    EDITED = "edited"
    DELETED = "deleted"
    """By its author."""
    REMOVED = "removed"
    """By a moderator or the platform."""
    PROTECTED = "protected"
    UNKNOWN = "unknown"

    @property
    def gone(self) -> bool:
        """Whether its text must no longer be kept."""
        return self in (Visibility.DELETED, Visibility.REMOVED, Visibility.PROTECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a source's terms allow to be done with its texts (see docs/sources/)."""

    keep_for: timedelta | None = None
    """How long a text may be kept; None: no limit is set by the source."""
    may_train: bool = False
    may_export_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a mention, as the platform shows them. Unique by (source, external_id)."""

    source: str
    external_id: str
    handle: str
    """Empty: only the id is known."""
    name: str = ""
    url: str = ""
    followers: int | None = None

    @property
    def called(self) -> str:
        """How to show people who it is; the id where nothing else is known, as after a failed look-up."""
        return self.handle or self.name or self.external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Public counts at the time of fetching; None where the platform does not tell."""

    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One public text about a brand, as captured. Unique by (source, external_id)."""

    source: str
    external_id: str
    """Stays the same when the text is edited, where the platform can tell."""
    text: str
    posted_at: datetime
    fetched_at: datetime
    kind: Kind = Kind.POST
    author: Author | None = None
    """None: the platform no longer or never says who wrote it."""
    thread_id: str | None = None
    """The conversation it belongs to: the first post's id, where the platform has such a thing."""
    parent_id: str | None = None
    url: str = ""
    rating: float | None = None
    """Stars, on a scale of 1 to 5."""
    language: str | None = None
    """As the platform claims, a BCP 47 tag; the reading has our own guess."""
    engagement: Engagement = field(default_factory=Engagement)
    edited_at: datetime | None = None
    visibility: Visibility = Visibility.LIVE
    terms: Terms = field(default_factory=Terms)

    @property
    def key(self) -> str:
        """The mention's identity in one word: source and external id."""
        return f"{self.source}:{self.external_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that could not be read: kept with the reason, never dropped."""

    source: str
    reason: str
    """What was expected and what was found, in words, without secrets."""
    raw: str
    """The record as it came, cut to RAW_LIMIT characters."""
    place: str = ""
    """Where it came from: file and line, or endpoint and position."""
    external_id: str | None = None


RAW_LIMIT = 4_000
"""Characters of an unreadable record that are kept: enough to see what it is, too few to fill a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A span of which something is missing that no later poll can have: a hole."""

    until: datetime
    """Of a wall, the oldest item that could be had; where it is not known how new what is missing is, now."""
    since: datetime | None = None
    """None: since the last poll after which nothing was missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a source. It is stored in one transaction, together with its checkpoint."""

    mentions: tuple[Mention, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    checkpoint: str | None = None
    """From where the next poll may go on, once this page is stored; None: not safe yet.

    A newest-first source sets it on its last page only, as an earlier one would skip, after a crash,
    everything between that page and the old checkpoint; unless the checkpoint itself holds the place
    where an unfinished walk goes on. The text is the listener's own business.
    """
    spend_usd: float = 0.0
    """What reading this page cost, in US dollars."""
    truncated: str = ""
    """Why older items of the asked span could not be had (a wall, a budget); empty: nothing is missing."""
    lost: Lost | None = None
    """Of when no later poll can have them either; None: the next poll goes on there. Where some are lost and
    others are only late, that is two pages."""


BANDS = 8
"""Ways in which two texts may be found to be alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """By what copies of a text are found; a number is 64 bits, signed. Says nothing that can be read."""

    digest: int
    """The same for texts that are surely copies."""
    bands: tuple[int, ...] = ()
    """BANDS of them: texts that share one may be copies, and are compared. Empty: only the digest counts."""


class CopyFinder(Protocol):
    """What tells copies from different texts (nlp/duplicates.py does)."""

    def sign(self, mention: Mention) -> Signature | None:
        """By what its copies are found; None: it is nobody's copy, whatever the others say."""
        ...

    def near(self, text: str, other: str) -> bool:
        """Whether two texts that share a band are copies."""
        ...
